-- Employers: PWBD-01, PDS-TK-01, PDS-PROG-01, IUR-02 (trial) and IUR-03.

CREATE MACRO pwbd(kind, counted, workers, npp, membership) AS CASE
    WHEN kind <> 'private' THEN 0
    WHEN kind IS NULL OR counted IS NULL OR counted < DATE '2011-11-25' THEN 3
    WHEN workers < 1 OR npp IS NOT NULL THEN 1
    WHEN workers IS NULL OR membership >= 2 THEN 3
    ELSE 2 END::UTINYINT;

-- A member that is no organ of state: 0 no, 1 yes, 3 unknown.
CREATE MACRO private_member(kind, npp, membership) AS CASE
    WHEN kind <> 'private' OR (npp IS NULL AND membership < 2) THEN 0
    WHEN kind IS NULL OR npp IS NULL THEN 3
    ELSE 1 END;

CREATE MACRO pds(member, counted, registered_as_of, workers, registered) AS CASE
    WHEN member <> 1 THEN member
    WHEN counted - registered_as_of BETWEEN -90 AND 90 THEN verdict(registered < workers)
    ELSE 3 END::UTINYINT;

CREATE MACRO takes_part(programmes, programme) AS
    regexp_matches(programmes, '(?i)(^ *|[;,]\s*)' || programme || '( *$|\s*[;,])');
CREATE MACRO without_jht(programmes, scale) AS scale IN ('kecil', 'menengah', 'besar') AND NOT takes_part(programmes, 'JHT');
CREATE MACRO without_jp(programmes, scale, young) AS
    scale IN ('menengah', 'besar') AND young >= 1 AND NOT takes_part(programmes, 'JP');

CREATE MACRO prog(member, programmes, scale, young) AS CASE
    WHEN member <> 1 THEN member
    ELSE verdict(NOT takes_part(programmes, 'JKK') OR NOT takes_part(programmes, 'JKM')
        OR without_jht(programmes, scale) OR without_jp(programmes, scale, young)) END::UTINYINT;

CREATE MACRO iur_2(member, months, kept) AS CASE
    WHEN member <> 1 THEN member
    WHEN months < 4 OR months > 6 OR kept THEN 1
    WHEN months IS NULL OR kept IS NULL THEN 3
    ELSE 2 END::UTINYINT;

CREATE MACRO iur_3(member, months, kept) AS CASE
    WHEN member <> 1 THEN member
    WHEN months <= 6 OR kept THEN 1
    WHEN months IS NULL OR kept IS NULL THEN 3
    ELSE 2 END::UTINYINT;

-- Judge every subject once, reading only what conditions read: a few bytes each.

CREATE TEMP TABLE employer_verdicts AS
SELECT file_row_number AS row, place(region) AS place,
    pwbd(employer_kind, employed_as_of, employed_workers, npp, _standing_membership) AS pwbd,
    pds(member, employed_as_of, registered_as_of, employed_workers, registered_workers) AS pds,
    prog(member, programmes, business_scale, workers_below_pension_age) AS prog,
    iur_2(member, months_unpaid, instalment_plan_kept) AS iur_2,
    iur_3(member, months_unpaid, instalment_plan_kept) AS iur_3
FROM (SELECT *, private_member(employer_kind, npp, _standing_membership) AS member
      FROM read_parquet('$facts/employer.parquet', file_row_number = true));

-- How many, by kabupaten or kota.

CREATE TEMP TABLE employer_totals AS
SELECT place, pwbd, pds, prog, iur_2, iur_3, count(*) AS subjects FROM employer_verdicts GROUP BY ALL;

CREATE TEMP TABLE employer_counts AS
SELECT 'PWBD-01' AS rule, place AS region, pwbd AS outcome, sum(subjects) AS subjects FROM employer_totals GROUP BY ALL
UNION ALL SELECT 'PDS-TK-01', place, pds, sum(subjects) FROM employer_totals GROUP BY ALL
UNION ALL SELECT 'PDS-PROG-01', place, prog, sum(subjects) FROM employer_totals GROUP BY ALL
UNION ALL SELECT 'IUR-02', place, iur_2, sum(subjects) FROM employer_totals GROUP BY ALL
UNION ALL SELECT 'IUR-03', place, iur_3, sum(subjects) FROM employer_totals GROUP BY ALL;

-- Who: the few that are in violation or cannot be judged, with the columns that the lists need.

CREATE TEMP TABLE employers AS
SELECT employer_id, name, npwp, npwp15, nib, region, employer_kind, business_scale, employed_workers, employed_as_of,
    npp, registered_workers, registered_as_of, programmes, workers_below_pension_age, months_unpaid, arrears,
    contributions_as_of, instalment_plan_kept, warnings_spent, warning_2_received_on, contributions_owed,
    _standing_wlkp, _standing_membership, _standing_contributions, pwbd, pds, prog, iur_2, iur_3
FROM read_parquet('$facts/employer.parquet', file_row_number = true) f
JOIN (FROM employer_verdicts WHERE pwbd >= 2 OR pds >= 2 OR prog >= 2 OR iur_2 = 3 OR iur_3 >= 2) v
    ON v.row = f.file_row_number;

DROP TABLE employer_verdicts;

CREATE TEMP VIEW employer_findings AS
WITH accused AS (
    SELECT *, payer(own, other) AS payer_key, employer_id AS subject_key, 'employer' AS party_kind, name AS party_name,
        'employer:' || employer_id AS source, _standing_contributions < 2 AS ledger
    FROM (SELECT *, payer_form(own_digits) AS own, payer_form(other_digits) AS other, thirteen(nib_digits) AS nib_key
          FROM (SELECT *, stripped(npwp) AS own_digits, stripped(npwp15) AS other_digits, stripped(nib) AS nib_digits,
                    membership_key(npp) AS npp_key
                FROM employers WHERE pwbd = 2 OR pds = 2 OR prog = 2 OR iur_3 = 2))),
found AS (
    SELECT 'PWBD-01' AS rule, 'registration' AS family, 3 AS severity, '' AS line, *,
        concat('{"employer_kind":"private","employed_as_of":', dated(employed_as_of), ',"employed_workers":',
            employed_workers, ',"npp":null,"warning_2_received_on":', dated(warning_2_received_on),
            ',"contributions_owed":', bare(contributions_owed), ',"business_scale":', quoted(business_scale), '}') AS evidence
    FROM accused WHERE pwbd = 2
    UNION ALL
    SELECT 'PDS-TK-01', 'registration', CASE WHEN employed_workers - registered_workers >= 50 THEN 3 ELSE 2 END, '', *,
        concat('{"npp":', quoted(npp), ',"employer_kind":"private","employed_as_of":', dated(employed_as_of),
            ',"registered_as_of":', dated(registered_as_of), ',"registered_workers":', registered_workers,
            ',"employed_workers":', employed_workers, ',"warning_2_received_on":', dated(warning_2_received_on),
            ',"contributions_owed":', bare(contributions_owed),
            ',"unregistered_workers":', employed_workers - registered_workers, '}')
    FROM accused WHERE pds = 2
    UNION ALL
    SELECT 'PDS-PROG-01', 'registration', 3,
        concat_ws(',', CASE WHEN without_jht(programmes, business_scale) THEN 'without_jht' END,
            CASE WHEN without_jp(programmes, business_scale, workers_below_pension_age) THEN 'without_jp' END), *,
        concat('{"npp":', quoted(npp), ',"employer_kind":"private","programmes":', quoted(programmes),
            ',"business_scale":', quoted(business_scale), ',"workers_below_pension_age":',
            bare(workers_below_pension_age), '}')
    FROM accused WHERE prog = 2
    UNION ALL
    SELECT 'IUR-03', 'contributions', 3, '', *,
        concat('{"npp":', quoted(npp), ',"employer_kind":"private","months_unpaid":', months_unpaid,
            ',"instalment_plan_kept":false,"arrears":', bare(arrears), ',"contributions_as_of":',
            dated(contributions_as_of), ',"warnings_spent":', bare(warnings_spent), '}')
    FROM accused WHERE iur_3 = 2)
SELECT rule, 'employer' AS fact, subject_key, region, family, 'sanction' AS track, severity, line, false AS below,
    party_kind, party_name, payer_key AS npwp, NULL::VARCHAR AS nik, nib_key AS nib, npp_key AS npp, source,
    CASE WHEN ledger THEN coalesce(warnings_spent, 0) END AS warnings_spent,
    CASE WHEN ledger THEN coalesce(instalment_plan_kept, false) END AS instalment_plan_kept, evidence
FROM found;

CREATE MACRO blamed_member(npp, employer_kind) AS CASE
    WHEN npp IS NULL THEN ['scope 1', 'npp', 'membership']
    WHEN employer_kind IS NULL THEN ['scope 2', 'employer_kind', 'wlkp'] END;

CREATE TEMP VIEW employer_unknowns AS
WITH blamed AS (
    SELECT 'PWBD-01' AS rule, *,
        CASE WHEN employer_kind IS NULL THEN ['scope 1', 'employer_kind', 'wlkp']
             WHEN employed_as_of IS NULL THEN ['needs 1', 'employed_as_of', 'wlkp']
             WHEN employed_as_of < DATE '2011-11-25' THEN ['needs 1', NULL, NULL]
             WHEN employed_workers IS NULL THEN ['when 1', 'employed_workers', 'wlkp']
             ELSE ['when 2', 'npp', 'membership'] END AS blame
    FROM employers WHERE pwbd = 3
    UNION ALL
    SELECT 'PDS-TK-01', *,
        coalesce(blamed_member(npp, employer_kind), CASE
             WHEN employed_as_of IS NULL THEN ['needs 1', 'employed_as_of', 'wlkp']
             WHEN registered_as_of IS NULL THEN ['needs 1', 'registered_as_of', 'membership']
             WHEN employed_as_of - registered_as_of NOT BETWEEN -90 AND 90 THEN ['needs 1', NULL, NULL]
             WHEN registered_workers IS NULL THEN ['when 1', 'registered_workers', 'membership']
             ELSE ['when 1', 'employed_workers', 'wlkp'] END)
    FROM employers WHERE pds = 3
    UNION ALL
    SELECT 'PDS-PROG-01', *,
        coalesce(blamed_member(npp, employer_kind), CASE
             WHEN programmes IS NULL THEN ['when 1', 'programmes', 'membership']
             WHEN business_scale IS NULL THEN ['when 1', 'business_scale', 'wlkp']
             ELSE ['when 1', 'workers_below_pension_age', 'membership'] END)
    FROM employers WHERE prog = 3
    UNION ALL
    SELECT 'IUR-02', *,
        coalesce(blamed_member(npp, employer_kind), CASE
             WHEN months_unpaid IS NULL THEN ['when 1', 'months_unpaid', 'contributions']
             ELSE ['when 2', 'instalment_plan_kept', 'contributions'] END)
    FROM employers WHERE iur_2 = 3
    UNION ALL
    SELECT 'IUR-03', *,
        coalesce(blamed_member(npp, employer_kind), CASE
             WHEN months_unpaid IS NULL THEN ['when 1', 'months_unpaid', 'contributions']
             ELSE ['when 2', 'instalment_plan_kept', 'contributions'] END)
    FROM employers WHERE iur_3 = 3)
SELECT rule, 'employer' AS fact, employer_id AS subject_key, region, blame,
    CASE blame[3] WHEN 'wlkp' THEN _standing_wlkp WHEN 'membership' THEN _standing_membership
         WHEN 'contributions' THEN _standing_contributions ELSE 0 END AS reason
FROM blamed;

-- Detection by hand: what an SQL programmer would write for these five rules, and nothing else.
-- The floor that the compiled rules are measured against: same facts, same findings (every column), same outcome
-- counts, same unknown list.
--
-- $employer, $project, $partner   assembled facts (Parquet)
-- $findings, $unknowns            results (Parquet)
-- $day                            the evaluation date
-- $last_overdue                   the last contract day whose 14th working day lies before $day: deadlines only grow
--                                 with the contract date, so one comparison stands for the whole calendar
--
-- Outcomes: 0 not applicable, 1 pass, 2 violation, 3 unknown. A standing below 2 means that the register spoke.

CREATE MACRO stripped(value) AS regexp_replace(value, '[^\p{L}\p{N}]', '', 'g');

-- '' not said, '!' malformed, 10 digits for a firm, 16 for a person; `digits` has its punctuation off.
CREATE MACRO payer_form(digits) AS CASE
    WHEN digits IS NULL OR ltrim(digits, '0') = '' THEN ''
    WHEN digits[1:10] <> '0000000000' AND regexp_full_match(digits, '0[0-9]{15}([0-9]{6})?') THEN digits[1:10]
    WHEN digits[1:9] <> '000000000' AND regexp_full_match(digits, '[0-9]{15}') THEN '0' || digits[1:9]
    WHEN digits[1:16] <> repeat(digits[1], 16) AND regexp_full_match(digits, '[1-9][0-9]{15}([0-9]{6})?') THEN digits[1:16]
    ELSE '!' END;

CREATE MACRO payer(own, other) AS CASE
    WHEN own = '!' THEN NULL
    WHEN other IN ('', '!') THEN nullif(own, '')
    WHEN own = '' OR length(own) < length(other) THEN other
    WHEN length(own) = length(other) AND own <> other THEN NULL
    ELSE own END;

CREATE MACRO thirteen(digits) AS
    CASE WHEN regexp_full_match(digits, '[0-9]{13}') AND trim(digits, digits[1]) <> '' THEN digits END;

CREATE MACRO quoted(value) AS coalesce(CAST(to_json(value) AS VARCHAR), 'null');
CREATE MACRO dated(value) AS coalesce('"' || CAST(value AS VARCHAR) || '"', 'null');
CREATE MACRO bare(value) AS coalesce(CAST(value AS VARCHAR), 'null');

CREATE MACRO pwbd(kind, workers, npp, membership) AS CASE
    WHEN kind <> 'private' THEN 0
    WHEN kind IS NULL THEN 3
    WHEN workers < 1 OR npp IS NOT NULL THEN 1
    WHEN workers IS NULL OR membership >= 2 THEN 3
    ELSE 2 END::UTINYINT;

CREATE MACRO pds(kind, npp, membership, counted, registered_as_of, workers, registered) AS CASE
    WHEN kind <> 'private' OR (npp IS NULL AND membership < 2) THEN 0
    WHEN kind IS NULL OR npp IS NULL THEN 3
    WHEN counted - registered_as_of BETWEEN -90 AND 90
    THEN CASE WHEN registered < workers THEN 2 WHEN registered >= workers THEN 1 ELSE 3 END
    ELSE 3 END::UTINYINT;

CREATE MACRO iur(kind, npp, membership, months, kept) AS CASE
    WHEN kind <> 'private' OR (npp IS NULL AND membership < 2) THEN 0
    WHEN kind IS NULL OR npp IS NULL THEN 3
    WHEN months <= 6 OR kept THEN 1
    WHEN months IS NULL OR kept IS NULL THEN 3
    ELSE 2 END::UTINYINT;

CREATE MACRO from_region(fund) AS
    fund IN ('APBD', 'APBDP') OR regexp_matches(upper(fund), '(^|[;,])\s*APBDP?\s*($|[;,])');

CREATE MACRO jakon(kind, fund, stage, contract_date, project_number, register) AS CASE
    WHEN kind <> 'construction' OR stage IN ('running', 'failed', 'cancelled') OR NOT from_region(fund)
      OR contract_date < DATE '2015-12-31' THEN 0
    WHEN kind IS NULL OR fund IS NULL OR stage IS NULL OR contract_date IS NULL THEN 3
    WHEN project_number IS NOT NULL OR contract_date > DATE '$last_overdue' THEN 1
    WHEN register >= 2 THEN 3
    ELSE 2 END::UTINYINT;

CREATE MACRO kum(cover_until, active, bpu, wage_earners) AS CASE
    WHEN cover_until >= DATE '$day' OR active THEN 1
    WHEN (cover_until IS NULL AND bpu >= 2) OR (active IS NULL AND wage_earners >= 2) THEN 3
    ELSE 2 END::UTINYINT;

-- Judge every subject once, reading only what conditions read: a few bytes each.

CREATE TEMP TABLE employer_verdicts AS
SELECT file_row_number AS row, left(coalesce(region, ''), 5) AS place,
    pwbd(employer_kind, employed_workers, npp, _standing_membership) AS pwbd,
    pds(employer_kind, npp, _standing_membership, employed_as_of, registered_as_of, employed_workers, registered_workers)
        AS pds,
    iur(employer_kind, npp, _standing_membership, months_unpaid, instalment_plan_kept) AS iur
FROM read_parquet('$employer', file_row_number = true);

CREATE TEMP TABLE project_verdicts AS
SELECT file_row_number AS row, left(coalesce(region, ''), 5) AS place,
    jakon(procurement_kind, fund, stage, contract_date, project_number, _standing_project_register) AS jakon
FROM read_parquet('$project', file_row_number = true);

CREATE TEMP TABLE partner_verdicts AS
SELECT file_row_number AS row, left(coalesce(region, ''), 5) AS place,
    kum(cover_until, wage_earner_active, _standing_bpu, _standing_wage_earners) AS kum
FROM read_parquet('$partner', file_row_number = true);

-- How many, by kabupaten or kota.

CREATE TEMP TABLE employer_counts AS
SELECT place, pwbd, pds, iur, count(*) AS subjects FROM employer_verdicts GROUP BY ALL;

CREATE TEMP TABLE counts AS
SELECT 'PWBD-01' AS rule, place AS region, pwbd AS outcome, sum(subjects)::BIGINT AS subjects
FROM employer_counts GROUP BY ALL
UNION ALL SELECT 'PDS-TK-01', place, pds, sum(subjects)::BIGINT FROM employer_counts GROUP BY ALL
UNION ALL SELECT 'IUR-03', place, iur, sum(subjects)::BIGINT FROM employer_counts GROUP BY ALL
UNION ALL SELECT 'JAKON-01', place, jakon, count(*) FROM project_verdicts GROUP BY ALL
UNION ALL SELECT 'KUM-01', place, kum, count(*) FROM partner_verdicts GROUP BY ALL;

-- Who: the few that are in violation or cannot be judged, with the columns that the lists need.

CREATE TEMP TABLE employers AS
SELECT employer_id, name, npwp, npwp15, nib, region, employer_kind, business_scale, employed_workers, employed_as_of,
    npp, registered_workers, registered_as_of, months_unpaid, arrears, contributions_as_of, instalment_plan_kept,
    warnings_spent, _standing_wlkp, _standing_membership, _standing_contributions, pwbd, pds, iur
FROM read_parquet('$employer', file_row_number = true) f
JOIN (FROM employer_verdicts WHERE pwbd >= 2 OR pds >= 2 OR iur >= 2) v ON v.row = f.file_row_number;

CREATE TEMP TABLE projects AS
SELECT project_key, region, fund, procurement_kind, stage, buyer_name, contract_number, contract_date, contract_value,
    contractor_key, contractor_name, contractor_npwp, contractor_npwp15, work_end, handed_over_on, project_number,
    _standing_projects, _standing_project_register, jakon
FROM read_parquet('$project', file_row_number = true) f
JOIN (FROM project_verdicts WHERE jakon >= 2) v ON v.row = f.file_row_number;

CREATE TEMP TABLE partners AS
SELECT partner_id, name, region, group_id, group_name, cover_until, wage_earner_active, _standing_bpu,
    _standing_wage_earners, kum
FROM read_parquet('$partner', file_row_number = true) f
JOIN (FROM partner_verdicts WHERE kum >= 2) v ON v.row = f.file_row_number;

COPY (
    WITH accused AS (
        SELECT *, payer(own, other) AS payer_key
        FROM (SELECT *, payer_form(own_digits) AS own, payer_form(other_digits) AS other, thirteen(nib_digits) AS nib_key
              FROM (SELECT *, stripped(npwp) AS own_digits, stripped(npwp15) AS other_digits, stripped(nib) AS nib_digits,
                        nullif(upper(stripped(npp)), '') AS npp_key
                    FROM employers WHERE pwbd = 2 OR pds = 2 OR iur = 2))),
    overdue AS (
        SELECT *, payer(own, other) AS payer_key
        FROM (SELECT *, payer_form(own_digits) AS own, payer_form(other_digits) AS other
              FROM (SELECT *, stripped(contractor_npwp) AS own_digits, stripped(contractor_npwp15) AS other_digits,
                        work_end < DATE '$day' OR handed_over_on <= DATE '$day' AS ended
                    FROM projects WHERE jakon = 2))),
    found AS (
        SELECT 'PWBD-01' AS rule, 'employer' AS fact, employer_id AS subject_key, region, 'registration' AS family,
            'sanction' AS track, 3 AS severity, '' AS line, false AS below, 'employer' AS party_kind, name AS party_name,
            payer_key AS npwp, CAST(NULL AS VARCHAR) AS nik, nib_key AS nib, CAST(NULL AS VARCHAR) AS npp,
            'employer:' || employer_id AS source, CASE WHEN _standing_contributions < 2 THEN coalesce(warnings_spent, 0) END AS warnings_spent,
            CASE WHEN _standing_contributions < 2 THEN coalesce(instalment_plan_kept, false) END AS instalment_plan_kept,
            concat('{"employer_kind":"private","employed_workers":', employed_workers, ',"npp":null,"employed_as_of":',
                dated(employed_as_of), ',"business_scale":', quoted(business_scale), '}') AS evidence
        FROM accused WHERE pwbd = 2
        UNION ALL
        SELECT 'PDS-TK-01', 'employer', employer_id, region, 'registration', 'sanction',
            CASE WHEN employed_workers - registered_workers >= 50 THEN 3 ELSE 2 END, '', false, 'employer', name,
            payer_key, NULL, nib_key, npp_key, 'employer:' || employer_id, CASE WHEN _standing_contributions < 2 THEN coalesce(warnings_spent, 0) END,
            CASE WHEN _standing_contributions < 2 THEN coalesce(instalment_plan_kept, false) END,
            concat('{"npp":', quoted(npp), ',"employer_kind":"private","employed_as_of":', dated(employed_as_of),
                ',"registered_as_of":', dated(registered_as_of), ',"registered_workers":', registered_workers,
                ',"employed_workers":', employed_workers,
                ',"unregistered_workers":', employed_workers - registered_workers, '}')
        FROM accused WHERE pds = 2
        UNION ALL
        SELECT 'IUR-03', 'employer', employer_id, region, 'contributions', 'sanction', 3, '', false, 'employer', name,
            payer_key, NULL, nib_key, npp_key, 'employer:' || employer_id, CASE WHEN _standing_contributions < 2 THEN coalesce(warnings_spent, 0) END, false,
            concat('{"npp":', quoted(npp), ',"employer_kind":"private","months_unpaid":', months_unpaid,
                ',"instalment_plan_kept":false,"arrears":', bare(arrears), ',"contributions_as_of":',
                dated(contributions_as_of), ',"warnings_spent":', bare(warnings_spent), '}')
        FROM accused WHERE iur = 2
        UNION ALL
        SELECT 'JAKON-01', 'project', project_key, region, 'construction', 'sanction', 3,
            CASE WHEN ended THEN 'work_ended' ELSE '' END, coalesce(ended, false), 'contractor', contractor_name,
            payer_key, NULL, NULL, NULL,
            'contractor:' || coalesce(contractor_key, project_key), 0, false,
            concat('{"procurement_kind":"construction","fund":', quoted(fund), ',"stage":', quoted(stage),
                ',"contract_date":', dated(contract_date), ',"project_number":null,"work_end":', dated(work_end),
                ',"handed_over_on":', dated(handed_over_on), ',"contract_number":', quoted(contract_number),
                ',"contract_value":', bare(contract_value), ',"buyer_name":', quoted(buyer_name), '}')
        FROM overdue
        UNION ALL
        SELECT 'KUM-01', 'partner', partner_id, region, 'micro', 'outreach', 1,
            CASE WHEN cover_until IS NULL THEN 'never_covered' ELSE '' END, false, 'group', group_name,
            NULL, NULL, NULL, NULL, 'group:' || coalesce(group_id, partner_id), 0, false,
            concat('{"cover_until":', dated(cover_until), ',"wage_earner_active":', bare(wage_earner_active),
                ',"name":', quoted(name), '}')
        FROM partners WHERE kum = 2)
    SELECT rule, fact, subject_key, coalesce(region, '') AS region, left(coalesce(region, ''), 2) AS province, family,
        track, severity::UTINYINT AS severity, line, below, party_kind, party_name, npwp, nik, nib, npp, source,
        warnings_spent::UTINYINT AS warnings_spent, instalment_plan_kept, evidence,
        md5(concat(evidence, '|', severity, '|', line)) AS fingerprint
    FROM found
) TO '$findings' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy);

-- Who cannot be judged, and which register should say more: the data-repair list.

COPY (
    WITH blamed AS (
        SELECT 'PWBD-01' AS rule, 'employer' AS fact, employer_id AS subject_key, region,
            CASE WHEN employer_kind IS NULL THEN ['scope 1', 'employer_kind', 'wlkp']
                 WHEN employed_workers IS NULL THEN ['when 1', 'employed_workers', 'wlkp']
                 ELSE ['when 2', 'npp', 'membership'] END AS blame, _standing_wlkp, _standing_membership, 0 AS third
        FROM employers WHERE pwbd = 3
        UNION ALL
        SELECT 'PDS-TK-01', 'employer', employer_id, region,
            CASE WHEN npp IS NULL THEN ['scope 1', 'npp', 'membership']
                 WHEN employer_kind IS NULL THEN ['scope 2', 'employer_kind', 'wlkp']
                 WHEN employed_as_of IS NULL THEN ['needs 1', 'employed_as_of', 'wlkp']
                 WHEN registered_as_of IS NULL THEN ['needs 1', 'registered_as_of', 'membership']
                 WHEN employed_as_of - registered_as_of NOT BETWEEN -90 AND 90 THEN ['needs 1', NULL, NULL]
                 WHEN registered_workers IS NULL THEN ['when 1', 'registered_workers', 'membership']
                 ELSE ['when 1', 'employed_workers', 'wlkp'] END, _standing_wlkp, _standing_membership, 0
        FROM employers WHERE pds = 3
        UNION ALL
        SELECT 'IUR-03', 'employer', employer_id, region,
            CASE WHEN npp IS NULL THEN ['scope 1', 'npp', 'membership']
                 WHEN employer_kind IS NULL THEN ['scope 2', 'employer_kind', 'wlkp']
                 WHEN months_unpaid IS NULL THEN ['when 1', 'months_unpaid', 'contributions']
                 ELSE ['when 2', 'instalment_plan_kept', 'contributions'] END,
            _standing_wlkp, _standing_membership, _standing_contributions
        FROM employers WHERE iur = 3
        UNION ALL
        SELECT 'JAKON-01', 'project', project_key, region,
            CASE WHEN procurement_kind IS NULL THEN ['scope 1', 'procurement_kind', 'projects']
                 WHEN fund IS NULL THEN ['scope 2', 'fund', 'projects']
                 WHEN stage IS NULL THEN ['scope 3', 'stage', 'projects']
                 WHEN contract_date IS NULL THEN ['needs 1', 'contract_date', 'projects']
                 ELSE ['when 1', 'project_number', 'project_register'] END,
            _standing_projects, 0, _standing_project_register
        FROM projects WHERE jakon = 3
        UNION ALL
        SELECT 'KUM-01', 'partner', partner_id, region,
            CASE WHEN cover_until IS NULL AND _standing_bpu >= 2 THEN ['when 1', 'cover_until', 'bpu']
                 ELSE ['when 2', 'wage_earner_active', 'wage_earners'] END,
            0, _standing_bpu, _standing_wage_earners
        FROM partners WHERE kum = 3)
    SELECT rule, fact, subject_key, coalesce(region, '') AS region, blame[1] AS line, blame[2] AS field,
        blame[3] AS source,
        CASE WHEN blame[3] IN ('wlkp', 'projects') THEN _standing_wlkp
             WHEN blame[3] IN ('membership', 'bpu') THEN _standing_membership
             WHEN blame[3] IS NULL THEN 0 ELSE third END::UTINYINT AS reason
    FROM blamed
) TO '$unknowns' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy);

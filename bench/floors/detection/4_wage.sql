-- Wages, one worker's month each: DATA-01, PDS-UPAH-01, PDS-UPAH-01-JP, PDS-UPAH-02 and, for mining, PDS-UPAH-02-TAMBANG.

CREATE MACRO data(kind, month, validity, reported) AS CASE
    WHEN kind <> 'private' OR month < DATE '2011-11-25' THEN 0
    WHEN kind IS NULL OR month IS NULL THEN 3
    WHEN validity IN ('malformed', 'duplicated') OR reported = 0 THEN 2
    WHEN validity IS NULL OR reported IS NULL THEN 3
    ELSE 1 END::UTINYINT;

CREATE MACRO cap(month) AS CASE
    WHEN month > DATE '2027-02-28' THEN NULL
    WHEN month >= DATE '2026-03-01' THEN 11086300
    WHEN month >= DATE '2025-03-01' THEN 10547400
    WHEN month >= DATE '2024-03-01' THEN 10042300
    WHEN month >= DATE '2023-03-01' THEN 9559600 END;

CREATE MACRO jp_base(received, month) AS CASE WHEN received <= cap(month) THEN received WHEN received > cap(month) THEN cap(month) END;

CREATE MACRO underreported(kind, month, reported, received) AS CASE
    WHEN kind <> 'private' OR month < DATE '2011-11-25' THEN 0
    WHEN kind IS NULL OR month IS NULL THEN 3
    ELSE verdict(reported < received) END::UTINYINT;

CREATE MACRO underreported_for_jp(kind, month, jp, received, register) AS CASE
    WHEN kind <> 'private' OR month < DATE '2023-03-01' OR (jp IS NULL AND register < 2) THEN 0
    WHEN kind IS NULL OR month IS NULL OR jp IS NULL THEN 3
    ELSE verdict(jp < jp_base(received, month)) END::UTINYINT;

CREATE MACRO in_babel(region) AS starts_with(region || '.', '19.');

CREATE MACRO lowest(month) AS CASE
    WHEN month > DATE '2026-12-31' THEN NULL
    WHEN month >= DATE '2026-01-01' THEN 4035000
    WHEN month >= DATE '2025-01-01' THEN 3876600
    WHEN month >= DATE '2024-01-01' THEN 3640000
    ELSE 3498479 END;

CREATE MACRO low(kind, month, region, scale, full_month, full_time, reported) AS CASE
    WHEN kind <> 'private' OR scale IN ('mikro', 'kecil') OR NOT full_month OR NOT full_time
      OR month < DATE '2013-12-24' THEN 0
    WHEN month < DATE '2023-01-01' AND in_babel(region) THEN 0
    WHEN kind IS NULL OR scale IS NULL OR full_month IS NULL OR full_time IS NULL OR month IS NULL THEN 3
    ELSE verdict(CASE WHEN in_babel(region) THEN reported < lowest(month) END) END::UTINYINT;

CREATE MACRO low_in_mining(kind, month, region, sector, scale, full_month, full_time, reported) AS CASE
    WHEN kind <> 'private' OR sector <> 'mining' OR scale IN ('mikro', 'kecil') OR NOT full_month OR NOT full_time
      OR month < DATE '2013-12-24' THEN 0
    WHEN month < DATE '2026-01-01' AND in_babel(region) THEN 0
    WHEN kind IS NULL OR sector IS NULL OR scale IS NULL OR full_month IS NULL OR full_time IS NULL
      OR month IS NULL THEN 3
    ELSE verdict(CASE WHEN month <= DATE '2026-12-31' AND in_babel(region)
                      THEN reported >= 4035000 AND reported < 4050000 END) END::UTINYINT;

CREATE TEMP TABLE wage_verdicts AS
SELECT file_row_number AS row, place(region) AS place,
    data(employer_kind, wage_month, nik_validity, reported_wage) AS data,
    underreported(employer_kind, wage_month, reported_wage, received_wage) AS upah_1,
    underreported_for_jp(employer_kind, wage_month, reported_jp_wage, received_wage, _standing_wages) AS jp,
    low(employer_kind, wage_month, region, business_scale, full_month, full_time, reported_wage) AS upah_2,
    low_in_mining(employer_kind, wage_month, region, sector, business_scale, full_month, full_time, reported_wage) AS mining
FROM read_parquet('$facts/wage.parquet', file_row_number = true);

CREATE TEMP TABLE wage_totals AS
SELECT place, data, upah_1, jp, upah_2, mining, count(*) AS subjects FROM wage_verdicts GROUP BY ALL;

CREATE TEMP TABLE wage_counts AS
SELECT 'DATA-01' AS rule, place AS region, data AS outcome, sum(subjects) AS subjects FROM wage_totals GROUP BY ALL
UNION ALL SELECT 'PDS-UPAH-01', place, upah_1, sum(subjects) FROM wage_totals GROUP BY ALL
UNION ALL SELECT 'PDS-UPAH-01-JP', place, jp, sum(subjects) FROM wage_totals GROUP BY ALL
UNION ALL SELECT 'PDS-UPAH-02', place, upah_2, sum(subjects) FROM wage_totals GROUP BY ALL
UNION ALL SELECT 'PDS-UPAH-02-TAMBANG', place, mining, sum(subjects) FROM wage_totals GROUP BY ALL;

CREATE TEMP TABLE wages AS
SELECT wage_id, npp, employer_name, region, employer_kind, business_scale, sector, worker, nik_validity, wage_month, reported_wage,
    reported_jp_wage, received_wage, received_source, full_month, full_time, _standing_wages AS register,
    data, upah_1, jp, upah_2, mining
FROM read_parquet('$facts/wage.parquet', file_row_number = true) f
JOIN (FROM wage_verdicts WHERE data >= 2 OR upah_1 >= 2 OR jp >= 2 OR upah_2 >= 2 OR mining >= 2) v
    ON v.row = f.file_row_number;

DROP TABLE wage_verdicts;

CREATE TEMP VIEW wage_findings AS
WITH found AS (
    SELECT 'DATA-01' AS rule, 2 AS severity, CASE WHEN nik_validity = 'duplicated' THEN 'duplicated' ELSE '' END AS line, *,
        concat('{"employer_kind":"private","nik_validity":', quoted(nik_validity), ',"reported_wage":', bare(reported_wage), ',"wage_month":',
            dated(wage_month), ',"worker":', quoted(worker), '}') AS evidence
    FROM wages WHERE data = 2
    UNION ALL
    SELECT 'PDS-UPAH-01', 3, '', *,
        concat('{"employer_kind":"private","reported_wage":', reported_wage, ',"received_wage":', received_wage,
            ',"wage_month":', dated(wage_month), ',"worker":', quoted(worker), ',"received_source":',
            quoted(received_source), ',"unreported":', received_wage - reported_wage, '}')
    FROM wages WHERE upah_1 = 2
    UNION ALL
    SELECT 'PDS-UPAH-01-JP', 3, '', * EXCLUDE base,
        concat('{"employer_kind":"private","reported_jp_wage":', reported_jp_wage, ',"received_wage":', received_wage,
            ',"wage_month":', dated(wage_month), ',"worker":', quoted(worker), ',"received_source":',
            quoted(received_source), ',"jp_base":', base, ',"jp_unreported":', base - reported_jp_wage, '}')
    FROM (SELECT *, jp_base(received_wage, wage_month) AS base FROM wages WHERE jp = 2)
    UNION ALL
    SELECT 'PDS-UPAH-02', 1, '', *,
        concat('{"employer_kind":"private","business_scale":', quoted(business_scale), ',"full_month":true,"full_time":true,"reported_wage":',
            reported_wage, ',"region":', quoted(region), ',"wage_month":', dated(wage_month), ',"worker":',
            quoted(worker), ',"below":', lowest(wage_month) - reported_wage, '}')
    FROM wages WHERE upah_2 = 2
    UNION ALL
    SELECT 'PDS-UPAH-02-TAMBANG', 1, '', *,
        concat('{"employer_kind":"private","sector":"mining","business_scale":', quoted(business_scale), ',"full_month":true,"full_time":true,',
            '"reported_wage":', reported_wage, ',"region":', quoted(region), ',"wage_month":', dated(wage_month),
            ',"worker":', quoted(worker), ',"below":', 4050000 - reported_wage, '}')
    FROM wages WHERE mining = 2)
SELECT rule, 'wage' AS fact, wage_id AS subject_key, region, 'registration' AS family, 'sanction' AS track, severity, line,
    false AS below, 'employer' AS party_kind, employer_name AS party_name, NULL::VARCHAR AS npwp, NULL::VARCHAR AS nik,
    NULL::VARCHAR AS nib, membership_key(npp) AS npp, 'employer:' || coalesce(npp, wage_id) AS source,
    0 AS warnings_spent, false AS instalment_plan_kept, evidence
FROM found;

-- Line and field; where the field is a parameter, or none, no source is to blame.
CREATE MACRO unsaid_low(month, region, reported) AS CASE
    WHEN month IS NULL THEN ['law_date', 'wage_month']
    WHEN reported IS NULL THEN ['when 1', 'reported_wage']
    WHEN region IS NULL THEN ['when 1', 'region']
    ELSE ['when 1', ':minimum_wage'] END;

CREATE TEMP VIEW wage_unknowns AS
WITH blamed AS (
    SELECT 'DATA-01' AS rule, *,
        CASE WHEN employer_kind IS NULL THEN ['scope 1', 'employer_kind']
             WHEN wage_month IS NULL THEN ['law_date', 'wage_month']
             WHEN nik_validity IS NULL THEN ['when 1', 'nik_validity']
             ELSE ['when 1', 'reported_wage'] END AS unsaid
    FROM wages WHERE data = 3
    UNION ALL
    SELECT 'PDS-UPAH-01', *,
        CASE WHEN employer_kind IS NULL THEN ['scope 1', 'employer_kind']
             WHEN wage_month IS NULL THEN ['law_date', 'wage_month']
             WHEN reported_wage IS NULL THEN ['when 1', 'reported_wage']
             ELSE ['when 1', 'received_wage'] END
    FROM wages WHERE upah_1 = 3
    UNION ALL
    SELECT 'PDS-UPAH-01-JP', *,
        CASE WHEN employer_kind IS NULL THEN ['scope 1', 'employer_kind']
             WHEN reported_jp_wage IS NULL THEN ['scope 2', 'reported_jp_wage']
             WHEN wage_month IS NULL THEN ['law_date', 'wage_month']
             WHEN received_wage IS NULL THEN ['when 1', 'received_wage']
             ELSE ['when 1', ':jp_wage_cap'] END
    FROM wages WHERE jp = 3
    UNION ALL
    SELECT 'PDS-UPAH-02', *,
        CASE WHEN employer_kind IS NULL THEN ['scope 1', 'employer_kind']
             WHEN business_scale IS NULL THEN ['scope 2', 'business_scale']
             WHEN full_month IS NULL THEN ['scope 3', 'full_month']
             WHEN full_time IS NULL THEN ['scope 4', 'full_time']
             ELSE unsaid_low(wage_month, region, reported_wage) END
    FROM wages WHERE upah_2 = 3
    UNION ALL
    SELECT 'PDS-UPAH-02-TAMBANG', *,
        CASE WHEN employer_kind IS NULL THEN ['scope 1', 'employer_kind']
             WHEN sector IS NULL THEN ['scope 2', 'sector']
             WHEN business_scale IS NULL THEN ['scope 3', 'business_scale']
             WHEN full_month IS NULL THEN ['scope 4', 'full_month']
             WHEN full_time IS NULL THEN ['scope 5', 'full_time']
             ELSE unsaid_low(wage_month, region, reported_wage) END
    FROM wages WHERE mining = 3)
SELECT rule, 'wage' AS fact, wage_id AS subject_key, region,
    list_append(unsaid, CASE WHEN NOT starts_with(unsaid[2], ':') THEN 'wages' END) AS blame,
    CASE WHEN starts_with(unsaid[2], ':') THEN 0 ELSE register END AS reason
FROM blamed;

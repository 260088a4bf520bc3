-- Members of micro-business groups, the self-employed and debtors: KUM-01, BPU-01, BPU-02 (a notice), KUR-01 (a trial).

CREATE MACRO kum(cover_until, active, bpu, wage_earners) AS
    verdict(lapsed(cover_until, bpu) AND lacking(active, wage_earners));

CREATE TEMP TABLE partner_verdicts AS
SELECT file_row_number AS row, place(region) AS place,
    kum(cover_until, wage_earner_active, _standing_bpu, _standing_wage_earners) AS kum
FROM read_parquet('$facts/partner.parquet', file_row_number = true);

CREATE TEMP TABLE partner_counts AS
SELECT 'KUM-01' AS rule, place AS region, kum AS outcome, count(*) AS subjects FROM partner_verdicts GROUP BY ALL;

CREATE TEMP TABLE partners AS
SELECT partner_id, name, region, group_id, group_name, cover_until, wage_earner_active, _standing_bpu,
    _standing_wage_earners, kum
FROM read_parquet('$facts/partner.parquet', file_row_number = true) f
JOIN (FROM partner_verdicts WHERE kum >= 2) v ON v.row = f.file_row_number;

DROP TABLE partner_verdicts;

CREATE TEMP VIEW partner_findings AS
SELECT 'KUM-01' AS rule, 'partner' AS fact, partner_id AS subject_key, region, 'micro' AS family, 'outreach' AS track,
    1 AS severity, CASE WHEN cover_until IS NULL THEN 'never_covered' ELSE '' END AS line, false AS below,
    'group' AS party_kind, group_name AS party_name, NULL::VARCHAR AS npwp, NULL::VARCHAR AS nik, NULL::VARCHAR AS nib,
    NULL::VARCHAR AS npp, 'group:' || coalesce(group_id, partner_id) AS source, 0 AS warnings_spent,
    false AS instalment_plan_kept,
    concat('{"cover_until":', dated(cover_until), ',"wage_earner_active":', bare(wage_earner_active),
        ',"name":', quoted(name), '}') AS evidence
FROM partners WHERE kum = 2;

CREATE TEMP VIEW partner_unknowns AS
SELECT 'KUM-01' AS rule, 'partner' AS fact, partner_id AS subject_key, region,
    CASE WHEN cover_until IS NULL AND _standing_bpu >= 2 THEN ['when 1', 'cover_until', 'bpu']
         ELSE ['when 2', 'wage_earner_active', 'wage_earners'] END AS blame,
    CASE blame[3] WHEN 'bpu' THEN _standing_bpu ELSE _standing_wage_earners END AS reason
FROM partners WHERE kum = 3;

-- The self-employed.

CREATE MACRO share(sector, paid_from, month) AS CASE
    WHEN paid_from IN ('apbn', 'apbd') THEN 1.0
    WHEN paid_from = 'own' AND sector = 'transport'
    THEN CASE WHEN month BETWEEN DATE '2026-01-01' AND DATE '2027-03-31' THEN 0.5 ELSE 1.0 END
    WHEN paid_from = 'own' AND sector = 'other'
    THEN CASE WHEN month BETWEEN DATE '2026-04-01' AND DATE '2026-12-31' THEN 0.5 ELSE 1.0 END END;
CREATE MACRO tariff(income, sector, paid_from, month) AS
    round((income * 0.01 + 6800) * share(sector, paid_from, month), 0)::DECIMAL(18, 0);

CREATE MACRO misbilled(month, billed, tariff) AS CASE
    WHEN month < DATE '2025-12-31' THEN 0
    WHEN month IS NULL THEN 3
    ELSE verdict(billed <> tariff) END::UTINYINT;

CREATE TEMP TABLE participant_verdicts AS
SELECT file_row_number AS row, place(region) AS place,
    verdict(months_unpaid >= 1) AS bpu_1,
    misbilled(contribution_month, billed_jkk_jkm, tariff(income_base, sector, paid_from, contribution_month)) AS bpu_2
FROM read_parquet('$facts/participant.parquet', file_row_number = true);

CREATE TEMP TABLE participant_totals AS
SELECT place, bpu_1, bpu_2, count(*) AS subjects FROM participant_verdicts GROUP BY ALL;

CREATE TEMP TABLE participant_counts AS
SELECT 'BPU-01' AS rule, place AS region, bpu_1 AS outcome, sum(subjects) AS subjects FROM participant_totals GROUP BY ALL
UNION ALL SELECT 'BPU-02', place, bpu_2, sum(subjects) FROM participant_totals GROUP BY ALL;

CREATE TEMP TABLE participants AS
SELECT participant_id, nik, name, region, sector, paid_from, income_base, contribution_month, billed_jkk_jkm,
    months_unpaid, _standing_bpu_bills AS register, bpu_1, bpu_2
FROM read_parquet('$facts/participant.parquet', file_row_number = true) f
JOIN (FROM participant_verdicts WHERE bpu_1 >= 2 OR bpu_2 >= 2) v ON v.row = f.file_row_number;

DROP TABLE participant_verdicts;

CREATE TEMP VIEW participant_told AS
WITH found AS (
    SELECT 'BPU-01' AS rule, 'outreach' AS track, CASE WHEN months_unpaid > 3 THEN 'ended' ELSE '' END AS line, *,
        concat('{"months_unpaid":', months_unpaid, ',"name":', quoted(name), ',"sector":', quoted(sector), '}') AS evidence
    FROM participants WHERE bpu_1 = 2
    UNION ALL
    SELECT 'BPU-02', 'sanction', '', *,
        concat('{"billed_jkk_jkm":', billed_jkk_jkm, ',"income_base":', income_base, ',"paid_from":', quoted(paid_from),
            ',"sector":', quoted(sector), ',"contribution_month":', dated(contribution_month), ',"tariff":',
            tariff(income_base, sector, paid_from, contribution_month), '}')
    FROM participants WHERE bpu_2 = 2)
SELECT rule, 'participant' AS fact, participant_id AS subject_key, region, 'micro' AS family, track, 1 AS severity, line,
    false AS below, 'person' AS party_kind, name AS party_name, NULL::VARCHAR AS npwp, sixteen(stripped(nik)) AS nik,
    NULL::VARCHAR AS nib, NULL::VARCHAR AS npp, 'person:' || participant_id AS source, 0 AS warnings_spent,
    false AS instalment_plan_kept, evidence
FROM found;

CREATE TEMP VIEW participant_findings AS FROM participant_told WHERE rule = 'BPU-01';
CREATE TEMP VIEW participant_notices AS FROM participant_told WHERE rule = 'BPU-02';

CREATE TEMP VIEW participant_unknowns AS
WITH blamed AS (
    SELECT 'BPU-01' AS rule, *, ['when 1', 'months_unpaid', 'bpu_bills'] AS blame FROM participants WHERE bpu_1 = 3
    UNION ALL
    SELECT 'BPU-02', *,
        CASE WHEN contribution_month IS NULL THEN ['law_date', 'contribution_month', 'bpu_bills']
             WHEN billed_jkk_jkm IS NULL THEN ['when 1', 'billed_jkk_jkm', 'bpu_bills']
             WHEN income_base IS NULL THEN ['when 1', 'income_base', 'bpu_bills']
             WHEN paid_from IS NULL THEN ['when 1', 'paid_from', 'bpu_bills']
             ELSE ['when 1', 'sector', 'bpu_bills'] END
    FROM participants WHERE bpu_2 = 3)
SELECT rule, 'participant' AS fact, participant_id AS subject_key, region, blame, register AS reason FROM blamed;

-- Debtors.

CREATE MACRO kur(kind, plafon, granted_on, jkk, jkm, cover) AS CASE
    WHEN kind NOT IN ('kecil', 'khusus') OR granted_on < DATE '2023-12-31' THEN 0
    WHEN plafon <= 100000000 AND granted_on IS NOT NULL THEN 0
    WHEN kind IS NULL OR plafon IS NULL OR granted_on IS NULL THEN 3
    ELSE verdict(lacking(jkk, cover) OR lacking(jkm, cover)) END::UTINYINT;

CREATE TEMP TABLE debtor_verdicts AS
SELECT file_row_number AS row, place(region) AS place,
    kur(kur_kind, plafon, granted_on, jkk_active, jkm_active, _standing_kur_cover) AS kur
FROM read_parquet('$facts/debtor.parquet', file_row_number = true);

CREATE TEMP TABLE debtor_counts AS
SELECT 'KUR-01' AS rule, place AS region, kur AS outcome, count(*) AS subjects FROM debtor_verdicts GROUP BY ALL;

CREATE TEMP VIEW debtor_unknowns AS
SELECT 'KUR-01' AS rule, 'debtor' AS fact, debtor_id AS subject_key, region,
    CASE WHEN kur_kind IS NULL THEN ['scope 1', 'kur_kind', 'kur']
         WHEN plafon IS NULL THEN ['scope 2', 'plafon', 'kur']
         WHEN granted_on IS NULL THEN ['scope 2', ':kur_threshold', NULL]
         WHEN jkm_active IS NULL THEN ['when 1', 'jkm_active', 'kur_cover']
         ELSE ['when 1', 'jkk_active', 'kur_cover'] END AS blame,
    CASE blame[3] WHEN 'kur' THEN _standing_kur WHEN 'kur_cover' THEN _standing_kur_cover ELSE 0 END AS reason
FROM read_parquet('$facts/debtor.parquet', file_row_number = true) f
JOIN (FROM debtor_verdicts WHERE kur = 3) v ON v.row = f.file_row_number;

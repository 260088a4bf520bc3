-- Months of contributions: IUR-01 and IUR-04.

-- Nothing in `scope` or `unpaid` is FALSE or TRUE unless somebody said so.
CREATE MACRO overdue(kind, scope, month, unpaid) AS CASE
    WHEN kind <> 'private' OR NOT scope OR month < DATE '2015-12-31' THEN 0
    WHEN kind IS NULL OR scope IS NULL OR month IS NULL THEN 3
    ELSE verdict(unpaid AND passed(month, DATE '$month_overdue', DATE '$month_known')) END::UTINYINT;

CREATE MACRO any_due(jkk, jkm, jht, jp) AS jkk > 0 OR jkm > 0 OR jht > 0 OR jp > 0;
CREATE MACRO kept_back(withheld_jht, paid_jht, due_jht, withheld_jp, paid_jp, due_jp) AS
    (withheld_jht > 0 AND paid_jht < due_jht) OR (withheld_jp > 0 AND paid_jp < due_jp);

CREATE TEMP TABLE contribution_verdicts AS
SELECT file_row_number AS row, place(region) AS place,
    overdue(employer_kind, any_due(due_jkk, due_jkm, due_jht, due_jp), contribution_month,
        due_jkk > paid_jkk OR due_jkm > paid_jkm OR due_jht > paid_jht OR due_jp > paid_jp) AS iur_1,
    overdue(employer_kind, withheld_jht > 0 OR withheld_jp > 0, contribution_month,
        kept_back(withheld_jht, paid_jht, due_jht, withheld_jp, paid_jp, due_jp)) AS iur_4
FROM read_parquet('$facts/contribution.parquet', file_row_number = true);

CREATE TEMP TABLE contribution_totals AS
SELECT place, iur_1, iur_4, count(*) AS subjects FROM contribution_verdicts GROUP BY ALL;

CREATE TEMP TABLE contribution_counts AS
SELECT 'IUR-01' AS rule, place AS region, iur_1 AS outcome, sum(subjects) AS subjects FROM contribution_totals GROUP BY ALL
UNION ALL SELECT 'IUR-04', place, iur_4, sum(subjects) FROM contribution_totals GROUP BY ALL;

CREATE TEMP TABLE contributions AS
SELECT contribution_id, npp, employer_name, region, employer_kind, contribution_month, due_jkk, due_jkm, due_jht, due_jp,
    paid_jkk, paid_jkm, paid_jht, paid_jp, paid_on, withheld_jht, withheld_jp, instalment_plan_kept, warnings_spent,
    _standing_contribution_months AS register, iur_1, iur_4
FROM read_parquet('$facts/contribution.parquet', file_row_number = true) f
JOIN (FROM contribution_verdicts WHERE iur_1 >= 2 OR iur_4 >= 2) v ON v.row = f.file_row_number;

DROP TABLE contribution_verdicts;

CREATE TEMP VIEW contribution_findings AS
WITH found AS (
    SELECT 'IUR-01' AS rule, 'collection' AS family, 1 AS severity, *,
        concat('{"employer_kind":"private","due_jp":', bare(due_jp), ',"due_jht":', bare(due_jht), ',"due_jkk":',
            bare(due_jkk), ',"due_jkm":', bare(due_jkm), ',"paid_jp":', bare(paid_jp), ',"paid_jht":', bare(paid_jht),
            ',"paid_jkk":', bare(paid_jkk), ',"paid_jkm":', bare(paid_jkm), ',"contribution_month":',
            dated(contribution_month), ',"paid_on":', dated(paid_on),
            ',"unpaid_jkk_jkm":', bare(due_jkk - paid_jkk + due_jkm - paid_jkm),
            ',"unpaid_jht_jp":', bare(due_jht - paid_jht + due_jp - paid_jp), '}') AS evidence
    FROM contributions WHERE iur_1 = 2
    UNION ALL
    SELECT 'IUR-04', 'withholding', 4, *,
        concat('{"employer_kind":"private","withheld_jht":', bare(withheld_jht), ',"withheld_jp":', bare(withheld_jp),
            ',"paid_jht":', bare(paid_jht), ',"due_jht":', bare(due_jht), ',"paid_jp":', bare(paid_jp), ',"due_jp":',
            bare(due_jp), ',"contribution_month":', dated(contribution_month), ',"paid_on":', dated(paid_on), '}')
    FROM contributions WHERE iur_4 = 2)
SELECT rule, 'contribution' AS fact, contribution_id AS subject_key, region, family, 'sanction' AS track, severity,
    '' AS line, false AS below, 'employer' AS party_kind, employer_name AS party_name, NULL::VARCHAR AS npwp,
    NULL::VARCHAR AS nik, NULL::VARCHAR AS nib, membership_key(npp) AS npp,
    'employer:' || coalesce(npp, contribution_id) AS source,
    CASE WHEN register < 2 THEN coalesce(warnings_spent, 0) END AS warnings_spent,
    CASE WHEN register < 2 THEN coalesce(instalment_plan_kept, false) END AS instalment_plan_kept, evidence
FROM found;

-- Where nothing is unsaid, it is the calendar that ends too early.
CREATE TEMP VIEW contribution_unknowns AS
WITH blamed AS (
    SELECT 'IUR-01' AS rule, *,
        CASE WHEN employer_kind IS NULL THEN ['scope 1', 'employer_kind']
             WHEN any_due(due_jkk, due_jkm, due_jht, due_jp) IS NULL
             THEN ['scope 2', CASE WHEN due_jp IS NULL THEN 'due_jp' WHEN due_jht IS NULL THEN 'due_jht'
                                   WHEN due_jkk IS NULL THEN 'due_jkk' ELSE 'due_jkm' END]
             WHEN contribution_month IS NULL THEN ['law_date', 'contribution_month']
             WHEN (due_jkk > paid_jkk OR due_jkm > paid_jkm OR due_jht > paid_jht OR due_jp > paid_jp) IS NULL
             THEN ['when 1', CASE WHEN due_jp IS NULL THEN 'due_jp' WHEN paid_jp IS NULL THEN 'paid_jp'
                                  WHEN due_jht IS NULL THEN 'due_jht' WHEN paid_jht IS NULL THEN 'paid_jht'
                                  WHEN due_jkk IS NULL THEN 'due_jkk' WHEN paid_jkk IS NULL THEN 'paid_jkk'
                                  WHEN due_jkm IS NULL THEN 'due_jkm' ELSE 'paid_jkm' END]
             ELSE ['when 2', NULL] END AS unsaid
    FROM contributions WHERE iur_1 = 3
    UNION ALL
    SELECT 'IUR-04', *,
        CASE WHEN employer_kind IS NULL THEN ['scope 1', 'employer_kind']
             WHEN (withheld_jht > 0 OR withheld_jp > 0) IS NULL
             THEN ['scope 2', CASE WHEN withheld_jht IS NULL THEN 'withheld_jht' ELSE 'withheld_jp' END]
             WHEN contribution_month IS NULL THEN ['law_date', 'contribution_month']
             WHEN kept_back(withheld_jht, paid_jht, due_jht, withheld_jp, paid_jp, due_jp) IS NULL
             THEN ['when 1', CASE WHEN withheld_jht IS NULL THEN 'withheld_jht' WHEN paid_jht IS NULL THEN 'paid_jht'
                                  WHEN due_jht IS NULL THEN 'due_jht' WHEN withheld_jp IS NULL THEN 'withheld_jp'
                                  WHEN paid_jp IS NULL THEN 'paid_jp' ELSE 'due_jp' END]
             ELSE ['when 2', NULL] END
    FROM contributions WHERE iur_4 = 3)
SELECT rule, 'contribution' AS fact, contribution_id AS subject_key, region,
    list_append(unsaid, CASE WHEN unsaid[2] IS NOT NULL THEN 'contribution_months' END) AS blame,
    CASE WHEN unsaid[2] IS NULL THEN 0 ELSE register END AS reason
FROM blamed;

-- Construction projects: JAKON-01 to JAKON-06; JAKON-02-BESAR is a trial, JAKON-03 and JAKON-04 are notices.

CREATE MACRO from_region(fund) AS
    fund IN ('APBD', 'APBDP') OR regexp_matches(upper(fund), '(^|[;,])\s*APBDP?\s*($|[;,])');

CREATE MACRO jakon_1(kind, fund, stage, contract_date, project_number, register) AS CASE
    WHEN kind <> 'construction' OR stage IN ('running', 'failed', 'cancelled') OR NOT from_region(fund)
      OR contract_date < DATE '2015-12-31' THEN 0
    WHEN kind IS NULL OR fund IS NULL OR stage IS NULL OR contract_date IS NULL THEN 3
    ELSE verdict(absent(project_number, register)
        AND passed(contract_date, DATE '$contract_overdue', DATE '$contract_known')) END::UTINYINT;

-- A registered construction project: 0 no, 1 yes, 3 unknown.
CREATE MACRO registered_project(kind, project_number, register) AS CASE
    WHEN kind <> 'construction' OR (project_number IS NULL AND register < 2) THEN 0
    WHEN kind IS NULL OR project_number IS NULL THEN 3
    ELSE 1 END;

CREATE MACRO jkk(value) AS round(CASE
    WHEN value <= 100000000 THEN value * 0.0021
    WHEN value <= 500000000 THEN 210000 + (value - 100000000) * 0.0017
    WHEN value <= 1000000000 THEN 890000 + (value - 500000000) * 0.0013
    WHEN value <= 5000000000 THEN 1540000 + (value - 1000000000) * 0.0011
    ELSE 5940000 + (value - 5000000000) * 0.0009 END, 0)::DECIMAL(18, 0);
CREATE MACRO jkm(value) AS round(CASE
    WHEN value <= 100000000 THEN value * 0.0003
    WHEN value <= 1000000000 THEN 30000 + (value - 100000000) * 0.0002
    ELSE 210000 + (value - 1000000000) * 0.0001 END, 0)::DECIMAL(18, 0);
CREATE MACRO base(value, registered) AS CASE WHEN value <= registered THEN value WHEN value > registered THEN registered END;
-- What is certain: JKM on the first 5 billion.
CREATE MACRO certain_jkm(base) AS jkm(least(base, 5000000000));
CREATE MACRO wage_jkk(wages) AS round(wages * 0.0174, 0)::DECIMAL(18, 0);
CREATE MACRO wage_jkm(wages) AS round(wages * 0.0030, 0)::DECIMAL(18, 0);

-- `scope` FALSE, TRUE or NULL for what a rule asks beside a registered construction project.
CREATE MACRO in_scope(registered, scope, law_date, since) AS CASE
    WHEN registered = 0 OR NOT scope OR law_date < since THEN 0
    WHEN registered = 3 OR scope IS NULL OR law_date IS NULL THEN 3
    ELSE 1 END;
CREATE MACRO underpaid(scope, paid, due) AS CASE WHEN scope <> 1 THEN scope ELSE verdict(paid < due - 1000) END::UTINYINT;
CREATE MACRO noticed(registered, sign) AS CASE WHEN registered <> 1 THEN registered ELSE verdict(sign) END::UTINYINT;

CREATE MACRO works_on(work_end, cover_until, handed_over_on, projects) AS work_end > cover_until AND CASE
    WHEN handed_over_on IS NULL THEN CASE WHEN projects < 2 THEN true END
    ELSE handed_over_on > cover_until END;

CREATE MACRO jakon_5(scope, workers, registered_on) AS CASE
    WHEN scope <> 1 THEN scope
    ELSE verdict(workers = 0 AND passed(registered_on, DATE '$list_overdue', DATE '$list_known')) END::UTINYINT;

CREATE MACRO jakon_6(kind, fund, requested_on, proof, projects, files) AS CASE
    WHEN kind <> 'construction' OR NOT from_region(fund) OR (requested_on IS NULL AND projects < 2)
      OR requested_on < DATE '2025-02-21' THEN 0
    WHEN kind IS NULL OR fund IS NULL OR requested_on IS NULL THEN 3
    ELSE verdict(lacking(proof, files)) END::UTINYINT;

CREATE TEMP TABLE project_verdicts AS
SELECT file_row_number AS row, place(region) AS place,
    jakon_1(procurement_kind, fund, stage, contract_date, project_number, _standing_project_register) AS jakon_1,
    underpaid(in_scope(registered, contribution_basis = 'contract_value', contract_date, DATE '2015-12-31'),
        contribution_paid, jkk(base) + certain_jkm(base)) AS jakon_2,
    underpaid(in_scope(registered, contribution_basis = 'contract_value' AND value_without_ppn > 5000000000,
            contract_date, DATE '2015-12-31'),
        contribution_paid, jkk(value_without_ppn) + jkm(value_without_ppn)) AS besar,
    underpaid(in_scope(registered, contribution_basis = 'wages', contract_date, DATE '2021-12-31'),
        contribution_paid, wage_jkk(project_wages) + wage_jkm(project_wages)) AS upah,
    noticed(registered, value_without_ppn > registered_value) AS jakon_3,
    noticed(registered, works_on(work_end, cover_until, handed_over_on, _standing_projects)) AS jakon_4,
    jakon_5(in_scope(registered, true, project_registered_on, DATE '2015-12-31'), valid_workers, project_registered_on)
        AS jakon_5,
    jakon_6(procurement_kind, fund, payment_requested_on, payment_proof, _standing_projects, _standing_payment_proofs)
        AS jakon_6
FROM (SELECT *, registered_project(procurement_kind, project_number, _standing_project_register) AS registered,
          base(value_without_ppn, registered_value) AS base
      FROM read_parquet('$facts/project.parquet', file_row_number = true));

CREATE TEMP TABLE project_totals AS
SELECT place, jakon_1, jakon_2, besar, upah, jakon_3, jakon_4, jakon_5, jakon_6, count(*) AS subjects
FROM project_verdicts GROUP BY ALL;

CREATE TEMP TABLE project_counts AS
SELECT 'JAKON-01' AS rule, place AS region, jakon_1 AS outcome, sum(subjects) AS subjects FROM project_totals GROUP BY ALL
UNION ALL SELECT 'JAKON-02', place, jakon_2, sum(subjects) FROM project_totals GROUP BY ALL
UNION ALL SELECT 'JAKON-02-BESAR', place, besar, sum(subjects) FROM project_totals GROUP BY ALL
UNION ALL SELECT 'JAKON-02-UPAH', place, upah, sum(subjects) FROM project_totals GROUP BY ALL
UNION ALL SELECT 'JAKON-03', place, jakon_3, sum(subjects) FROM project_totals GROUP BY ALL
UNION ALL SELECT 'JAKON-04', place, jakon_4, sum(subjects) FROM project_totals GROUP BY ALL
UNION ALL SELECT 'JAKON-05', place, jakon_5, sum(subjects) FROM project_totals GROUP BY ALL
UNION ALL SELECT 'JAKON-06', place, jakon_6, sum(subjects) FROM project_totals GROUP BY ALL;

CREATE TEMP TABLE projects AS
SELECT project_key, region, fund, procurement_kind, stage, buyer_name, contract_number, contract_date, contract_value,
    contractor_key, contractor_name, contractor_npwp, contractor_npwp15, work_end, handed_over_on, project_number,
    value_without_ppn, contribution_basis, project_wages, contribution_paid, registered_value, cover_until,
    valid_workers, payment_requested_on, payment_proof, project_registered_on, _standing_projects,
    _standing_project_register, _standing_payment_proofs, jakon_1, jakon_2, besar, upah, jakon_3, jakon_4, jakon_5, jakon_6
FROM read_parquet('$facts/project.parquet', file_row_number = true) f
JOIN (FROM project_verdicts
      WHERE jakon_1 >= 2 OR jakon_2 >= 2 OR besar = 3 OR upah >= 2 OR jakon_3 >= 2 OR jakon_4 >= 2 OR jakon_5 >= 2
         OR jakon_6 >= 2) v ON v.row = f.file_row_number;

DROP TABLE project_verdicts;

CREATE TEMP VIEW project_told AS
WITH accused AS (
    SELECT *, payer(own, other) AS payer_key
    FROM (SELECT *, payer_form(own_digits) AS own, payer_form(other_digits) AS other
          FROM (SELECT *, stripped(contractor_npwp) AS own_digits, stripped(contractor_npwp15) AS other_digits,
                    coalesce(work_end < DATE '$day' OR handed_over_on <= DATE '$day', false) AS ended
                FROM projects WHERE 2 IN (jakon_1, jakon_2, upah, jakon_3, jakon_4, jakon_5, jakon_6)))),
found AS (
    SELECT 'JAKON-01' AS rule, 'construction' AS family, 'sanction' AS track, 3 AS severity, CASE WHEN ended THEN 'work_ended' ELSE '' END AS line,
        ended AS below, *,
        concat('{"procurement_kind":"construction","fund":', quoted(fund), ',"stage":', quoted(stage),
            ',"contract_date":', dated(contract_date), ',"project_number":null,"work_end":', dated(work_end),
            ',"handed_over_on":', dated(handed_over_on), ',"contract_number":', quoted(contract_number),
            ',"contract_value":', bare(contract_value), ',"buyer_name":', quoted(buyer_name), '}') AS evidence
    FROM accused WHERE jakon_1 = 2
    UNION ALL
    SELECT 'JAKON-02', 'collection', 'sanction', 2, '', false, * EXCLUDE (base, jkk_due, jkm_due),
        concat('{"procurement_kind":"construction","project_number":', quoted(project_number),
            ',"contribution_basis":"contract_value","contribution_paid":', contribution_paid, ',"value_without_ppn":',
            value_without_ppn, ',"registered_value":', registered_value, ',"contract_date":', dated(contract_date),
            ',"contract_number":', quoted(contract_number), ',"contribution_base":', base, ',"jkk_due":', jkk_due, ',"jkm_due":', jkm_due, ',"contribution_due":', jkk_due + jkm_due, ',"shortfall":',
            jkk_due + jkm_due - contribution_paid, '}')
    FROM (SELECT *, jkk(base) AS jkk_due, certain_jkm(base) AS jkm_due
          FROM (SELECT *, base(value_without_ppn, registered_value) AS base FROM accused WHERE jakon_2 = 2))
    UNION ALL
    SELECT 'JAKON-02-UPAH', 'collection', 'sanction', 2, '', false, * EXCLUDE (jkk_due, jkm_due),
        concat('{"procurement_kind":"construction","project_number":', quoted(project_number),
            ',"contribution_basis":"wages","contribution_paid":', contribution_paid, ',"project_wages":',
            project_wages, ',"contract_date":', dated(contract_date), ',"contract_number":', quoted(contract_number),
            ',"jkk_due":', jkk_due, ',"jkm_due":', jkm_due, ',"contribution_due":', jkk_due + jkm_due, ',"shortfall":',
            jkk_due + jkm_due - contribution_paid, '}')
    FROM (SELECT *, wage_jkk(project_wages) AS jkk_due, wage_jkm(project_wages) AS jkm_due FROM accused WHERE upah = 2)
    UNION ALL
    SELECT 'JAKON-03', 'construction', 'sanction', 1, '', false, *,
        concat('{"procurement_kind":"construction","project_number":', quoted(project_number), ',"value_without_ppn":',
            value_without_ppn, ',"registered_value":', registered_value, ',"contract_number":', quoted(contract_number),
            ',"contract_date":', dated(contract_date), ',"added_value":', value_without_ppn - registered_value, '}')
    FROM accused WHERE jakon_3 = 2
    UNION ALL
    SELECT 'JAKON-04', 'construction', 'sanction', 1, '', false, *,
        concat('{"procurement_kind":"construction","project_number":', quoted(project_number), ',"work_end":',
            dated(work_end), ',"cover_until":', dated(cover_until), ',"handed_over_on":', dated(handed_over_on),
            ',"contract_number":', quoted(contract_number), '}')
    FROM accused WHERE jakon_4 = 2
    UNION ALL
    SELECT 'JAKON-05', 'construction', 'sanction', 2, '', false, *,
        concat('{"procurement_kind":"construction","project_number":', quoted(project_number),
            ',"valid_workers":0,"project_registered_on":', dated(project_registered_on), ',"contract_number":',
            quoted(contract_number), ',"work_end":', dated(work_end), '}')
    FROM accused WHERE jakon_5 = 2
    UNION ALL
    SELECT 'JAKON-06', 'construction', 'outreach', 2, '', false, *,
        concat('{"procurement_kind":"construction","fund":', quoted(fund), ',"payment_requested_on":',
            dated(payment_requested_on), ',"payment_proof":', bare(payment_proof), ',"contract_number":',
            quoted(contract_number), ',"buyer_name":', quoted(buyer_name), ',"contract_value":', bare(contract_value),
            ',"project_number":', quoted(project_number), '}')
    FROM accused WHERE jakon_6 = 2)
SELECT rule, 'project' AS fact, project_key AS subject_key, region, family, track, severity, line, below,
    'contractor' AS party_kind, contractor_name AS party_name, payer_key AS npwp, NULL::VARCHAR AS nik,
    NULL::VARCHAR AS nib, NULL::VARCHAR AS npp, 'contractor:' || coalesce(contractor_key, project_key) AS source,
    0 AS warnings_spent, false AS instalment_plan_kept, evidence
FROM found;

CREATE TEMP VIEW project_findings AS FROM project_told WHERE rule NOT IN ('JAKON-03', 'JAKON-04');
CREATE TEMP VIEW project_notices AS FROM project_told WHERE rule IN ('JAKON-03', 'JAKON-04');

CREATE MACRO blamed_project(kind, project_number) AS CASE
    WHEN kind IS NULL THEN ['scope 1', 'procurement_kind', 'projects']
    WHEN project_number IS NULL THEN ['scope 2', 'project_number', 'project_register'] END;

CREATE TEMP VIEW project_unknowns AS
WITH blamed AS (
    SELECT 'JAKON-01' AS rule, *,
        CASE WHEN procurement_kind IS NULL THEN ['scope 1', 'procurement_kind', 'projects']
             WHEN fund IS NULL THEN ['scope 2', 'fund', 'projects']
             WHEN stage IS NULL THEN ['scope 3', 'stage', 'projects']
             WHEN contract_date IS NULL THEN ['needs 1', 'contract_date', 'projects']
             WHEN project_number IS NULL AND _standing_project_register >= 2
             THEN ['when 1', 'project_number', 'project_register']
             ELSE ['when 2', NULL, NULL] END AS blame
    FROM projects WHERE jakon_1 = 3
    UNION ALL
    SELECT 'JAKON-02', *,
        coalesce(blamed_project(procurement_kind, project_number), CASE
             WHEN contribution_basis IS NULL THEN ['scope 3', 'contribution_basis', 'project_register']
             WHEN contract_date IS NULL THEN ['law_date', 'contract_date', 'projects']
             WHEN contribution_paid IS NULL THEN ['when 1', 'contribution_paid', 'project_register']
             WHEN value_without_ppn IS NULL THEN ['when 1', 'value_without_ppn', 'projects']
             ELSE ['when 1', 'registered_value', 'project_register'] END)
    FROM projects WHERE jakon_2 = 3
    UNION ALL
    SELECT 'JAKON-02-BESAR', *,
        coalesce(blamed_project(procurement_kind, project_number), CASE
             WHEN contribution_basis IS NULL THEN ['scope 3', 'contribution_basis', 'project_register']
             WHEN value_without_ppn IS NULL THEN ['scope 4', 'value_without_ppn', 'projects']
             WHEN contract_date IS NULL THEN ['law_date', 'contract_date', 'projects']
             ELSE ['when 1', 'contribution_paid', 'project_register'] END)
    FROM projects WHERE besar = 3
    UNION ALL
    SELECT 'JAKON-02-UPAH', *,
        coalesce(blamed_project(procurement_kind, project_number), CASE
             WHEN contribution_basis IS NULL THEN ['scope 3', 'contribution_basis', 'project_register']
             WHEN contract_date IS NULL THEN ['law_date', 'contract_date', 'projects']
             WHEN contribution_paid IS NULL THEN ['when 1', 'contribution_paid', 'project_register']
             ELSE ['when 1', 'project_wages', 'project_register'] END)
    FROM projects WHERE upah = 3
    UNION ALL
    SELECT 'JAKON-03', *,
        coalesce(blamed_project(procurement_kind, project_number), CASE
             WHEN value_without_ppn IS NULL THEN ['when 1', 'value_without_ppn', 'projects']
             ELSE ['when 1', 'registered_value', 'project_register'] END)
    FROM projects WHERE jakon_3 = 3
    UNION ALL
    SELECT 'JAKON-04', *,
        coalesce(blamed_project(procurement_kind, project_number), CASE
             WHEN work_end IS NULL THEN ['when 1', 'work_end', 'projects']
             ELSE ['when 1', 'cover_until', 'project_register'] END)
    FROM projects WHERE jakon_4 = 3
    UNION ALL
    SELECT 'JAKON-05', *,
        coalesce(blamed_project(procurement_kind, project_number), CASE
             WHEN project_registered_on IS NULL THEN ['law_date', 'project_registered_on', 'project_register']
             WHEN valid_workers IS NULL THEN ['when 1', 'valid_workers', 'project_register']
             ELSE ['when 2', NULL, NULL] END)
    FROM projects WHERE jakon_5 = 3
    UNION ALL
    SELECT 'JAKON-06', *,
        CASE WHEN procurement_kind IS NULL THEN ['scope 1', 'procurement_kind', 'projects']
             WHEN fund IS NULL THEN ['scope 2', 'fund', 'projects']
             WHEN payment_requested_on IS NULL THEN ['scope 3', 'payment_requested_on', 'projects']
             ELSE ['when 1', 'payment_proof', 'payment_proofs'] END
    FROM projects WHERE jakon_6 = 3)
SELECT rule, 'project' AS fact, project_key AS subject_key, region, blame,
    CASE blame[3] WHEN 'projects' THEN _standing_projects WHEN 'project_register' THEN _standing_project_register
         WHEN 'payment_proofs' THEN _standing_payment_proofs ELSE 0 END AS reason
FROM blamed;

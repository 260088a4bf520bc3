-- What detection gives: counts, findings, notices, and the data-repair list of who cannot be judged and which register should say more.

CREATE TEMP TABLE counts AS
SELECT rule, region, outcome, subjects::BIGINT AS subjects FROM (
    FROM employer_counts UNION ALL FROM contribution_counts UNION ALL FROM wage_counts UNION ALL FROM project_counts
    UNION ALL FROM partner_counts UNION ALL FROM participant_counts UNION ALL FROM debtor_counts
    UNION ALL FROM cohort_counts UNION ALL FROM member_counts);

CREATE MACRO told(listed) AS TABLE
    SELECT rule, fact, subject_key, coalesce(region, '') AS region, left(coalesce(region, ''), 2) AS province, family,
        track, severity::UTINYINT AS severity, line, below, party_kind, party_name, npwp, nik, nib, npp, source,
        warnings_spent::UTINYINT AS warnings_spent, instalment_plan_kept, evidence,
        md5(concat(evidence, '|', severity, '|', line)) AS fingerprint
    FROM query_table(listed);

CREATE TEMP VIEW found AS
    FROM employer_findings UNION ALL FROM contribution_findings UNION ALL FROM wage_findings
    UNION ALL FROM project_findings UNION ALL FROM partner_findings UNION ALL FROM participant_findings
    UNION ALL FROM cohort_findings UNION ALL FROM member_findings;

CREATE TEMP VIEW noticed AS FROM project_notices UNION ALL FROM participant_notices;

COPY (FROM told('found') ORDER BY rule, subject_key)
TO '$into/findings.parquet' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy);

COPY (FROM told('noticed') ORDER BY rule, subject_key)
TO '$into/notices.parquet' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy);

COPY (
    SELECT rule, fact, subject_key, coalesce(region, '') AS region, blame[1] AS line, blame[2] AS field,
        blame[3] AS source, reason::UTINYINT AS reason
    FROM (FROM employer_unknowns UNION ALL FROM contribution_unknowns UNION ALL FROM wage_unknowns
        UNION ALL FROM project_unknowns UNION ALL FROM partner_unknowns UNION ALL FROM participant_unknowns
        UNION ALL FROM debtor_unknowns UNION ALL FROM cohort_unknowns UNION ALL FROM member_unknowns)
    ORDER BY rule, subject_key
) TO '$into/unknowns.parquet' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy);

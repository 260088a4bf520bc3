-- Funded cohorts and the people on institutions' lists: DANA-01, NASN-01, DESA-01 and PEMILU-01.

CREATE MACRO dana(cover_until, members, register) AS CASE
    WHEN members < 1 OR (cover_until IS NULL AND register < 2) THEN 0
    WHEN members IS NULL OR cover_until IS NULL THEN 3
    WHEN cover_until < DATE '$day' THEN 2
    ELSE 1 END::UTINYINT;

-- Forms from before the law are answered for from its first day, which has long passed as well.
CREATE MACRO nasn(kind, members, jkk, jkm, jht, received_on) AS CASE
    WHEN kind <> 'non_asn' THEN 0
    WHEN kind IS NULL THEN 3
    ELSE verdict((jkk < members OR jkm < members OR jht < members)
        AND passed(received_on, DATE '$forms_overdue', DATE '$forms_known')) END::UTINYINT;

CREATE TEMP TABLE cohort_verdicts AS
SELECT file_row_number AS row, place(region) AS place,
    dana(cover_until, members, _standing_cohorts) AS dana,
    nasn(cohort_kind, members, jkk_members, jkm_members, jht_members, forms_received_on) AS nasn
FROM read_parquet('$facts/cohort.parquet', file_row_number = true);

CREATE TEMP TABLE cohort_counts AS
SELECT 'DANA-01' AS rule, place AS region, dana AS outcome, count(*) AS subjects FROM cohort_verdicts GROUP BY ALL
UNION ALL SELECT 'NASN-01', place, nasn, count(*) FROM cohort_verdicts GROUP BY ALL;

CREATE TEMP TABLE cohorts AS
SELECT cohort_id, institution_id, institution_name, region, cohort_kind, funder, members, members_as_of, jkk_members,
    jkm_members, jht_members, forms_received_on, cover_until, _standing_cohorts AS register, dana, nasn
FROM read_parquet('$facts/cohort.parquet', file_row_number = true) f
JOIN (FROM cohort_verdicts WHERE dana >= 2 OR nasn >= 2) v ON v.row = f.file_row_number;

CREATE TEMP VIEW cohort_findings AS
WITH found AS (
    SELECT 'DANA-01' AS rule, 'outreach' AS track, CASE WHEN members >= 1000 THEN 3 ELSE 2 END AS severity,
        '' AS line, *,
        concat('{"cover_until":', dated(cover_until), ',"members":', members, ',"cohort_kind":', quoted(cohort_kind),
            ',"funder":', quoted(funder), ',"members_as_of":', dated(members_as_of), '}') AS evidence
    FROM cohorts WHERE dana = 2
    UNION ALL
    SELECT 'NASN-01', 'sanction', 3,
        CASE WHEN jkk_members >= members AND jkm_members >= members THEN 'only_jht' ELSE '' END, *,
        concat('{"cohort_kind":"non_asn","jht_members":', bare(jht_members), ',"members":', members,
            ',"jkk_members":', bare(jkk_members), ',"jkm_members":', bare(jkm_members), ',"forms_received_on":',
            dated(forms_received_on), ',"members_as_of":', dated(members_as_of),
            ',"without_jht":', bare(members - jht_members), '}')
    FROM cohorts WHERE nasn = 2)
SELECT rule, 'cohort' AS fact, cohort_id AS subject_key, region, 'public' AS family, track, severity, line, false AS below,
    'institution' AS party_kind, institution_name AS party_name, NULL::VARCHAR AS npwp, NULL::VARCHAR AS nik,
    NULL::VARCHAR AS nib, NULL::VARCHAR AS npp, 'institution:' || coalesce(institution_id, cohort_id) AS source,
    0 AS warnings_spent, false AS instalment_plan_kept, evidence
FROM found;

CREATE TEMP VIEW cohort_unknowns AS
WITH blamed AS (
    SELECT 'DANA-01' AS rule, *,
        CASE WHEN cover_until IS NULL THEN ['scope 1', 'cover_until', 'cohorts']
             ELSE ['scope 2', 'members', 'cohorts'] END AS blame
    FROM cohorts WHERE dana = 3
    UNION ALL
    SELECT 'NASN-01', *,
        CASE WHEN cohort_kind IS NULL THEN ['scope 1', 'cohort_kind', 'cohorts']
             WHEN (jkk_members < members OR jkm_members < members OR jht_members < members) IS NULL
             THEN ['when 1', CASE WHEN jht_members IS NULL THEN 'jht_members' WHEN members IS NULL THEN 'members'
                                  WHEN jkk_members IS NULL THEN 'jkk_members' ELSE 'jkm_members' END, 'cohorts']
             WHEN forms_received_on IS NULL THEN ['when 2', 'forms_received_on', 'cohorts']
             ELSE ['when 2', NULL, NULL] END
    FROM cohorts WHERE nasn = 3)
SELECT rule, 'cohort' AS fact, cohort_id AS subject_key, region, blame,
    CASE WHEN blame[3] IS NULL THEN 0 ELSE register END AS reason
FROM blamed;

-- People on lists.

CREATE MACRO unlisted(kinds, kind, active, cover) AS CASE
    WHEN NOT list_contains(kinds, kind) THEN 0
    WHEN kind IS NULL THEN 3
    ELSE verdict(lacking(active, cover)) END::UTINYINT;

CREATE TEMP TABLE member_verdicts AS
SELECT file_row_number AS row, place(region) AS place,
    unlisted(['village_head', 'village_official', 'bpd', 'rt_rw'], cohort_kind, active, _standing_list_cover) AS desa,
    unlisted(['election'], cohort_kind, active, _standing_list_cover) AS pemilu
FROM read_parquet('$facts/cohort_member.parquet', file_row_number = true);

CREATE TEMP TABLE member_totals AS
SELECT place, desa, pemilu, count(*) AS subjects FROM member_verdicts GROUP BY ALL;

CREATE TEMP TABLE member_counts AS
SELECT 'DESA-01' AS rule, place AS region, desa AS outcome, sum(subjects) AS subjects FROM member_totals GROUP BY ALL
UNION ALL SELECT 'PEMILU-01', place, pemilu, sum(subjects) FROM member_totals GROUP BY ALL;

CREATE TEMP TABLE members AS
SELECT member_id, name, institution_id, institution_name, region, cohort_kind, active, _standing_lists,
    _standing_list_cover, desa, pemilu
FROM read_parquet('$facts/cohort_member.parquet', file_row_number = true) f
JOIN (FROM member_verdicts WHERE desa >= 2 OR pemilu >= 2) v ON v.row = f.file_row_number;

DROP TABLE member_verdicts;

CREATE TEMP VIEW member_findings AS
WITH found AS (
    SELECT 'DESA-01' AS rule, CASE WHEN active IS NULL THEN 'never_registered' ELSE '' END AS line, *
    FROM members WHERE desa = 2
    UNION ALL SELECT 'PEMILU-01', '', * FROM members WHERE pemilu = 2)
SELECT rule, 'cohort_member' AS fact, member_id AS subject_key, region, 'public' AS family, 'outreach' AS track,
    1 AS severity, line, false AS below, 'institution' AS party_kind, institution_name AS party_name,
    NULL::VARCHAR AS npwp, NULL::VARCHAR AS nik, NULL::VARCHAR AS nib, NULL::VARCHAR AS npp,
    'institution:' || coalesce(institution_id, member_id) AS source, 0 AS warnings_spent, false AS instalment_plan_kept,
    concat('{"cohort_kind":', quoted(cohort_kind), ',"active":', bare(active), ',"name":', quoted(name), '}') AS evidence
FROM found;

CREATE TEMP VIEW member_unknowns AS
WITH blamed AS (
    SELECT 'DESA-01' AS rule, * FROM members WHERE desa = 3 UNION ALL SELECT 'PEMILU-01', * FROM members WHERE pemilu = 3)
SELECT rule, 'cohort_member' AS fact, member_id AS subject_key, region,
    CASE WHEN cohort_kind IS NULL THEN ['scope 1', 'cohort_kind', 'lists']
         ELSE ['when 1', 'active', 'list_cover'] END AS blame,
    CASE blame[3] WHEN 'lists' THEN _standing_lists ELSE _standing_list_cover END AS reason
FROM blamed;

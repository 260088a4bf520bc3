-- The second night: the facts of the first, with 1 % of the subjects of the larger ones changed. What is in order mostly stays so (a head
-- count moves, cover is prolonged) and one in twenty falls behind; of the findings half are mended, half say something new.

COPY (
    SELECT * EXCLUDE (drawn, draw, joins) REPLACE (
        CASE WHEN joins THEN 'BB9' || employer_id ELSE npp END AS npp,
        CASE WHEN drawn AND NOT joins THEN employed_workers + 1 ELSE employed_workers END AS employed_workers,
        CASE WHEN joins THEN employed_workers
             WHEN NOT drawn OR draw < 5 THEN registered_workers
             WHEN draw < 50 THEN greatest(registered_workers, employed_workers) + 1
             ELSE registered_workers + 1 END AS registered_workers,
        CASE WHEN joins THEN employed_as_of ELSE registered_as_of END AS registered_as_of,
        CASE WHEN NOT drawn THEN months_unpaid WHEN draw < 3 THEN 7 WHEN draw < 50 THEN least(months_unpaid, 6)
             WHEN months_unpaid > 6 THEN months_unpaid + 1 ELSE months_unpaid END AS months_unpaid,
        CASE WHEN joins THEN 0::UTINYINT ELSE _standing_membership END AS _standing_membership)
    FROM (SELECT *, drawn AND draw < 50 AND npp IS NULL AND _standing_membership = 1 AS joins
          FROM (SELECT *, hash(employer_id) % 100 = 0 AS drawn, hash(employer_id, 'how') % 100 AS draw
                FROM read_parquet('$facts/employer.parquet')))
) TO '$changed/employer.parquet' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy);

COPY (
    SELECT * EXCLUDE (drawn, draw) REPLACE (
        CASE WHEN drawn AND draw < 50 AND _standing_project_register = 1 THEN 'JK9' || project_key
             WHEN drawn AND draw < 5 THEN NULL ELSE project_number END AS project_number,
        CASE WHEN drawn AND draw < 50 AND _standing_project_register = 1 THEN 0::UTINYINT
             WHEN drawn AND draw < 5 AND _standing_project_register = 0 THEN 1::UTINYINT
             ELSE _standing_project_register END AS _standing_project_register,
        CASE WHEN drawn THEN contract_value + 1 ELSE contract_value END::DECIMAL(18, 2) AS contract_value)
    FROM (SELECT *, hash(project_key) % 100 = 0 AS drawn, hash(project_key, 'how') % 100 AS draw
          FROM read_parquet('$facts/project.parquet'))
) TO '$changed/project.parquet' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy);

COPY (
    SELECT * EXCLUDE (drawn, draw) REPLACE (
        CASE WHEN NOT drawn THEN cover_until
             WHEN cover_until < DATE '$day' THEN cover_until + CASE WHEN draw < 50 THEN 1000 ELSE -1 END
             WHEN draw < 2 THEN DATE '$day' - 1 ELSE cover_until + 30 END AS cover_until)
    FROM (SELECT *, hash(partner_id) % 100 = 0 AS drawn, hash(partner_id, 'how') % 100 AS draw
          FROM read_parquet('$facts/partner.parquet'))
) TO '$changed/partner.parquet' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy);

COPY (
    SELECT * EXCLUDE (drawn, draw) REPLACE (
        CASE WHEN drawn AND draw < 50 THEN due_jkk WHEN drawn AND draw < 55 THEN greatest(due_jkk - 1, 0)
             ELSE paid_jkk END::DECIMAL(18, 2) AS paid_jkk,
        CASE WHEN drawn AND draw < 50 THEN due_jkm ELSE paid_jkm END AS paid_jkm,
        CASE WHEN drawn AND draw < 50 THEN due_jht ELSE paid_jht END AS paid_jht,
        CASE WHEN drawn AND draw < 50 THEN due_jp ELSE paid_jp END AS paid_jp)
    FROM (SELECT *, hash(contribution_id) % 100 = 0 AS drawn, hash(contribution_id, 'how') % 100 AS draw
          FROM read_parquet('$facts/contribution.parquet'))
) TO '$changed/contribution.parquet' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy);

COPY (
    SELECT * EXCLUDE (drawn, draw) REPLACE (
        CASE WHEN drawn AND draw < 50 THEN reported_wage WHEN drawn AND draw < 55 THEN reported_wage + 1
             ELSE received_wage END::DECIMAL(18, 2) AS received_wage)
    FROM (SELECT *, hash(wage_id) % 100 = 0 AS drawn, hash(wage_id, 'how') % 100 AS draw
          FROM read_parquet('$facts/wage.parquet'))
) TO '$changed/wage.parquet' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy);

-- Detection by hand: what an SQL programmer would write for the shipped rules, and nothing else.
-- The floor that the compiled rules are measured against: same facts, same findings (every column), same outcome
-- counts, same unknown list. One file for each kind of fact, this one first, `9_lists.sql` last.
--
-- $facts, $into                   folders: assembled facts (Parquet), results
-- $day                            the evaluation date
-- $contract_…, $list_…, $forms_…, $month_…
--     For each deadline, the last day from which it lies before $day (`_overdue`), and the last from which it can be
--     known at all (`_known`). Deadlines only grow with the day that they are counted from, so that two comparisons
--     stand for the whole calendar.
--
-- Outcomes: 0 not applicable, 1 pass, 2 violation, 3 unknown. A standing below 2 means that the register spoke.

CREATE MACRO verdict(violated) AS coalesce(1 + violated::UTINYINT, 3)::UTINYINT;

CREATE MACRO passed(since, overdue, known) AS CASE WHEN since <= overdue THEN true WHEN since <= known THEN false END;

-- Known to be absent, or false.
CREATE MACRO lacking(value, standing) AS CASE WHEN value IS NULL THEN CASE WHEN standing < 2 THEN true END ELSE NOT value END;
CREATE MACRO lapsed(until, standing) AS CASE WHEN until IS NULL THEN CASE WHEN standing < 2 THEN true END ELSE until < DATE '$day' END;
CREATE MACRO absent(value, standing) AS CASE WHEN value IS NOT NULL THEN false WHEN standing < 2 THEN true END;

CREATE MACRO place(region) AS left(coalesce(region, ''), 5);

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
CREATE MACRO sixteen(digits) AS
    CASE WHEN regexp_full_match(digits, '[0-9]{16}') AND trim(digits, digits[1]) <> '' THEN digits END;
CREATE MACRO membership_key(npp) AS nullif(upper(stripped(npp)), '');

CREATE MACRO quoted(value) AS coalesce(CAST(to_json(value) AS VARCHAR), 'null');
CREATE MACRO dated(value) AS coalesce('"' || CAST(value AS VARCHAR) || '"', 'null');
CREATE MACRO bare(value) AS coalesce(CAST(value AS VARCHAR), 'null');

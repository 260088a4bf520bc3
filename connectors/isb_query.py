"""The query that makes one project of each announced package of an ISB folder.

A package's contract date is the earliest of its contract records, so that an addendum gives no fresh clock; number,
value and contractor are those of the latest version. Of a kind whose contract file is missing nobody knows which
packages have a contract: their stage is unknown unless the announcement says that they failed or were cancelled.

A date or a number that cannot be read is handed on as it is written, so that landing rejects the row and shows it;
among several rows of one package one such value is enough.
"""

from collections.abc import Sequence

from connectors.duck import literal
from connectors.isb_files import NONTENDER, PARTS, TENDER, ChainFile, columns
from connectors.reasons import Reason
from connectors.regions import buyer_name, region_key, regions

PROJECT_COLUMNS = (
    "project_key",
    "name",
    "region",
    "region_basis",
    "buyer_code",
    "buyer_name",
    "announced_on",
    "fund",
    "procurement_kind",
    "stage",
    "stage_on",
    "contract_number",
    "contract_date",
    "contract_value",
    "contractor_key",
    "contractor_name",
    "contractor_npwp",
    "contractor_npwp15",
    "ordered_on",
    "work_start",
    "work_end",
    "handed_over_on",
)
"""Fields of `project` that this connector offers, all as text."""

_DAYS = {"announced", "decided", "signed", "ordered", "start", "finish", "handed_over"}
_CODES = {"package", "lpse", "code", "buyer_code", "version"}
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"


def day(text: str) -> str:
    """Return SQL for a date as YYYY-MM-DD from any shape that ISB has; what is no date stays as it is written.

    A time and a zone are left out: local midnight is marked Z in these files. Year 0 and below is their null.
    """
    written = "', '".join(("%b %d, %Y, %I:%M:%S%p", "%b %d, %Y, %I:%M:%S %p", "%b %d, %Y", "%d-%m-%Y", "%d/%m/%Y"))
    return (
        f"CASE WHEN regexp_matches({text}, '^(-[0-9]|0000)') THEN NULL "
        f"WHEN regexp_matches({text}, '{_ISO}([T ].*)?$') "
        f"THEN coalesce(CAST(try_cast(left({text}, 10) AS DATE) AS VARCHAR), {text}) "
        f"ELSE coalesce(strftime(try_strptime({text}, ['{written}']), '%Y-%m-%d'), {text}) END"
    )


def chain_tables(files: Sequence[ChainFile]) -> str:
    """Return the common table expressions, one for each part of the chain, of all rows as read (text columns)."""
    return ",\n".join(f"{part}_read AS ({_part(part, files)})" for part in PARTS)


def _part(part: str, files: Sequence[ChainFile]) -> str:
    queries = []
    for kind in (TENDER, NONTENDER):
        wanted = columns(part, kind)
        paths = [file.path for file in files if file.part == part and file.kind == kind]
        if not paths:
            continue
        listed = ", ".join(literal(path) for path in paths)
        shown = ", ".join(f"{_value(name, keys)} AS {name}" for name, keys in wanted.items())
        read = f"read_json_objects([{listed}], format = 'auto', filename = true)"
        queries.append(
            f"SELECT {literal(kind)} AS kind, {shown}, json, filename, row_number() OVER (PARTITION BY filename) "
            f"AS file_row FROM {read}"
        )
    if queries:
        return " UNION ALL ".join(queries)
    nothing = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in ("kind", *columns(part, TENDER)))
    return f"SELECT {nothing}, CAST(NULL AS JSON) AS json, NULL AS filename, 0 AS file_row WHERE FALSE"


def _value(name: str, keys: tuple[str, ...]) -> str:
    found = ", ".join(f"nullif(trim(json ->> {literal(key)}), '')" for key in keys)
    text = f"coalesce({found})"
    if name in _CODES:
        return f"regexp_replace({text}, '^([0-9]+)\\.0+$', '\\1')"
    if name in _DAYS:
        return day(text)
    return text


def projects_query(files: Sequence[ChainFile]) -> str:
    """Return the query of the projects: `PROJECT_COLUMNS` and `_row`."""
    return f"""WITH {chain_tables(files)},
{_keyed()},
regions AS MATERIALIZED ({regions()}),
{_contract_files(files)},
{_ANNOUNCED},
{_PLACED},
{_WINNER},
{_STEPS}
{_PROJECT}"""


def unusable_query(files: Sequence[ChainFile]) -> str:
    """Return the query of rejects: rows of the chain behind an announcement that name no package, or are no object."""
    no_object = "json_type(json) <> 'OBJECT'"
    column = "CASE kind WHEN 'tender' THEN 'kd_tender' ELSE 'kd_nontender' END"
    parts = " UNION ALL ".join(
        f"SELECT file_row AS row, parse_filename(filename) || ': ' || {column} AS \"column\", "
        f"CASE WHEN {no_object} THEN CAST(json AS VARCHAR) END AS value, "
        f"CASE WHEN {no_object} THEN {literal(Reason.NOT_A_RECORD)} ELSE {literal(Reason.KEY_EMPTY)} END AS reason, "
        f"CAST(json AS VARCHAR) AS record FROM {part}_read "
        f"WHERE {no_object}{'' if part == 'announcement' else ' OR package IS NULL'}"
        for part in PARTS
    )
    return f"WITH {chain_tables(files)} {parts}"


def orphans_query(files: Sequence[ChainFile]) -> str:
    """Return the query of (part, packages) that have a record in the chain but no announcement in the folder."""
    parts = " UNION ALL ".join(
        f"SELECT {literal(part)} AS part, count(DISTINCT (kind, package)) AS packages FROM {part}_read "
        "WHERE package IS NOT NULL AND (kind, package) NOT IN "
        "(SELECT (kind, package) FROM announcement_read WHERE package IS NOT NULL)"
        for part in PARTS
        if part != "announcement"
    )
    return f"WITH {chain_tables(files)} SELECT * FROM ({parts}) WHERE packages > 0"


def _keyed() -> str:
    """Return each part with the package's key; a record that does not name its LPSE has the folder's only one."""
    only = "SELECT CASE WHEN count(DISTINCT lpse) = 1 THEN min(lpse) END AS sole FROM announcement_read"
    key = "coalesce(lpse, sole) || ':' || kind || ':' || package AS key"
    parts = [f"only_lpse AS ({only})"]
    parts += [
        f'"{part}" AS (SELECT * EXCLUDE (json, filename), {key} FROM {part}_read, only_lpse '
        f"WHERE json_type(json) = 'OBJECT')"
        for part in PARTS
    ]
    return ",\n".join(parts)


def _contract_files(files: Sequence[ChainFile]) -> str:
    kinds = ", ".join(literal(kind) for kind in sorted({file.kind for file in files if file.part == "contract"}))
    return f"contract_files AS (SELECT unnest(CAST([{kinds}] AS VARCHAR[])) AS kind)"


def _earliest(column: str) -> str:
    return _unless_unreadable(column, f"min({column})")


def _latest(column: str) -> str:
    return _unless_unreadable(column, f"max({column})")


def _unless_unreadable(column: str, chosen: str) -> str:
    """Return SQL for a day chosen of several, or one of them that is no day: then nobody can choose."""
    bad = f"min({column}) FILTER (WHERE try_cast({column} AS DATE) IS NULL)"
    return f"coalesce({bad}, {chosen})"


_ANNOUNCED = """announced AS (
    SELECT *, row_number() OVER (ORDER BY kind DESC, file_row) AS _row FROM announcement
    QUALIFY key IS NULL OR row_number() OVER (
        PARTITION BY key ORDER BY try_cast(version AS INTEGER) DESC NULLS LAST, announced DESC, file_row DESC) = 1
)"""

_PLACED = f"""place AS (
    SELECT _row, string_split(unnest(string_split_regex(
        coalesce(location, concat_ws(' - ', regency, province)), '\\s*[;|\\n]\\s*')), ' - ') AS parts
    FROM announced WHERE kind IS NOT NULL
), named AS (
    SELECT _row, {region_key("parts[-1]")} AS last, {region_key("parts[-2]")} AS before_last FROM place
), found AS (
    SELECT _row, CASE WHEN r.code IS NULL THEN p.code
        WHEN p.code IS NULL OR starts_with(r.code, p.code) THEN r.code END AS code
    FROM named
    LEFT JOIN regions p ON p.level = 'province' AND p.key = last
    LEFT JOIN regions r ON r.level = 'regency' AND r.key = CASE WHEN p.code IS NULL AND last LIKE 'K%'
        THEN last ELSE before_last END
), located AS (
    SELECT _row, CASE WHEN count(DISTINCT code) = 1 THEN min(code)
        WHEN count(DISTINCT left(code, 2)) = 1 THEN left(min(code), 2) END AS code
    FROM found GROUP BY _row
), bought AS (
    SELECT _row, any_value(r.code) AS code FROM announced
    JOIN regions r ON r.key = {region_key(buyer_name("body", "body_kind"))} GROUP BY _row
)"""

_SAME_NAME = "upper(regexp_replace({0}, '[^0-9A-Za-z]', '', 'g'))"

_WINNER = f"""named_winner AS (
    SELECT key, 1 AS rank, version, signed AS said, contractor, number16, number15, code FROM contract
    UNION ALL SELECT key, 2, NULL, decided, contractor, number16, number15, code FROM award
    UNION ALL SELECT key, 3, NULL, decided, contractor, number16, number15, code FROM result
    UNION ALL SELECT key, 4, NULL, NULL, contractor, number16, number15, code FROM bidder
        WHERE lower(won) IN ('1', 'true', 'ya')
), winner AS (
    SELECT * FROM named_winner WHERE contractor IS NOT NULL OR number16 IS NOT NULL OR number15 IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY rank, try_cast(version AS INTEGER) DESC NULLS LAST,
        said DESC NULLS LAST, contractor, number16) = 1
), coded AS (
    SELECT w.key, min(n.code) AS code FROM winner w JOIN named_winner n ON n.key = w.key AND n.code IS NOT NULL
        AND (n.number16 = w.number16 OR n.number15 = w.number15
             OR {_SAME_NAME.format("n.contractor")} = {_SAME_NAME.format("w.contractor")})
    GROUP BY w.key HAVING count(DISTINCT n.code) = 1
)"""

_NEWEST = "(coalesce(try_cast(version AS INTEGER), 0), signed)"

_STEPS = f"""granted AS (SELECT DISTINCT key FROM award WHERE key IS NOT NULL), signed AS (
    SELECT key, {_earliest("signed")} AS signed, arg_max(number, {_NEWEST}) AS number,
        arg_max(value, {_NEWEST}) AS value
    FROM contract WHERE key IS NOT NULL GROUP BY key
), decided AS (
    SELECT key, coalesce(any_value(decided) FILTER (WHERE rank = 3), any_value(decided)) AS decided FROM (
        SELECT key, 3 AS rank, {_earliest("decided")} AS decided FROM result GROUP BY key
        UNION ALL SELECT key, 2, {_earliest("decided")} FROM award GROUP BY key) GROUP BY key
), ordered AS (
    SELECT key, {_earliest("ordered")} AS ordered, {_earliest("start")} AS start, {_latest("finish")} AS finish
    FROM "order" WHERE key IS NOT NULL GROUP BY key
), handed AS (
    SELECT key, coalesce(
        {_unless_unreadable("handed_over", "min(handed_over) FILTER (WHERE try_cast(progress AS DOUBLE) >= 100)")},
        max(handed_over)) AS handed_over
    FROM handover WHERE key IS NOT NULL GROUP BY key
)"""

_PROJECT = """SELECT
    a.key AS project_key,
    a.name,
    coalesce(l.code, b.code) AS region,
    CASE WHEN l.code IS NOT NULL THEN 'location' WHEN b.code IS NOT NULL THEN 'buyer' END AS region_basis,
    a.buyer_code,
    a.buyer_name,
    a.announced AS announced_on,
    a.fund,
    CASE WHEN regexp_matches(a.category, '(?i)^\\s*pekerjaan konstruksi') THEN 'construction'
        WHEN a.category IS NOT NULL THEN 'other' END AS procurement_kind,
    CASE WHEN s.key IS NOT NULL AND regexp_matches(a.status, '(?i)gagal|batal') THEN NULL
        WHEN s.key IS NOT NULL THEN 'contracted'
        WHEN regexp_matches(a.status, '(?i)gagal') THEN 'failed'
        WHEN regexp_matches(a.status, '(?i)batal|ditutup') THEN 'cancelled'
        WHEN a.kind NOT IN (SELECT kind FROM contract_files) THEN NULL
        WHEN w.key IS NOT NULL OR g.key IS NOT NULL THEN 'awarded'
        WHEN regexp_matches(a.status, '(?i)selesai') THEN 'finished'
        WHEN regexp_matches(a.status, '(?i)berlangsung|berjalan|aktif') THEN 'running' END AS stage,
    CASE WHEN s.key IS NOT NULL THEN s.signed ELSE d.decided END AS stage_on,
    s.number AS contract_number,
    s.signed AS contract_date,
    coalesce(CAST(try_cast(s.value AS DECIMAL(18, 2)) AS VARCHAR), s.value) AS contract_value,
    coalesce(w.code, c.code, split_part(a.key, ':', 1) || ':' || nullif(
        upper(trim(regexp_replace(w.contractor, '[^0-9A-Za-z]+', ' ', 'g'))), '')) AS contractor_key,
    w.contractor AS contractor_name,
    w.number16 AS contractor_npwp,
    w.number15 AS contractor_npwp15,
    o.ordered AS ordered_on,
    o.start AS work_start,
    CASE WHEN o.finish >= o.start OR try_cast(o.finish AS DATE) IS NULL OR try_cast(o.start AS DATE) IS NULL
        THEN o.finish END AS work_end,
    h.handed_over AS handed_over_on,
    a._row
FROM announced a
LEFT JOIN located l ON l._row = a._row
LEFT JOIN bought b ON b._row = a._row
LEFT JOIN signed s ON s.key = a.key
LEFT JOIN winner w ON w.key = a.key
LEFT JOIN coded c ON c.key = a.key
LEFT JOIN decided d ON d.key = a.key
LEFT JOIN ordered o ON o.key = a.key
LEFT JOIN handed h ON h.key = a.key
LEFT JOIN granted g ON g.key = a.key
ORDER BY a._row"""

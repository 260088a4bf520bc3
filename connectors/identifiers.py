"""Identifier keys as DuckDB SQL text: what two registers must share to speak of the same party or project.

Every builder takes SQL for a value (a quoted column) and returns SQL for its key: VARCHAR, NULL where the value is
not said or cannot be an identifier of its kind. A key is only ever compared with keys of the same builder.

A taxpayer number (NPWP) has three written forms: 15 digits (until 2024), 16 digits (`0` before the old number for
firms, the NIK for persons, numbers beginning with 10 for those registered under Coretax), 22 digits (NITKU: the 16 and
a branch). An old number ends in three digits of the branch and three of the tax office, which say nothing about who it
is: a firm's key is its first 10 digits, so that branches meet their head office.
"""

from rules.model import FieldType

CORE_DIGITS = 10
"""Length of a firm's key; a person's or a Coretax number's key has 16 digits."""

_OLD = 15
_MALFORMED = "!"


def npwp_key(npwp: str, pair: str | None = None) -> str:
    """Return SQL for the key of a taxpayer number; `pair` is the field that holds the old number of the same party.

    Blank, punctuation alone and zeros alone count as not said. NULL where `npwp` is said and malformed, where neither
    is said, and where both are well formed and name two firms (or two persons). A person's 16-digit number beside an
    old 15-digit number is no contradiction: the one cannot be computed from the other.
    """
    if pair is None:
        # NULLIF stays outside of CASE: DuckDB 2.0 fails to bind it inside where the column holds nothing but NULL.
        quick = f"CASE WHEN {_is_firm(npwp)} THEN left({npwp}, {CORE_DIGITS}) ELSE {_npwp_form(npwp)} END"
        return f"nullif(nullif({quick}, ''), '{_MALFORMED}')"
    # A struct in a list of one binds both keys to names: DuckDB would else compute them anew for every mention.
    keys = f"[{{'own': {_npwp_form(npwp)}, 'other': {_npwp_form(pair)}}}]"
    choice = (
        f"CASE WHEN k.own = '{_MALFORMED}' THEN NULL "
        f"WHEN k.other IN ('', '{_MALFORMED}') THEN nullif(k.own, '') "
        f"WHEN k.own = '' OR length(k.own) < length(k.other) THEN k.other "
        f"WHEN length(k.own) = length(k.other) AND k.own <> k.other THEN NULL ELSE k.own END"
    )
    core, other_core = f"left({npwp}, {CORE_DIGITS})", f"left(right('0' || {pair}, 16), {CORE_DIGITS})"
    same = f"regexp_full_match({pair}, '0?[0-9]{{15}}') AND {other_core} = {core}"
    agreeing = f"{_is_firm(npwp)} AND ({pair} IS NULL OR {same})"
    return f"CASE WHEN {agreeing} THEN {core} ELSE list_transform({keys}, lambda k: {choice})[1] END"


def plain_key(kind: FieldType, column: str) -> str:
    """Return SQL for the key of a value of `kind`: letters and digits alone, in capitals; a date as YYYY-MM-DD.

    A `nik` has 16 digits and a `nib` 13, else the key is NULL; neither may be one digit repeated.
    """
    if kind == "npwp":
        return npwp_key(column)
    if kind == "nik":
        return _digits_of(column, 16)
    if kind == "nib":
        return _digits_of(column, 13)
    if kind in ("text", "choice", "region"):
        return f"nullif(upper({_stripped(column)}), '')"
    return f"CAST({column} AS VARCHAR)"


def register_key(kind: FieldType, column: str) -> str:
    """Return SQL for the key by which a spine tells its own subjects apart; NULL only where nothing is said.

    Numbers of a fixed form are normalised as everywhere, and stand for themselves where they are malformed. A text key
    is a register's own: blanks around it and case are off, but its punctuation stays, because within one register
    `1-11` and `11-1` are two subjects.
    """
    own = f"nullif(upper(trim(CAST({column} AS VARCHAR))), '')"
    return f"coalesce({plain_key(kind, column)}, {own})" if kind in ("npwp", "nik", "nib") else own


def _stripped(column: str) -> str:
    """Return SQL for the letters and digits of a value."""
    return rf"regexp_replace(CAST({column} AS VARCHAR), '[^\p{{L}}\p{{N}}]', '', 'g')"


def _is_firm(column: str) -> str:
    """Return SQL that is TRUE for a firm's number in its clean 16-digit form, as most registers have it: quick."""
    return f"(regexp_full_match({column}, '0[0-9]{{15}}') AND left({column}, {CORE_DIGITS}) <> '{'0' * CORE_DIGITS}')"


def _npwp_form(column: str) -> str:
    """Return SQL for the key of a taxpayer number, '' where nothing is said, `_MALFORMED` where its form is none.

    A chain of replacements over one mention of the column: CASE would compute it anew in every branch.
    """
    digits = f"regexp_replace({_stripped(column)}, '^([0-9]{{{_OLD}}})$', '0\\1')"
    unsaid = f"regexp_replace(coalesce({digits}, ''), '^0+$', '')"
    core = "(0[0-9]{9})[0-9]{6}"
    marked = f"regexp_replace({unsaid}, '^(?:{core}|([1-9][0-9]{{15}}))(?:[0-9]{{6}})?$', '=\\1\\2')"
    repeated = "|".join(f"{digit}{{16}}" for digit in range(1, 10))
    refused = f"regexp_replace({marked}, '^(?:[^=].*|=0+|=(?:{repeated}))$', '{_MALFORMED}')"
    return f"ltrim({refused}, '=')"


def _digits_of(column: str, length: int) -> str:
    """Return SQL for a number of exactly `length` digits that is not one digit repeated."""
    stripped = _stripped(column)
    return (
        f"CASE WHEN regexp_full_match({stripped}, '[0-9]{{{length}}}') "
        f"AND trim({stripped}, left({stripped}, 1)) <> '' THEN {stripped} END"
    )

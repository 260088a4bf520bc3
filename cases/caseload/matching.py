"""What a view and a query line ask of a case, as SQL over the open cases `c`; and the sets that narrow a list most.

Each condition is asked of one case after the other while an order is walked. Most of them can also be answered the
other way round, as the set of numbers of all cases that meet them, from an index of their own: for what is so rare that
a walk would look at half the nation.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from cases.access.table import only_exports
from cases.caseload.orders import OPEN, days_sql
from cases.caseload.query import ME, NOBODY, Condition, Query, Words
from cases.caseload.query_values import matching
from cases.caseload.views import View
from cases.store.stages import LIVE_FINDING, OPEN_CASE
from rules.configuration import Person
from rules.priority import Priority

TELLING: Final = 3
"""Signs from which on a word narrows: shorter ones (pt, cv, ud) begin too many names to be gathered."""
LIVE: Final = LIVE_FINDING.replace("state", "f.state")
_OF_A_CASE: Final = f"{LIVE} AND f.case_id IS NOT NULL"
_COLUMNS: Final[Mapping[str, str]] = {
    "sev": "c.severity",
    "stage": "c.stage",
    "queue": "coalesce(c.confirmed_queue, c.queue)",
    "track": "c.track",
    "people": "c.people",
    "rupiah": "c.rupiah",
    "due": "c.overdue_since",
    "findings": "c.findings",
    "nr": "c.id",
    "since": "c.opened_on",
}


@dataclass(frozen=True)
class Asker:
    """Who asks, on which day, by which points; `seen` is SQL over `c`: what the person may see at all.

    `rules` gives every rule that the store has findings of. `covered`: kinds of parties whose names are covered.
    """

    login: str
    person: Person | None
    today: date
    priority: Priority
    covered: frozenset[str]
    rules: Callable[[], Sequence[str]]
    seen: str
    sqlite: bool


@dataclass
class Asked:
    """Conditions that a case has to meet, all of them; sets of numbers, each of which holds all that match.

    A set may name a case twice: what does so can be counted up to a bound without being gathered. `sizes`: for those of
    the sets that cost much to count, rows that are about as many. `last`: sets that are probably large, and are tried
    where nothing else helped. `on`: what is asked of one column alone, for an order that is walked by it. `index`: the
    one that has what is asked of every case, where a view has one of its own. `own`: the set of what lies in regions of
    who asks, where the database itself lets nothing else through.
    """

    where: list[str] = field(default_factory=list)
    sets: list[str] = field(default_factory=list)
    sizes: dict[str, str] = field(default_factory=dict)
    last: list[str] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    on: dict[str, list[str]] = field(default_factory=dict)
    index: str = ""
    own: str = ""

    def value(self, value: object) -> str:
        """Return a place for a value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def asked(view: View, query: Query, asker: Asker) -> Asked:
    """Return what is asked."""
    found = Asked()
    if asker.seen != "1 = 1":
        found.where.append(f"({asker.seen})")
        _own(asker, found)
    _view(view, asker, found)
    if not query.hidden:
        found.where.append(f"(c.snoozed_until IS NULL OR c.snoozed_until < '{asker.today}')")
    for condition in query.conditions:
        _ask(condition, asker, found)
    _names(query.names, asker, found)
    return found


def _open(index: str, asker: Asker) -> str:
    """Return the numbers of open cases by an index, as the beginning of a query."""
    hint = f" INDEXED BY ix_case_file_{index}" if asker.sqlite else ""
    return f"SELECT id FROM case_file{hint} WHERE {OPEN_CASE}"


def _findings(index: str, asker: Asker) -> str:
    return f"finding AS f INDEXED BY ix_finding_{index}" if asker.sqlite else "finding AS f"


def _own(asker: Asker, found: Asked) -> None:
    """What lies in the person's regions, where they are for some."""
    person = asker.person
    if person is None or person.regions is None or only_exports(person):
        return
    codes = [f"'{code}'" for code in person.regions]
    runs = [f"{_open('province', asker)} AND province IN ({', '.join(codes)})"]
    for code in codes:
        runs += _there(code, asker)
    own = " UNION ALL ".join(runs)
    found.sets.append(own)
    if asker.sqlite:
        return
    found.own = own
    if not any("." in code for code in person.regions):  # nearly all that is found in a province is in its own cases
        found.sizes[own] = runs[0]


def _there(place: str, asker: Asker) -> list[str]:
    """Return the sets of cases in which something was found in a region, or below it, resolved or not."""
    found = f"SELECT f.case_id FROM {_findings('region', asker)} WHERE f.case_id IS NOT NULL"
    return [f"{found} AND f.region = {place}", f"{found} AND f.region >= {place} || '.' AND f.region < {place} || '/'"]


def _view(view: View, asker: Asker, found: Asked) -> None:
    match view.name:
        case "flagged":
            found.where.append("c.stage = 'flagged'")
            found.sets.append(f"{_open('queue', asker)} AND stage = 'flagged'")
        case "mine":
            login = found.value(asker.login)
            found.where.append(f"c.assigned_to = {login}")
            found.sets.append(_assigned_to(login, asker))
        case "overdue":
            found.where.append(f"c.overdue_since < '{asker.today}'")
            found.index = "overdue_since"
            found.sets.append(f"{_open('overdue_since', asker)} AND overdue_since < '{asker.today}'")
        case queue:
            found.where.append("c.stage IN ('confirmed', 'referred')")
            place = found.value(queue)
            found.where.append(f"coalesce(c.confirmed_queue, c.queue) = {place}")
            found.sets.append(_headed(place, ("confirmed", "referred"), asker))


def _assigned_to(place: str, asker: Asker) -> str:
    return f"{_open('assigned_to', asker)} AND assigned_to IS NOT NULL AND assigned_to = {place}"


def _headed(place: str, stages: Sequence[str], asker: Asker) -> str:
    runs = [
        f"{_open('queue', asker)} AND stage = '{stage}' AND {where}"
        for stage in stages
        for where in (f"confirmed_queue = {place}", f"confirmed_queue IS NULL AND queue = {place}")
    ]
    return " UNION ALL ".join(runs)


def _ask(one: Condition, asker: Asker, found: Asked) -> None:
    where, which = _condition(one, asker, found)
    found.where.append(f"NOT coalesce({where}, 1 = 0)" if one.negated else where)
    if which and not one.negated:
        found.sets.append(which)
    if one.key in _COLUMNS and not one.negated:
        found.on.setdefault(_COLUMNS[one.key], []).append(where)


def _condition(one: Condition, asker: Asker, found: Asked) -> tuple[str, str]:
    """Return what is asked of each case, and the set of all that meet it; '' where it has no index."""
    asks = _ASKS.get(one.key)
    return asks(one, asker, found) if asks else _compared(one, found.value(one.value), asker)


def _region(one: Condition, asker: Asker, found: Asked) -> tuple[str, str]:
    place = found.value(one.value)
    runs = (f"{_open('province', asker)} AND province = {place}", *_there(place, asker))
    below = f"f.region = {place} OR (f.region >= {place} || '.' AND f.region < {place} || '/')"
    each = f"SELECT 1 FROM finding f WHERE f.case_id = c.id AND {LIVE} AND ({below})"
    return f"(c.province = {place} OR EXISTS ({each}))", " UNION ALL ".join(runs)


def _rule(one: Condition, asker: Asker, found: Asked) -> tuple[str, str]:
    rules = matching(str(one.value), asker.rules())
    if not rules:
        return "1 = 0", f"SELECT id FROM case_file WHERE {OPEN_CASE} AND id < 0"
    named = f"f.rule IN ({', '.join(found.value(rule) for rule in rules)})"
    there = f"EXISTS (SELECT 1 FROM finding f WHERE f.case_id = c.id AND {LIVE} AND {named})"
    return there, f"SELECT f.case_id FROM {_findings('rule', asker)} WHERE {_OF_A_CASE} AND {named}"


def _assigned(one: Condition, asker: Asker, found: Asked) -> tuple[str, str]:
    login = str(one.value)
    if login == NOBODY:
        return "c.assigned_to IS NULL", ""
    place = found.value(asker.login if login == ME else login)
    return f"c.assigned_to = {place}", _assigned_to(place, asker)


def _score(one: Condition, asker: Asker, found: Asked) -> tuple[str, str]:
    place = found.value(one.value)
    score = f"c.priority + {days_sql(asker.priority, asker.today)}"
    where = f"({score}) {_sign(one)} {place}"
    if _sign(one) not in (">", ">="):
        return where, ""
    most = max((band.points for band in asker.priority.overdue.bands), default=0)
    least = found.value(int(str(one.value)) - most)
    return where, f"{_open('score', asker)} AND priority >= {least}"


def _office(one: Condition, _asker: Asker, found: Asked) -> tuple[str, str]:
    office = f"r.office = {found.value(one.value)}"
    there = f"EXISTS (SELECT 1 FROM referral r WHERE r.case_id = c.id AND {office})"
    return there, f"SELECT r.case_id FROM referral r WHERE {office}"


def _due(one: Condition, asker: Asker, _: Asked) -> tuple[str, str]:
    return _compared(one, f"'{asker.today + timedelta(days=int(str(one.value)))}'", asker)


def _since(one: Condition, asker: Asker, _: Asked) -> tuple[str, str]:
    return _compared(Condition(one.key, ">=", one.value), f"'{one.value}'", asker)


def _queue(one: Condition, asker: Asker, found: Asked) -> tuple[str, str]:
    place = found.value(one.value)
    return f"{_COLUMNS['queue']} = {place}", _headed(place, ("flagged", "confirmed", "referred"), asker)


def _compared(one: Condition, place: str, asker: Asker) -> tuple[str, str]:
    column = _COLUMNS[one.key]
    where = f"{column} {_sign(one)} {place}"
    if one.key == "nr":
        return where, f"SELECT id FROM case_file WHERE id = {place}"
    index = {"stage": "queue"}.get(one.key, column.removeprefix("c."))
    return where, "" if one.key in ("sev", "track") else f"{_open(index, asker)} AND {where.removeprefix('c.')}"


_ASKS: Final[Mapping[str, Callable[[Condition, Asker, Asked], tuple[str, str]]]] = {
    "region": _region,
    "rule": _rule,
    "to": _assigned,
    "office": _office,
    "score": _score,
    "due": _due,
    "since": _since,
    "queue": _queue,
}


def _sign(one: Condition) -> str:
    return "=" if one.sign == ":" else one.sign


def _names(names: Sequence[Words], asker: Asker, found: Asked) -> None:
    """Words of the party's name; a human being is found by initials alone, for more would uncover what is covered."""
    for name in names:
        text = found.value(" " + " ".join(name.words))
        holds = f"instr(p.words, {text}) > 0" if asker.sqlite else f"strpos(p.words, {text}) > 0"
        if asker.covered and any(len(word) > 1 for word in name.words):
            kinds = ", ".join(f"'{kind}'" for kind in sorted(asker.covered))
            holds += f" AND p.kind NOT IN ({kinds})"
        there = f"EXISTS (SELECT 1 FROM party p WHERE p.id = c.party_id AND {holds})"
        found.where.append(f"NOT {there}" if name.negated else there)
    words = sorted({word for name in names if not name.negated for word in name.words}, key=len, reverse=True)
    if words:
        telling = [word for word in words if len(word) >= TELLING]
        which = _with_words(telling or words[:1], asker, found)
        (found.sets if telling else found.last).append(which)


def _with_words(words: Sequence[str], asker: Asker, found: Asked) -> str:
    """Return the cases of the parties whose names have words that begin so; the longer ones are enough to narrow."""
    if asker.sqlite:
        text = found.value(" ".join(f'"{word}"*' for word in words))
        parties = f"SELECT rowid AS id FROM party_word WHERE party_word MATCH {text}"
    else:
        text = found.value(" & ".join(f"'{word}':*" for word in words))
        # As a column, so that no more of them are looked up than are asked for.
        parties = f"SELECT patuh_named(CAST({text} AS tsquery)) AS id"
    joined, hint = ("CROSS JOIN", " INDEXED BY ix_case_file_party_province_track") if asker.sqlite else ("JOIN", "")
    which = f"SELECT c.id FROM ({parties}) AS named {joined} case_file AS c{hint} ON c.party_id = named.id WHERE {OPEN}"
    found.sizes[which] = parties
    return which


def open_where(found: Asked) -> str:
    """Return all that is asked, of open cases."""
    return " AND ".join([OPEN, *found.where])

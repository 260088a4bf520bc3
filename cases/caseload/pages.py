"""Pages of a view's cases, behind a line or before one, and how many there are: at a million open cases too.

A page is looked for in two ways. First the order is walked by its index (`cases.caseload.orders`) until the page is
full; that is quick wherever a share of the cases matches. When BUDGET cases were looked at and the page is not full, it
goes the other way: the smallest of the sets of which all matches are part (`cases.caseload.matching`) is gathered from
its index and sorted. Where none of them is small, the walk goes on to the end.

The SQL is of this module's own making, past the criteria of a session: it asks of every case what the session's person
may see (`cases.access.gate.seen_of`), and reads findings and events of those cases alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import Session

from cases.access.gate import permit, person_of, seen_of
from cases.caseload.line import Line, Page
from cases.caseload.lines import Viewer, lines_of
from cases.caseload.matching import Asked, Asker, asked, open_where
from cases.caseload.orders import OPEN, Day, Order, Scalar, Segment, case_source, order_of, sorted_places
from cases.caseload.query import query_of
from cases.caseload.runs import Place, Run, parted, portions, values_of
from cases.caseload.wanted import Part, Wanted
from cases.masking import covered_kinds

BUDGET: Final = 2_000
"""So many cases are looked at in the order of an index before the other way is tried."""
SMALL: Final = 8_000
"""A set of so many cases is gathered and sorted at once: of a larger one, a walk meets enough sooner."""
LARGE: Final = 100_000
"""A set of so many is gathered where a walk did not meet enough."""
HUGE: Final = 250_000
"""A set of so many is gathered where a long walk did not meet enough either, for its end is not in sight."""
OWN: Final = 25_000
"""What lies in one's regions is gathered up to so many, where the database looks at all others' cases beside."""
FEW: Final = 500
"""A set is counted up to so many there: to meet one case of a small region, some dozens of others' are looked at."""
AT_ONCE: Final = (12, 30, 80)
"""So many segments are asked for in one statement, at first and later."""
_PLACES: Final = re.compile(r":([a-z]\d+(?:_\d+)?)")


def page(session: Session, wanted: Wanted, viewer: Viewer, part: Part) -> Page:
    """Return a part of a list, in the order that is wanted; `more`: others follow in the direction of the page.

    Raises NotPermittedError, and QueryError for a faulty line.
    """
    permit(session, "list")
    asker = _asker(session, viewer)
    order = _order(session, wanted, asker)
    edge = part.after or part.before
    search = _Search(session, asked(wanted.view, query_of(wanted.query), asker), order, part.limit + 1)
    if edge is not None:
        search.begin = _place(session, edge, wanted, order)
    if part.before is not None and part.after is None:
        search.order = order.turned()
    found = search.found()
    numbers = [number for number, _ in found[: part.limit]]
    if search.order is not order:
        numbers.reverse()
    places = {number: place for number, place in found}
    return Page(
        _placed(session, wanted, viewer, [(number, places[number]) for number in numbers]), len(found) > part.limit
    )


def lines(session: Session, wanted: Wanted, viewer: Viewer, numbers: Sequence[int]) -> tuple[Line, ...]:
    """Return those of the cases that are in the list now, as they stand now, in its order."""
    permit(session, "list")
    asker = _asker(session, viewer)
    order = _order(session, wanted, asker)
    search = _Search(session, asked(wanted.view, query_of(wanted.query), asker), order, len(numbers))
    return _placed(session, wanted, viewer, sorted_places(_terms(session, search.among(numbers), order), order))


def _placed(
    session: Session, wanted: Wanted, viewer: Viewer, found: Sequence[tuple[int, tuple[Scalar, ...]]]
) -> tuple[Line, ...]:
    """Return the lines of cases with where they stand."""
    places = dict(found)
    read = lines_of(session, [number for number, _ in found], viewer)
    return tuple(replace(line, place=(wanted.sort, *places[line.number])) for line in read)


def count(session: Session, wanted: Wanted, viewer: Viewer) -> int:
    """Return how many cases match."""
    permit(session, "list")
    asker = _asker(session, viewer)
    search = _Search(session, asked(wanted.view, query_of(wanted.query), asker), _order(session, wanted, asker), 1)
    return search.total()


def _asker(session: Session, viewer: Viewer) -> Asker:
    sqlite = session.get_bind().dialect.name == "sqlite"

    def rules() -> Sequence[str]:
        return session.connection().execute(text("SELECT DISTINCT rule FROM rule_version")).scalars().all()

    return Asker(
        login=viewer.login,
        person=person_of(session),
        today=viewer.today,
        priority=viewer.priority,
        covered=covered_kinds(viewer.vocabulary),
        rules=rules,
        seen=seen_of(session, "c"),
        sqlite=sqlite,
    )


def _priorities(session: Session, *, sqlite: bool) -> Sequence[int]:
    """Return the different points of open cases, each found by one look into the index."""
    cases = case_source("score", sqlite=sqlite)
    first = f"SELECT c.priority FROM {cases} WHERE {OPEN}"
    next_one = f"{first} AND c.priority < step.points ORDER BY c.priority DESC LIMIT 1"
    found = f"""WITH RECURSIVE step(points) AS (
        SELECT * FROM ({first} ORDER BY c.priority DESC LIMIT 1) AS most
        UNION ALL SELECT ({next_one}) FROM step WHERE step.points IS NOT NULL)
    SELECT points FROM step WHERE points IS NOT NULL"""
    return session.connection().execute(text(found)).scalars().all()


def _order(session: Session, wanted: Wanted, asker: Asker) -> Order:
    found: Sequence[int] = ()
    if wanted.sort == "score":
        found = _priorities(session, sqlite=asker.sqlite)
    day = Day(asker.today, asker.priority, asker.covered, found)
    return order_of(wanted.sort, wanted.descending, day, sqlite=asker.sqlite)


def _place(session: Session, line: Line, wanted: Wanted, order: Order) -> Place:
    """Return where a line stands: as it was read, or in another order, as its case stands now."""
    if line.place and line.place[0] == wanted.sort:
        return (*line.place[1:], line.number)
    found = _terms(session, (line.number,), order)
    return (*found[0][1], line.number) if found else (*(None for _ in order.terms), line.number)


def _terms(session: Session, numbers: Sequence[int], order: Order) -> list[tuple[int, tuple[Scalar, ...]]]:
    said = ", ".join(term.sql for term in order.terms)
    joined = " JOIN party p ON p.id = c.party_id" if order.party else ""
    which = ", ".join(map(str, numbers)) or "-1"
    rows = session.connection().execute(text(f"SELECT c.id, {said} FROM case_file c{joined} WHERE c.id IN ({which})"))
    return [(row[0], tuple(row[1:])) for row in rows]


@dataclass
class _Search:
    """One page that is looked for: from `begin` on, `limit` cases."""

    session: Session
    asked: Asked
    order: Order
    limit: int
    begin: Place | None = None

    def found(self) -> list[tuple[int, tuple[Scalar, ...]]]:
        """Return numbers with their terms, in order."""
        numbers = self._numbers()
        return sorted_places(_terms(self.session, numbers, self.order), self.order)[: self.limit]

    def _numbers(self) -> list[int]:
        """Return the numbers of the cases, in one of the two ways, whichever promises to look at fewer cases."""
        if small := self._smallest(SMALL):
            return self._gathered(small)
        numbers, whole = self._walk(BUDGET)
        if whole:
            return numbers
        # As many more as it takes if matches lie as densely behind as they lay so far.
        ahead = BUDGET * self.limit // max(len(numbers), 1)
        if small := self._smallest(min(ahead, LARGE)):
            return self._gathered(small)
        if ahead <= LARGE or not self.order.party:
            numbers, whole = self._walk(min(3 * ahead, LARGE))
            if whole:
                return numbers
        # Parties that are walked through cost much more than cases, and the end is not in sight.
        small = self._smallest(HUGE if self.order.party else LARGE)
        return self._gathered(small) if small else self._walk(None)[0]

    def among(self, numbers: Sequence[int]) -> list[int]:
        """Return those of the cases that match."""
        which = ", ".join(str(int(number)) for number in numbers) or "-1"
        return [
            row[0]
            for row in self._ask(f"SELECT c.id FROM case_file c WHERE c.id IN ({which}) AND {open_where(self.asked)}")
        ]

    def total(self) -> int:
        """Count all that match."""
        small = self._smallest(LARGE, SMALL) or self.asked.own or None
        if small is None:
            index = self.asked.index
            source = case_source(index, sqlite=self._sqlite) if index else "case_file AS c"
            return int(self._ask(f"SELECT count(*) FROM {source} WHERE {open_where(self.asked)}")[0][0])
        return int(
            self._ask(f"WITH {_gathered(small)} SELECT count(*) FROM {self._of_found} WHERE {open_where(self.asked)}")[
                0
            ][0]
        )

    @property
    def _of_found(self) -> str:
        """The cases of a set that was gathered, one after the other."""
        joined = "CROSS JOIN" if self._sqlite else "JOIN"
        return f"found {joined} case_file AS c ON c.id = found.number"

    @property
    def _sqlite(self) -> bool:
        return self.session.get_bind().dialect.name == "sqlite"

    def _ask(self, sql: str, values: Mapping[str, object] | None = None) -> Sequence[Any]:
        given = {**self.asked.values, **(values or {})}
        named = {name: given[name] for name in _PLACES.findall(sql)}
        return self.session.connection().execute(text(sql), named).all()

    def _walk(self, budget: int | None) -> tuple[list[int], bool]:
        """Return what the walk met, and whether it is all that there is or all that is wanted."""
        numbers: list[int] = []
        waiting = self._behind()
        for at_once in (*AT_ONCE, *(AT_ONCE[-1] for _ in waiting)):
            some, waiting = waiting[:at_once], waiting[at_once:]
            if not some:
                return numbers, True
            runs, budget = self._bounded(some, budget)
            for together in portions(runs, self.limit):
                numbers += [number for rows in self._rows(together) for number in rows]
                if len(numbers) >= self.limit:
                    return numbers, True
            if runs[-1].last:
                return numbers, False
        return numbers, not waiting

    def _behind(self) -> list[Run]:
        """Return the segments that lie behind the beginning, the first of them from there on."""
        if self.begin is None:
            return [Run(segment) for segment in self.order.segments]
        found = []
        for segment in self.order.segments:
            side = self._side(segment.head)
            if side > 0:
                found.append(Run(segment))
            elif side == 0:
                found += self._from(segment, tuple(self.begin[index] for _, index in segment.keys))
        return found

    def _from(self, segment: Segment, values: Place) -> list[Run]:
        """Return the part of a segment behind a place, in runs that SQLite finds by both columns of the index.

        It compares two columns at once by the first alone where the second is the number: of what is equal in the
        first, which may be half the nation, it would read all.
        """
        if len(values) != len(("value", "number")) or segment.counted or values[0] is None:
            return [Run(segment, values)]
        same, rest = parted(segment, self.asked.value(values[0]), ">" if segment.rising else "<")
        return [Run(same, values[1:]), Run(rest)]

    def _side(self, head: tuple[Scalar, ...]) -> int:
        """Say whether a segment lies behind the beginning (1), before it (-1) or holds it (0)."""
        assert self.begin is not None
        for value, term, own in zip(head, self.order.terms, self.begin, strict=False):
            if value != own:
                more = isinstance(value, int) and isinstance(own, int) and value > own
                return 1 if more == term.rising else -1
        return 0

    def _bounded(self, runs: Sequence[Run], budget: int | None) -> tuple[list[Run], int | None]:
        """Return the runs that may be looked at, the last of them up to a bound, and what is left of the budget."""
        if budget is None:
            return list(runs), None
        selects = [
            f"(SELECT count(*) FROM (SELECT 1 FROM {(one.segment.counted or (one.segment.source,))[0]} "
            f"WHERE {self._range(one, number, looked=True)} LIMIT {budget + 1}) AS looked)"
            for number, one in enumerate(runs)
        ]
        sizes = self._ask(f"SELECT {', '.join(selects)}", values_of(runs))[0]
        found: list[Run] = []
        for run, size in zip(runs, sizes, strict=True):
            if size > budget:
                return [*found, *self._cut(run, budget)], 0
            found.append(replace(run, size=size))
            budget -= size
        return found, budget

    def _cut(self, run: Run, budget: int) -> list[Run]:
        """Return a run up to the case at which the budget ends, in parts."""
        keys = [key for key, _ in run.segment.keys if not (run.segment.counted and key.startswith("c."))]
        way = "" if run.segment.rising else " DESC"
        ordered = ", ".join(f"{key}{way}" for key in keys)
        source = run.segment.counted[0] if run.segment.counted else run.segment.source
        row = self._ask(
            f"SELECT {', '.join(keys)} FROM {source} WHERE {self._range(run, 0, looked=True)} ORDER BY {ordered} "
            f"LIMIT 1 OFFSET {max(budget - 1, 0)}",
            values_of([run]),
        )[0]
        if len(row) != len(("value", "number")) or run.segment.counted or run.first or row[0] is None:
            return [replace(run, last=tuple(row))]
        same, before = parted(run.segment, self.asked.value(row[0]), "<" if run.segment.rising else ">")
        return [Run(before, size=budget), Run(same, last=tuple(row[1:]), size=budget)]

    def _rows(self, runs: Sequence[Run]) -> list[list[int]]:
        """Return the numbers of the cases that match, run by run, each in order and no more than are wanted."""
        selects = []
        for number, run in enumerate(runs):
            way = "" if run.segment.rising else " DESC"
            ordered = ", ".join(f"{key}{way}" for key, _ in run.segment.keys)
            selects.append(
                f"SELECT * FROM (SELECT {number} AS run, c.id AS number FROM {run.segment.source} "
                f"WHERE {self._range(run, number)} AND {' AND '.join(self.asked.where) or '1 = 1'} "
                f"ORDER BY {ordered} LIMIT {self.limit}) AS run{number}"
            )
        rows: list[list[int]] = [[] for _ in runs]
        for run, found in self._ask(" UNION ALL ".join(selects), values_of(runs)):
            rows[run].append(found)
        return rows

    def _range(self, run: Run, number: int, *, looked: bool = False) -> str:
        """Return the condition that a case lies in the run, and in the part of it that is looked at.

        `looked`: of what is counted while looking, which for parties that are walked through is the party alone.
        """
        segment = run.segment
        parties = segment.counted is not None
        said = [segment.counted[1]] if segment.counted and looked else [segment.where, OPEN]
        if not parties:  # the walk begins where the line lets it, and what it leaves out is not looked at
            said += [where for key, _ in segment.keys for where in self.asked.on.get(key, ())]
        for values, name, way in (
            (run.first, "f", ">" if segment.rising else "<"),
            (run.last, "l", "<=" if segment.rising else ">="),
        ):
            sign = way
            if not values:
                continue
            keys = [key for key, _ in segment.keys][: len(values)]
            if parties and looked:
                keys, sign = [key for key in keys if key.startswith("p.")], f"{sign.rstrip('=')}="
            places = [f":{name}{number}_{index}" for index in range(len(keys))]
            if parties and len(keys) > 1:
                # The first alone finds its place in the index of names; all together would not, over two tables.
                said.append(f"{keys[0]} {sign.rstrip('=')}= {places[0]}")
            said.append(
                f"({', '.join(keys)}) {sign} ({', '.join(places)})" if keys[1:] else f"{keys[0]} {sign} {places[0]}"
            )
        return " AND ".join(said)

    def _smallest(self, at_most: int, few: int = FEW) -> str | None:
        """Return the smallest set that holds all matches, where one is small.

        `few`: where the database looks at others' cases beside, sets that it would look through are counted so far.
        """
        best, size = None, at_most
        for one in (*self.asked.sets, *(self.asked.last if at_most > SMALL else ())):
            rows = self.asked.sizes.get(one, one)
            bound = min(size, few) if self.asked.own and one not in self.asked.sizes else size
            if one == self.asked.own:
                bound = OWN
            counted = int(
                self._ask(f"SELECT count(*) FROM (SELECT 1 FROM ({rows}) AS one LIMIT {bound + 1}) AS looked")[0][0]
            )
            if counted <= bound:
                best, size = one, counted
            if size < BUDGET // 4 or (best and best == self.asked.own):
                break
        return best

    def _gathered(self, which: str) -> list[int]:
        """Return the first of the cases of a small set that match, behind the beginning."""
        joined = " JOIN party AS p ON p.id = c.party_id" if self.order.party else ""
        terms = ", ".join(f"{term.sql} AS t{index}" for index, term in enumerate(self.order.terms))
        ordered = ", ".join(f"t{index}{'' if term.rising else ' DESC'}" for index, term in enumerate(self.order.terms))
        behind, values = self._behind_terms()
        kept = (
            f"kept AS MATERIALIZED (SELECT c.id AS number, {terms} FROM {self._of_found}{joined} "
            f"WHERE {open_where(self.asked)})"
        )
        sql = (
            f"WITH {_gathered(which)}, {kept} SELECT number FROM kept WHERE {behind} "
            f"ORDER BY {ordered} LIMIT {self.limit}"
        )
        return [row[0] for row in self._ask(sql, values)]

    def _behind_terms(self) -> tuple[str, dict[str, object]]:
        """Return the condition that a case stands behind the beginning, term by term."""
        if self.begin is None:
            return "1 = 1", {}
        said: list[str] = []
        values: dict[str, object] = {}
        same = ""
        for index, (term, value) in enumerate(zip(self.order.terms, self.begin, strict=False)):
            if value is None:  # all that are alike so far are so, for a term before has parted them
                continue
            values[f"b{index}"] = value
            said.append(f"({same}t{index} {'>' if term.rising else '<'} :b{index})")
            same += f"t{index} = :b{index} AND "
        return f"({' OR '.join(said)})", values


def _gathered(which: str) -> str:
    return f"found(number) AS MATERIALIZED (SELECT DISTINCT * FROM ({which}) AS one)"

"""The report of `patuh rules test` on a screen: a table of rules, what failed, what is missing, what is not stable."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from cases.next_step import PLAIN, Typed
from cases.rule_tests import STABLE, RuleTests, truth_name
from cases.tables import RuledTable
from cases.wording import NOT_KNOWN, Wording, message
from engine.coverage import Coverage, Gap, LimitGap
from engine.probes import Missing, Value

SIDES: Final = {"below": message("just below"), "at": message("at"), "above": message("just above")}
"""Where a subject stands at a limit."""


def rule_test_tables(tests: RuleTests, wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return the whole report; it ends with the rules that are not stable and the command that follows."""
    parts: list[RenderableType] = [_table(tests, wording)]
    for one in tests.rules:
        parts += [Text(line, style="red" if tests.short(one) else "yellow") for line in _faults(one, wording)]
        parts += [Text(_limit(one, gap, wording), style="yellow") for gap in one.limit_gaps]
    parts += [Text(line) for line in (*_not_stable(tests, wording), _end(tests, wording, typed))]
    return Group(*parts)


def _table(tests: RuleTests, wording: Wording) -> RenderableType:
    say, number = wording.say, wording.number
    table = RuledTable(title=say("Rules and what their examples show"), title_justify="left")
    for name in (say("Rule"), say("Status")):
        table.add_column(name, no_wrap=True)
    for name in (say("Examples passed"), say("Outcomes seen"), "%", say("Wanted"), say("Limits seen")):
        table.add_column(name, justify="right")
    for one in tests.rules:
        passed = f"{number(one.passed)}/{number(len(one.rule.examples))}"
        seen = f"{number(one.seen)}/{number(one.demanded)}"
        limits = f"{number(one.sides - len(one.limit_gaps))}/{number(one.sides)}"
        shares = (number(one.percent), number(tests.wanted(one)))
        table.add_row(
            one.rule.id, one.rule.status, passed, seen, *shares, limits, style="red" if tests.short(one) else None
        )
    return table


def _faults(one: Coverage, wording: Wording) -> Iterator[str]:
    for fault in one.failures:
        yield f"{wording.place(fault.location)}: {fault.what}"
    for gap in one.gaps:
        yield _gap(one, gap, wording)


def _gap(one: Coverage, gap: Gap, wording: Wording) -> str:
    """Say which line was never seen how, where it stands, and the example that would show it."""
    values = {**_line(one, gap, wording), "outcome": truth_name(gap.outcome)}
    if gap.decides:
        return wording.say(
            "{place}: {rule}, {line} `{condition}` is never seen {outcome} where it decides: "
            "add an example like '{like}' where {changes}",
            **values,
        )
    return wording.say(
        "{place}: {rule}, {line} `{condition}` is never seen {outcome}: add an example like '{like}' where {changes}",
        **values,
    )


def _limit(one: Coverage, gap: LimitGap, wording: Wording) -> str:
    """Say on which side of a limit no example stands, and the example that would."""
    return wording.say(
        "{place}: {rule}, {line}: no example stands {side} the limit of `{limit}`; "
        "one like '{like}' where {changes} would",
        **_line(one, gap, wording),
        side=wording.say(SIDES[gap.side]),
        limit=gap.limit.text,
    )


def _line(one: Coverage, gap: Gap | LimitGap, wording: Wording) -> dict[str, object]:
    condition, changes = gap.question.condition.text, gap.probe.changes.items()
    return {
        "place": wording.place(condition.location),
        "rule": one.rule.id,
        "line": gap.question.label,
        "condition": " ".join(condition.text.split()),
        "like": gap.probe.like.name,
        "changes": ", ".join(_change(name, value, wording) for name, value in changes),
    }


def _change(name: str, value: Value, wording: Wording) -> str:
    if isinstance(value, Missing):
        if value.lack == "absent":
            return wording.say("{field} is known to be absent", field=name)
        return wording.say("{field} is not said", field=name)
    return wording.say("{field} is {value}", field=name, value=_shown(value))


def _shown(value: str | int | Decimal | date | bool) -> str:
    """Write a value as a rule file does: it is to be copied there."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _not_stable(tests: RuleTests, wording: Wording) -> Iterator[str]:
    if not tests.not_stable:
        yield wording.say("Every rule tested is stable.")
        return
    yield wording.say("Not stable, so without cases, and what each waits for:")
    for one in tests.not_stable:
        waits = wording.words(one.rule.waits_for) or NOT_KNOWN
        yield f"  {one.rule.id} ({one.rule.status}): {' '.join(waits.split())}"


def _end(tests: RuleTests, wording: Wording, typed: Typed) -> str:
    if tests.held:
        command = typed.again("patuh scan --dry-run")
        return wording.say("Every rule does what its examples promise. Next: {command}", command=command)
    short = tuple(one.rule.id for one in tests.rules if tests.short(one))
    command = typed.again(f"patuh rules test {' '.join(short)}")
    return wording.say(
        "Examples must pass, and a stable rule's must show {percent} %. Mend the above, then: {command}",
        percent=wording.number(STABLE),
        command=command,
    )

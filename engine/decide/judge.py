"""Judge facts with durable-rules. The only module that knows it, imported in the child process alone.

Its hazards, and what is done about each here: timer threads take actions away from the caller (none are started); facts
collide and states grow (one state per judgement, deleted after it); an exception in an action disappears into the state
(the state is looked at); an unmatched fact followed by delete_state kills the process (a ruleset always holds a rule
that every case meets; without it, judging stops at once).
"""

from collections.abc import Callable, Mapping, Sequence

from durable.engine import Host, MessageNotHandledException

Judgement = dict[str, object]


class JudgementError(Exception):
    """An action of a rule failed inside durable-rules."""


class _ThreadlessHost(Host):  # type: ignore[misc]  # durable-rules has no types
    """A host that starts no timers: a timer thread can take a fired rule before the caller sees it."""

    def _run(self) -> None:
        return


def judge(
    rulesets: Sequence[Mapping[str, Mapping[str, object]]],
    facts: Sequence[Mapping[str, str | int]],
    always: Mapping[str, int],
) -> Judgement:
    """Assert every fact in every ruleset, each under a state of its own.

    Gives the names of the rules that fired, per fact, and how many facts were asserted, handled and not handled.
    """
    fired: list[str] = []
    host = _ThreadlessHost()
    names = [f"decision_{number}" for number in range(len(rulesets))]
    for name, rules in zip(names, rulesets, strict=True):
        host.set_rulesets({name: {rule: {**pattern, "run": _noting(rule, fired)} for rule, pattern in rules.items()}})
    answers: list[list[str]] = []
    asserted = 0
    for number, fact in enumerate(facts):
        fired.clear()
        for name in names:
            asserted += 1
            if not _handled(host, name, {**fact, **always, "sid": str(number)}):
                return {"asserted": asserted, "handled": asserted - 1, "not_handled": 1, "fired": answers}
        answers.append(list(fired))
    return {"asserted": asserted, "handled": asserted, "not_handled": 0, "fired": answers}


def _noting(rule: str, fired: list[str]) -> Callable[[object], None]:
    def note(_closure: object) -> None:
        fired.append(rule)

    return note


def _handled(host: Host, ruleset: str, fact: Mapping[str, str | int]) -> bool:
    try:
        host.assert_fact(ruleset, dict(fact))
    except MessageNotHandledException:
        return False
    state = host.get_state(ruleset, fact["sid"])
    if "exception" in state:
        raise JudgementError(f"an action failed: {state['exception']}")
    host.delete_state(ruleset, fact["sid"])
    return True

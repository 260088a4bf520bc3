"""Ask the child process, and believe only an answer that is whole.

A fresh interpreter rather than a fork or multiprocessing: a fork would copy DuckDB's threads in an unknown state, and
spawn would import the console script's whole program again. It runs isolated (-I: no PYTHON* variable, no folder of the
working directory) on the import path of this process, so that it finds the very same modules however those were found.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.decide.compiled import ALWAYS, HEARD, Compiled
from engine.decide.facts import CaseFact
from rules.errors import DecisionError, Message

_BOOT = "import sys; sys.path[:] = sys.argv[3:]; from engine.decide.child import main; main(*map(int, sys.argv[1:3]))"
_SHOWN_LINES = 3
_WHY = Message("a case without a decision has no queue, and nobody would follow it up")


@dataclass(frozen=True)
class Child:
    """The command that judges and the seconds that it may take."""

    command: tuple[str, ...]
    seconds: float


def durable_child(judgements: int) -> Child:
    """The child that this program brings; half a minute, and a hundredth of a second for each judgement."""
    seconds = 30 + judgements // 100
    arguments = (str(os.getpid()), str(seconds + 5), *sys.path)
    return Child((sys.executable, "-I", "-W", "ignore", "-c", _BOOT, *arguments), seconds)


def ask(
    compiled: Compiled, signatures: Sequence[Mapping[str, CaseFact]], child: Child | None = None
) -> list[list[int]]:
    """Give, for each signature in order, the places of the rules that fired.

    Raises DecisionError when the child dies, hangs, cannot be started, or its answer does not account for every case.
    """
    facts = [{fact: case[fact] for fact in compiled.facts} for case in signatures]
    request = json.dumps({"rulesets": compiled.rulesets, "facts": facts, "always": ALWAYS})
    answer = _spoken(request, child or durable_child(len(facts) * len(compiled.rulesets)))
    return _reconciled(answer, compiled, len(facts))


def _spoken(request: str, child: Child) -> str:
    try:
        done = subprocess.run(
            child.command,
            input=request,
            capture_output=True,
            timeout=child.seconds,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DecisionError(
            Message(
                "the routing engine did not answer within {seconds} seconds and was stopped",
                seconds=f"{child.seconds:g}",
            ),
            _WHY,
            Message("run the scan again; if it stays so, the decision rules are too many or the machine is overloaded"),
        ) from error
    except OSError as error:
        raise DecisionError(
            Message("the routing engine could not be started: {strerror}", strerror=error.strerror or error),
            _WHY,
            Message("see that this Python can start a process and that memory and processes are not used up"),
        ) from error
    if done.returncode:
        raise DecisionError(
            _ending(done.returncode, _last_lines(done.stderr)),
            _WHY,
            Message(
                "run the scan again; nothing was written. If it stays so, "
                "report it with rules/routing.yaml and rules/ladder.yaml as they are"
            ),
        )
    return done.stdout


def _ending(code: int, said: str) -> Message:
    if code > 0:
        return Message("the routing engine ended with exit code {code}{said}", code=str(code), said=said)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return Message("the routing engine was killed by {name}{said}", name=name, said=said)


def _last_lines(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return "".join(f"\n      {line}" for line in lines[-_SHOWN_LINES:])


def _reconciled(answer: str, compiled: Compiled, cases: int) -> list[list[int]]:
    try:
        told = json.loads(answer)
        counts = {name: int(told[name]) for name in ("asserted", "handled", "not_handled")}
        fired = [[str(rule) for rule in rules] for rules in told["fired"]]
    except (ValueError, KeyError, TypeError) as error:
        raise _unbelievable(Message("its answer cannot be read ('{answer}')", answer=answer[:60])) from error
    expected = cases * len(compiled.rulesets)
    if counts != {"asserted": expected, "handled": expected, "not_handled": 0}:
        raise _unbelievable(
            Message(
                "{expected} judgements were asked for; {asserted} asserted, {handled} handled, "
                "{not_handled} not handled",
                expected=expected,
                **counts,
            )
        )
    if len(fired) != cases:
        raise _unbelievable(
            Message("{cases} cases were asked about and {fired} answered", cases=cases, fired=len(fired))
        )
    return [_places(number, rules, compiled) for number, rules in enumerate(fired)]


def _places(number: int, rules: list[str], compiled: Compiled) -> list[int]:
    """Every ruleset must have heard the case, no rule may have fired twice, and those without conditions must have."""
    known = {rule for ruleset in compiled.rulesets for rule in ruleset} - {HEARD}
    places = [rule for rule in rules if rule != HEARD]
    if (
        len(rules) - len(places) != len(compiled.rulesets)
        or not set(places) <= known
        or len(set(places)) != len(places)
    ):
        raise _unbelievable(
            Message(
                "the answer for signature {number} does not fit the decision rules: {names}",
                number=number,
                names=", ".join(rules),
            )
        )
    if not {str(last) for last in compiled.lasts} <= set(places):
        raise _unbelievable(
            Message("the last rule of a file, which always holds, did not fire for signature {number}", number=number)
        )
    return [int(place) for place in places]


def _unbelievable(what: Message) -> DecisionError:
    return DecisionError(
        Message("the routing engine's answer does not add up: {what}", what=what),
        _WHY,
        Message(
            "run the scan again; nothing was written. If it stays so, "
            "report it with rules/routing.yaml and rules/ladder.yaml as they are"
        ),
    )

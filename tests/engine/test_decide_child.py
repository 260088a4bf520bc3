"""The child process: its crash is an error message, its noise is nobody's, and it never outlives its parent."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from engine.decide import SIGNATURE_FACTS, Child, decide
from engine.decide.ask import ask, durable_child
from engine.decide.compiled import Compiled
from rules.errors import DecisionError, Location
from rules.model import CaseCondition, DecisionRule, Routing

Signature = dict[str, str | int]
PLACE = Location("routing.yaml", 1, 1)
WORDS = {"id": "x", "en": "y"}
ROUTING = Routing(
    (
        DecisionRule("SKK", (CaseCondition("warnings_spent", "at_least", (2,)),), {"queue": "kejaksaan"}, WORDS, PLACE),
        DecisionRule("LAST", (), {"queue": "disnaker"}, WORDS, PLACE),
    ),
    "",
)


def cases(number: int) -> list[Signature]:
    chosen = random.Random(7)
    return [{fact: chosen.choice(values) for fact, values in SIGNATURE_FACTS.items()} for _ in range(number)]


def python(code: str, seconds: float = 20) -> Child:
    return Child((sys.executable, "-c", code), seconds)


def answering(answer: object) -> Child:
    return python(f"import sys; sys.stdin.read(); print({json.dumps(answer)!r})")


def altered(change: str, alarm: int = 20, seconds: float = 20) -> Child:
    """Our own child with something in it changed before it begins."""
    code = f"import sys; sys.path[:] = sys.argv[1:]; import engine.decide.child as child\n{change}\n"
    begin = f"child.main({os.getpid()}, {alarm})"
    return Child((sys.executable, "-c", code + begin, *sys.path), seconds)


def refused(child: Child, number: int = 2) -> str:
    with pytest.raises(DecisionError) as raised:
        decide(cases(number), ROUTING, child=child)
    assert "why: a case without a decision has no queue" in str(raised.value)
    assert "do:  " in str(raised.value)
    return raised.value.what


def test_a_crash_of_the_interpreter_is_an_error_that_names_the_signal() -> None:
    what = refused(python("import faulthandler, ctypes; faulthandler.enable(); ctypes.string_at(0)"))
    assert what.startswith("the routing engine was killed by SIGSEGV")


def test_a_crash_inside_our_child_shows_where_it_was() -> None:
    what = refused(altered("import ctypes; child.judge = lambda *_: ctypes.string_at(0)"))
    assert "killed by SIGSEGV" in what


def test_killed_in_the_middle_of_its_work() -> None:
    killed: list[int] = []
    others = {process.pid for process in psutil.Process().children()}

    def kill_the_child() -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until and not killed:
            for process in psutil.Process().children():
                if process.pid not in others:
                    process.kill()
                    killed.append(process.pid)
            time.sleep(0.01)

    watcher = threading.Thread(target=kill_the_child)
    watcher.start()
    what = refused(durable_child(30_000), 30_000)
    watcher.join()
    assert killed
    assert what.startswith("the routing engine was killed by SIGKILL")


def test_no_answer_in_time() -> None:
    assert refused(python("import time; time.sleep(60)", seconds=0.3)) == (
        "the routing engine did not answer within 0.3 seconds and was stopped"
    )


def test_our_child_ends_itself_when_its_time_is_up_even_if_nobody_stops_it() -> None:
    what = refused(altered("import time; child.judge = lambda *_: time.sleep(60)", alarm=1))
    assert what.startswith("the routing engine was killed by SIGALRM")


def test_it_cannot_be_started() -> None:
    assert refused(Child(("/nonexistent/python",), 5)) == (
        "the routing engine could not be started: No such file or directory"
    )


def test_durable_rules_is_missing() -> None:
    what = refused(python("import durable_is_not_here"))
    assert what.startswith("the routing engine ended with exit code 1")
    assert "ModuleNotFoundError: No module named 'durable_is_not_here'" in what


HEARD = ["1", "heard"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("nonsense", "its answer cannot be read"),
        ({"asserted": 2, "handled": 2, "fired": [HEARD, HEARD]}, "its answer cannot be read"),
        (
            {"asserted": 1, "handled": 1, "not_handled": 0, "fired": [HEARD]},
            "2 judgements were asked for; 1 asserted, 1 handled, 0 not handled",
        ),
        (
            {"asserted": 2, "handled": 1, "not_handled": 1, "fired": [HEARD, HEARD]},
            "2 judgements were asked for; 2 asserted, 1 handled, 1 not handled",
        ),
        (
            {"asserted": 2, "handled": 2, "not_handled": 0, "fired": [HEARD]},
            "2 cases were asked about and 1 answered",
        ),
        (
            {"asserted": 2, "handled": 2, "not_handled": 0, "fired": [HEARD, ["1"]]},
            "the answer for signature 1 does not fit the decision rules: 1",
        ),
        (
            {"asserted": 2, "handled": 2, "not_handled": 0, "fired": [HEARD, ["1", "1", "heard"]]},
            "the answer for signature 1 does not fit the decision rules: 1, 1, heard",
        ),
        (
            {"asserted": 2, "handled": 2, "not_handled": 0, "fired": [["7", "1", "heard"], HEARD]},
            "the answer for signature 0 does not fit the decision rules: 7, 1, heard",
        ),
        (
            {"asserted": 2, "handled": 2, "not_handled": 0, "fired": [HEARD, ["0", "heard"]]},
            "the last rule of a file, which always holds, did not fire for signature 1",
        ),
    ],
)
def test_an_answer_that_does_not_add_up(answer: object, said: str) -> None:
    what = refused(answering(answer))
    assert what.startswith("the routing engine's answer does not add up: ")
    assert said in what


def test_a_failing_action_is_not_swallowed() -> None:
    change = "import engine.decide.judge as judge; judge._noting = lambda *_: lambda c: 1 // 0"
    what = refused(altered(change))
    assert "an action failed: exception caught integer division or modulo by zero" in what


def test_more_matches_than_durable_rules_can_count_fail_the_run() -> None:
    both = {"$and": [{"case": 1}, {"$or": [{"findings": 1}, {"findings": 2}]}]}
    rules: dict[str, dict[str, object]] = {str(number): {"all": [{"m": both}]} for number in range(65)}
    one = [{**case, "findings": 1} for case in cases(1)]
    with pytest.raises(DecisionError, match="error code: 303"):
        ask(Compiled((rules,), ("findings",), (0,)), one)


def test_a_case_that_no_rule_hears_fails_the_run() -> None:
    with pytest.raises(DecisionError, match="1 asserted, 0 handled, 1 not handled"):
        ask(Compiled(({"0": {"all": [{"m": {"case": 2}}]}},), (), (0,)), cases(3))


def test_what_the_child_prints_stays_out_of_our_output_and_of_its_answer(capfd: pytest.CaptureFixture[str]) -> None:
    change = (
        "import os; judge = child.judge\n"
        "def noisy(*arguments):\n"
        "    print('noise', flush=True); os.write(1, b'noise'); os.write(2, b'noise'); return judge(*arguments)\n"
        "child.judge = noisy"
    )
    assert len(decide(cases(3), ROUTING, child=altered(change))) == 3
    assert len(decide(cases(3), ROUTING)) == 3
    assert capfd.readouterr() == ("", "")


def test_the_verdict_does_not_depend_on_environment_or_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for package in ("engine", "durable", "json"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("raise RuntimeError('the wrong module')\n")
    monkeypatch.chdir(tmp_path)
    for name, value in {"PYTHONPATH": str(tmp_path), "PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"}.items():
        monkeypatch.setenv(name, value)
    assert len(decide(cases(3), ROUTING)) == 3


def test_this_process_never_loads_durable_rules() -> None:
    code = (
        "import sys; sys.path[:] = sys.argv[1:]\n"
        "from engine.decide import SIGNATURE_FACTS, decide\n"
        "from rules.errors import Location; from rules.model import Routing, DecisionRule\n"
        "last = DecisionRule('L', (), {'queue': 'disnaker'}, {}, Location('x'))\n"
        "(one,) = decide([{f: v[0] for f, v in SIGNATURE_FACTS.items()}], Routing((last,), ''))\n"
        "print(one.queue, sorted(m for m in sys.modules if 'durable' in m or m == 'engine.decide.judge'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *sys.path], capture_output=True, text=True, check=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("disnaker []\n", "")


def test_the_child_dies_with_its_parent() -> None:
    hang = "import time; child.judge = lambda *_: time.sleep(60)"
    code = (
        "import os, sys; sys.path[:] = sys.argv[1:]\n"
        "from engine.decide.ask import Child, ask; from engine.decide.compiled import Compiled\n"
        f"code = 'import sys; sys.path[:] = sys.argv[1:]; import engine.decide.child as child\\n{hang}\\n'\n"
        "code += f'child.main({os.getpid()}, 60)'\n"
        "ask(Compiled(({},), (), ()), [], Child((sys.executable, '-c', code, *sys.path), 60))\n"
    )
    parent = psutil.Popen([sys.executable, "-c", code, *sys.path])
    try:
        until = time.monotonic() + 20
        while not (children := parent.children()) and time.monotonic() < until:
            time.sleep(0.02)
        (child,) = children
        time.sleep(0.3)  # past its start
        assert is_alive(child)
    finally:
        parent.kill()
        parent.wait()
    until = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_alive(child)


def is_alive(process: psutil.Process) -> bool:
    """Not gone, and not a dead one that nobody has collected yet."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_child_whose_parent_is_gone_already_does_not_begin() -> None:
    code = "import sys; sys.path[:] = sys.argv[1:]; from engine.decide.child import main; main(1, 20)"
    done = subprocess.run(
        [sys.executable, "-c", code, *sys.path], input="{}", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")


def test_ten_times_the_kinds_of_cases_take_no_more_than_twenty_times_as_long() -> None:
    """A state of durable-rules that is kept grows slower with every fact; each judgement has one of its own."""
    seconds = {}
    for kinds in (400, 4000):
        signatures = cases(kinds)
        began = time.perf_counter()
        decisions = decide(signatures, ROUTING)
        seconds[kinds] = time.perf_counter() - began
    assert seconds[4000] <= 20 * seconds[400]
    assert [d.queue == "kejaksaan" for d in decisions] == [case["warnings_spent"] == 2 for case in signatures]

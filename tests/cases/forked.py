"""The command line in processes forked from one that has everything loaded: cheap to start, and to kill."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Reads orders as lines of JSON. Each is one command in a process of its own, which dies by SIGKILL at the stage `at`,
# or so many seconds after it was begun, unless it ends before. What the command began itself is not killed, and is
# waited for: what it does until its end belongs to what is looked at next.
PARENT = """
import ctypes, json, os, select, signal, sys, time
from datetime import datetime
from pathlib import Path
import cases.commands.life, cases.commands.scan, cases.match, cases.scan, cases.service, cases.write
import cases.store.database, cases.store.postgresql, cases.store.sqlite, engine.decide, rules.load
from cases.cli import app, run
from cases.setting import Setting
from cases.store.channel import BulkStore
from rules.working_days import shipped_calendar

PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
rules.load.load(Path("rules.yaml"))
shipped_calendar()

def die(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

def obey(order):
    for stream, path in enumerate((os.devnull, order["out"], order["err"])):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC), stream)
    if order["at"] == "commit":
        BulkStore.commit = die
    elif order["at"]:
        setattr(cases.scan, order["at"], die)
    moment = datetime.fromisoformat(order["moment"])
    ended = run(order["arguments"], Setting(lambda: moment, lambda: 0.0, lambda: os.urandom(32), order["user"]))
    sys.stdout.flush()
    os._exit(ended)

print("ready", flush=True)
for line in sys.stdin:
    order = json.loads(line)
    begun = time.monotonic()
    child = os.fork()
    if not child:
        obey(order)
    ends = os.pidfd_open(child)
    if not select.select([ends], [], [], order["after"])[0]:
        os.kill(child, signal.SIGKILL)
    os.close(ends)
    seconds, (_, status) = time.monotonic() - begun, os.waitpid(child, 0)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    print(json.dumps([os.waitstatus_to_exitcode(status), seconds]), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, or minus the signal that killed it; after so many seconds; what it said."""

    code: int
    seconds: float
    out: str
    err: str


@dataclass(frozen=True)
class Forked:
    """The process that has everything loaded."""

    process: subprocess.Popen[str]
    folder: Path

    def run(
        self, *arguments: object, moment: str, user: str = "", at: str | None = None, after: float | None = None
    ) -> Ended:
        """Run one command; it is killed at a stage of the scan, or after so many seconds, where that is said."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        out, err = self.folder / "out", self.folder / "err"
        order = {"arguments": [*map(str, arguments)], "moment": moment, "user": user, "at": at, "after": after}
        self.process.stdin.write(json.dumps({**order, "out": str(out), "err": str(err)}) + "\n")
        self.process.stdin.flush()
        code, seconds = json.loads(self.process.stdout.readline())
        return Ended(code, seconds, out.read_text("utf-8"), err.read_text("utf-8"))


@contextmanager
def forking(folder: Path) -> Iterator[Forked]:
    """Start it, and end it with the block."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Forked(process, folder)

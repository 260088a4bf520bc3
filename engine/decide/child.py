"""The child process: reads a request on stdin, judges, writes the answer where stdout was, and is gone.

Whatever durable-rules prints goes to stderr, which the parent keeps for its error message. The process ends with its
parent (by the kernel on Linux) and, anywhere and whatever C code it hangs in, when its time is up.
"""

import ctypes
import faulthandler
import json
import os
import signal
import sys

from engine.decide.judge import judge

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h


def main(parent: int, seconds: int) -> None:
    """Judge the request on stdin and end the process; `parent` is the asking process's id."""
    faulthandler.enable()
    _end_with(parent)
    signal.alarm(seconds)
    answer_to = os.dup(1)
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    answer = judge(request["rulesets"], request["facts"], request["always"])
    with os.fdopen(answer_to, "w", encoding="utf-8") as stream:
        json.dump(answer, stream)
    sys.stderr.flush()
    os._exit(0)  # nothing of durable-rules is torn down: neither its threads nor its C state are worth waiting for


def _end_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask to be told
        os._exit(1)

"""What a person reads when something fails."""

import errno
import io

import pytest
from rich.console import Console

from cases.exit_codes import ExitCode
from cases.present import present
from cases.wording import Wording
from rules.errors import (
    DecisionError,
    Fault,
    FaultsError,
    Location,
    PatuhError,
    ScanRunningError,
    SourceError,
    StoreError,
    UsageError,
)


def said(error: BaseException, terminal: bool = False) -> tuple[ExitCode, str]:
    out = io.StringIO()
    code = present(error, Console(file=out, force_terminal=terminal, width=100, color_system=None), Wording("en"))
    return code, out.getvalue()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (UsageError, ExitCode.USAGE),
        (SourceError, ExitCode.NOT_JUDGED),
        (ScanRunningError, ExitCode.SCAN_RUNNING),
        (StoreError, ExitCode.STORE),
        (DecisionError, ExitCode.DECISION),
    ],
)
def test_each_kind_says_what_why_and_what_to_do(kind: type[PatuhError], code: ExitCode) -> None:
    assert said(kind("the what", "the why", "the remedy")) == (
        code,
        "the what\n    why: the why\n    do:  the remedy\n",
    )


def test_all_faults_are_listed_in_file_order_and_counted() -> None:
    later = Fault(Location("b.yaml", 9, 2), "code-b", "what b", "why b", "do b")
    sooner = Fault(Location("a.yaml", 3, 1), "code-a", "what a", "why a", "do a")
    code, text = said(FaultsError((later, sooner)))
    assert code is ExitCode.USAGE
    assert text.index("a.yaml:3:1: what a") < text.index("b.yaml:9:2: what b")
    assert text.endswith("2 faults\n")


def test_a_terminal_gets_a_panel_with_the_code() -> None:
    code, text = said(UsageError("the what", "the why", "the remedy"), terminal=True)
    assert code is ExitCode.USAGE
    assert "patuh: USAGE (2)" in text
    assert "╭" in text


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        RuntimeError("IO Error: Could not write file: No space left on device"),
        RuntimeError("(sqlite3.OperationalError) database or disk is full"),
    ],
)
def test_a_full_disk_is_the_stores_trouble_with_its_remedy(error: Exception) -> None:
    code, text = said(error)
    assert code is ExitCode.STORE
    assert text.startswith("the disk is full:")
    assert "free some space" in text


def test_a_file_that_may_not_be_read_is_named() -> None:
    code, text = said(PermissionError(errno.EACCES, "Permission denied", "/etc/rules.yaml"))
    assert code is ExitCode.USAGE
    assert text.startswith("/etc/rules.yaml: permission denied")


def test_a_fault_of_our_own_says_what_to_send_and_hides_no_kind() -> None:
    code, text = said(ZeroDivisionError("division by zero"))
    assert code is ExitCode.INTERNAL
    assert "ZeroDivisionError: division by zero" in text
    assert "PATUH_TRACE=1" in text
    assert "send no register" in text


def test_an_interrupt_is_no_failure_of_ours() -> None:
    code, text = said(KeyboardInterrupt())
    assert code is ExitCode.INTERRUPTED
    assert "as it was before" in text

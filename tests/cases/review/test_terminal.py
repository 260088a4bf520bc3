"""The whole program in a real terminal, with real keys, on both stores; what it did is asked by other commands."""

from collections.abc import Callable
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from tests.cases.conftest import Office
from tests.cases.review.screen import NARROW, WIDE
from tests.cases.review.terminal import terminal


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_a_case_is_confirmed_and_one_dismissed_by_real_keys(
    office: Office, size: tuple[int, int], patuh: Callable[..., Any]
) -> None:
    def stages() -> dict[int, str]:
        return dict(office.store.ask("SELECT id, stage FROM case_file WHERE stage <> 'flagged' ORDER BY id"))

    before = stages()
    words = ["review", "--config", str(office.folder / "rules.yaml"), "--lang", "en"]
    with terminal(words, size, office.folder) as seat:
        seat.until("Flagged 174")
        seat.until("PT Bangka Niaga")
        seat.press("c")
        seat.until("confirmed for kejaksaan")
        seat.until("Flagged 173")
        seat.press("d")
        seat.until("Dismiss · case")
        seat.type("pailit, putusan 12/2026")
        seat.press("Enter")
        seat.until("dismissed")
        seat.until("Flagged 172")
        seat.press("/")
        seat.type("lada mandiri")
        seat.press("Enter")
        seat.until("UD Lada Mandiri")
        seat.until("1/1")
        seat.press("L")
        seat.until("Ditandai")
        seat.press("q")
        seat.ended()
    assert (office.folder / "ended.txt").read_text() == "0\n"
    after = stages()
    (confirmed, dismissed) = (one for one in after if one not in before)
    assert {after[confirmed], after[dismissed]} == {"confirmed", "dismissed"}
    kept = patuh("audit", "verify", *office.options)
    assert kept.code is ExitCode.DONE, kept.out + kept.err
    number = next(one for one in (confirmed, dismissed) if after[one] == "dismissed")
    shown = patuh("cases", "show", number, *office.options)
    assert "pailit, putusan 12/2026" in " ".join(shown.out.split())

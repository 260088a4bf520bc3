"""What a person lets be, through the commands: who sees it, how it ends, and what the next scan says."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from tests.cases.office import replaced, write_office, write_register

Patuh = Callable[..., Any]
FOUND = date(2026, 11, 20)
PEOPLE = """people:
  rina: {name: Rina, roles: [supervisor, inspector], regions: all}
  sari: {name: Sari, roles: [supervisor], regions: ["19"]}
  tini: {name: Tini, roles: [auditor], regions: all}
"""
REASON = ("--reason", "delay granted", "--owner", "Budi")
PAPER = ("--proof", "SK-4")


class Office:
    """Two large employers, found on one day; each command is said as somebody on some day."""

    def __init__(self, patuh: Patuh, folder: Path) -> None:
        self._patuh, self.config = patuh, write_office(folder)
        replaced(self.config, "offices:\n", f"{PEOPLE}offices:\n")
        write_register(folder, {"WLKP-0025": 25, "WLKP-0030": 30})

    def __call__(self, command: str, *words: object, on: int = 0, user: str = "rina") -> Any:
        day = FOUND + timedelta(days=on)
        return self._patuh(*command.split(), *words, "--config", self.config, "--lang", "en", day=day, user=user)


@pytest.fixture
def office(patuh: Patuh, tmp_path: Path) -> Office:
    made = Office(patuh, tmp_path / "office")
    assert made("scan").code is ExitCode.DONE
    return made


def said(answer: Any) -> str:
    """The text on one line."""
    return " ".join((answer.out + answer.err).split())


def test_a_waiver_from_the_first_day_to_the_scan_after_its_last(office: Office) -> None:
    done = said(office("cases waive", 1, "--rule", "size-01", "--until", "2026-11-22", *REASON, *PAPER))
    for part in (
        "Waiver 1: 1 finding let be.",
        "Until: 22 November 2026",
        "In the file of case: 1",
        "Nothing is open any more in case: 1",
        "Next: patuh waivers list",
    ):
        assert part in done, part
    assert "1 case in all" in said(office("cases list"))
    let_be = said(office("cases list", "--stage", "dismissed"))
    assert "let be by rina, until 22 November 2026: delay granted" in let_be
    shown = said(office("cases show", 1))
    assert "waiver 1 by rina, 20 November 2026 to 22 November 2026, in force: delay granted (Budi, SK-4)" in shown
    assert "waived: from flagged to dismissed" in shown
    assert " | patuh waivers withdraw 1 --config" in said(office("waivers list"))
    (line,) = office("waivers list", "--state", "in_force", "--rule", "SIZE-01", "--json").json["waivers"]
    assert (line["number"], line["rule"], line["until"], line["findings"]) == (1, "SIZE-01", "2026-11-22", 1)
    ended = said(office("scan", on=3))
    assert "Ended since the scan before: waivers 1, dismissals 0. What is still so was found anew: patuh" in ended
    assert "waivers list --state expired" in ended
    (line,) = office("waivers list", "--state", "expired", "--json", on=3).json["waivers"]
    assert (line["state"], line["findings"]) == ("expired", 0)
    assert "20 November 2026 to 22 November 2026, expired: delay granted" in said(office("cases show", 1, on=3))
    again = said(office("cases show", 3, on=3))
    assert "since 23 November 2026" in again


def test_a_dismissal_is_told_and_ends(office: Office) -> None:
    done = said(office("cases dismiss", 2, "--until", "2026-11-21", *REASON))
    assert "Case 2 is dismissed: 1 finding let be. Until: 21 November 2026" in done
    assert "Next: patuh cases show 2" in done
    listed = said(office("cases list", "--stage", "dismissed"))
    assert "let be by rina, until 21 November 2026: delay granted" in listed
    assert office("due", "--json").json["due"] == []
    assert office("scan", "--json", on=1).json["findings"]["reopened"] == 0
    scanned = office("scan", "--json", on=2).json
    assert scanned["ended"] == {"waivers": 0, "dismissals": 1}
    assert (scanned["findings"]["reopened"], scanned["cases"]["opened"]) == (1, 1)
    shown = said(office("cases show", 2, on=2))
    assert "dismissed by rina, 21 November 2026, expired: delay granted (Budi)" in shown


def test_every_province_is_for_who_is_for_the_whole_nation(office: Office) -> None:
    words = ("--whole-party", *REASON, *PAPER)
    refused = office("cases waive", 1, "--everywhere", *words, user="sari")
    assert refused.code is ExitCode.USAGE
    for part in (
        "sari may not let findings of every province be",
        "that is for every region, and sari is for 19",
        "ask somebody with regions: all under people: in rules.yaml",
    ):
        assert part in said(refused), part
    assert "sari may not let findings of every province be" in said(office("refusals", user="tini"))
    assert office("cases waive", 1, *words, user="sari").code is ExitCode.DONE
    assert office("cases waive", 2, "--everywhere", *words).code is ExitCode.DONE
    assert "may not let findings" in said(office("waivers withdraw", 2, "--reason", "r", user="sari"))
    done = office("waivers withdraw", 1, "--reason", "granted in error", user="sari")
    assert "Waiver 1 is withdrawn and honoured no longer." in said(done)
    assert "Next: patuh scan" in said(done)
    listed = said(office("waivers list", "--state", "withdrawn"))
    assert "withdrawn 20 November 2026 by sari: granted in error" in listed


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("waivers list", "--state", "ended"), "--state 'ended' is not known"),
        (("cases waive", "1", "--rule", "SIZE-1"), "SIZE-01"),
        (("cases waive", "1", "--until", "2026-02-30"), "--until '2026-02-30' is not a day of the calendar"),
        (("cases dismiss", "1"), "no reason is given; nobody is named who answers for it"),
        (("waivers withdraw", "7", "--reason", "r"), "There is no waiver 7."),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(office: Office, words: tuple[str, ...], part: str) -> None:
    refused = office(words[0], *words[1:])
    assert refused.code is ExitCode.USAGE
    assert part in said(refused)

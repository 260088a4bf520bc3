"""Parties are merged, refused and split by the commands that a person types."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from tests.cases.office import replaced, write_office

Patuh = Callable[..., Any]
FIRMS = """id,name,npwp,nib,region,workers
WLKP-0001,CV Contoh Satu,0111222333444000,9120001112223,19.71,25
WLKP-0002,CV Contoh Dua,0211222333444000,9120001112223,19.71,30
WLKP-0003,CV Contoh Tiga,0311222333444000,9120004445556,19.71,35
WLKP-0004,CV Contoh Empat,0411222333444000,9120004445556,19.71,40
"""


class Office:
    """Four firms, of which each two share a NIB, after the first night."""

    def __init__(self, patuh: Patuh, folder: Path) -> None:
        self._patuh, self.config = patuh, write_office(folder)
        replaced(self.config, "npwp: npwp,", "npwp: npwp, nib: nib,")
        self.register(FIRMS)

    def register(self, text: str) -> None:
        (self.config.parent / "wlkp.csv").write_text(text, encoding="utf-8")

    def __call__(self, *words: object, user: str = "rina", lang: str = "en") -> Any:
        return self._patuh(*words, "--config", self.config, "--lang", lang, user=user)

    def done(self, *words: object) -> str:
        answer = self(*words)
        assert answer.code is ExitCode.DONE, answer.err
        return " ".join(answer.out.split())

    def refused(self, *words: object) -> str:
        answer = self(*words)
        assert answer.code is ExitCode.USAGE
        assert answer.out == ""
        return " ".join(answer.err.split())

    def json(self) -> Any:
        return self._patuh("parties", "list", "--json", "--config", self.config, user="rina").json


@pytest.fixture
def office(patuh: Patuh, tmp_path: Path) -> Office:
    made = Office(patuh, tmp_path / "office")
    made.done("scan")
    return made


def test_a_proposal_is_listed_and_merged_and_the_cases_tell_of_each_other(office: Office) -> None:
    listed = office.done("parties", "list")
    for part in ("KONSEP", "1 CV Contoh Satu (employer)", "2 CV Contoh Dua (employer)", "NIB *********2223"):
        assert part in listed, listed
    assert "2 proposals in all" in listed
    assert "patuh parties merge 1 --reason" in listed
    page = office.json()
    assert page["total"] == 2
    assert (page["lines"][0]["one"]["cases"], page["lines"][0]["other"]["findings"]) == (1, 1)
    office.done("replay", "1")

    done = office.done("parties", "merge", 1, "--reason", "satu badan usaha, dua NPWP")
    assert "Party 2 was merged into party 1." in done
    assert "Case 2 ended; case 1 has its findings and goes on." in done
    assert "no letter of the other case is about it" in done
    shown = office.done("cases", "show", 1)
    for part in (
        "Party 1",
        "another case merged into it",
        "case 2, at ",
        "party 1 satu badan usaha, dua NPWP",
        "From case 2, which was merged into this one",
        "2 findings",
    ):
        assert part in shown, part
    ended = office.done("cases", "show", 2)
    assert "Merged into case 1" in ended
    assert "merged into another case: from flagged to merged" in ended
    assert "patuh cases show 1" in ended
    assert "merged" in office.done("cases", "list", "--stage", "merged")

    office.done("scan")
    assert office.json()["total"] == 1
    assert "2 findings" in office.done("cases", "show", 1)
    office.done("replay", "1")
    office.done("audit", "verify")


def test_a_refused_pair_is_not_proposed_again(office: Office) -> None:
    assert "Parties 1 and 2 stay two; no scan proposes them again." in office.done(
        "parties", "refuse", 1, "--reason", "kantor bersama"
    )
    office.register(FIRMS + "WLKP-0005,CV Contoh Lima,0211222333444000,9120001112223,19.71,45\n")
    office.done("scan")
    assert [line["number"] for line in office.json()["lines"]] == [2]
    assert "There is no open proposal 1." in office.refused("parties", "merge", 1, "--reason", "x")
    office.done("parties", "refuse", 2, "--reason", "kantor bersama")
    assert "No two parties are proposed to be one." in office.done("parties", "list")


def test_a_party_is_split_by_what_screens_show_of_it(office: Office) -> None:
    office.done("parties", "merge", 4, 3, "--reason", "satu badan usaha")
    office.done("cases", "confirm", 3)
    shown = office.done("cases", "show", 3)
    assert "employer:*****0003" in shown
    identifiers = ("--identifier", "source=employer:*****0003", "--identifier", "npwp=0311222333")
    done = office.done("parties", "split", 4, *identifiers, "--reason", "ternyata dua")
    assert "Party 5 was split off from party 4." in done
    assert "From case 3 to case 5, which begins anew." in done
    assert "Stage flagged" in office.done("cases", "show", 5)
    assert "Stage confirmed" in office.done("cases", "show", 3)
    office.done("scan")
    assert "CV Contoh Tiga" in office.done("cases", "show", 5)
    assert [line["number"] for line in office.json()["lines"]] == [1]


def test_what_is_typed_wrongly_is_said(office: Office) -> None:
    reason = ("--reason", "x")
    assert "more than two numbers are named" in office.refused("parties", "merge", 1, 2, 3, *reason)
    assert "--identifier 'npwp' is not KIND=VALUE" in office.refused(
        "parties", "split", 1, "--identifier", "npwp", *reason
    )
    wrong = office.refused("parties", "split", 1, "--identifier", "npw=01", *reason)
    assert "--identifier 'npw' is not known" in wrong
    assert "npwp" in wrong
    assert "No reason is given." in office.refused("parties", "refuse", 1, "--reason", " ")

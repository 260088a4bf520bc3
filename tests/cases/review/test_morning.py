"""A morning: a supervisor works through all flagged cases by keys alone, one at a time, and dismisses the wrong ones.

The supervisor knows only what the file of a case shows. A wrong flag is an employer whom the rule calls unregistered,
for no membership number is said, and of whom the register of members has a row all the same: it stands in the file.
"""

import asyncio
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cases.conftest import run_alone
from tests.cases.desk import Desk
from tests.cases.review.screen import NARROW, Sitting, caseload_of, events, sitting
from tests.cases.stores import Store

RULES = """
  - id: REG-01
    nature: violation
    status: stable
    title: {id: Belum terdaftar, en: Not registered}
    subject: employer
    basis:
      - {law: UU 24/2011, article: "15(1)", from: 2011-11-25, checked: V}
    when:
      - npp is null
    severity: high
    evidence: [employed_workers]
    say: {id: "Tidak terdaftar; {employed_workers} pekerja.", en: "Not a member; {employed_workers} workers."}
    false_positives: {id: NPWP lain., en: Another NPWP.}
    guard: {max_share: 1.0}
    examples:
      given: {today: 2026-06-30, employed_workers: 5}
      cases:
        - {name: not a member, and: {npp: null}, expect: violation}
        - {name: a member, and: {npp: "12345678"}, expect: pass}
  - id: SIZE-01
    nature: violation
    status: stable
    title: {id: Kantor besar, en: Large office}
    subject: employer
    basis:
      - {law: UU 24/2011, article: "15(1)", from: 2011-11-25, checked: V}
    when:
      - employed_workers >= 100
    severity: medium
    evidence: [employed_workers]
    say: {id: "{employed_workers} pekerja.", en: "{employed_workers} workers."}
    false_positives: {id: Tidak ada., en: None.}
    guard: {max_share: 1.0}
    examples:
      given: {today: 2026-06-30}
      cases:
        - {name: a hundred, and: {employed_workers: 100}, expect: violation}
        - {name: fewer, and: {employed_workers: 99}, expect: pass}
"""
RUN = f"""state: .patuh
store: STORE
language: en
packs: []
sources:
  wlkp:
    connector: csv
    fact: employer
    path: wlkp.csv
    as_of: 2026-11-19
    freshness: archive
    complete: true
    key: [employer_id]
    columns: {{employer_id: id, name: name, npwp: npwp, nib: nib, region: region, employer_kind: {{constant: private}},
      employed_workers: workers, employed_as_of: {{constant: "2026-10-01"}}}}
  membership:
    connector: csv
    fact: employer
    path: members.csv
    as_of: 2026-11-19
    freshness: archive
    complete: true
    key: [npwp]
    columns: {{npwp: npwp, npp: npp, registered_workers: workers, registered_as_of: {{constant: "2026-10-01"}}}}
facts:
  employer: {{spine: wlkp, joins: [{{source: membership, on: [npwp]}}]}}
offices:
  - {{id: disnaker, queue: disnaker, regions: ["19"], name: Disnaker}}
rules:{RULES}"""


def wrong(place: int) -> bool:
    return place % 10 == 7


def office(folder: Path, store: Store, employers: int) -> Desk:
    """An office whose night flags all its employers; of every ten, one is a member under another NPWP."""
    folder.mkdir()
    (folder / "rules.yaml").write_text(RUN.replace("STORE", store.url), encoding="utf-8")
    wlkp = ["id,name,npwp,nib,region,workers"]
    members = ["npwp,npp,workers"]
    for place in range(employers):
        workers = 100 + place if place % 3 == 0 else 10 + place % 50
        npwp, nib = f"{place:03d}1122233344400", f"91200{place:08d}"
        wlkp.append(f"W-{place:04d},PT Contoh {place},{npwp},{nib},19.71,{workers}")
        if wrong(place):
            members.append(f"{npwp},,{workers}")
    members.append("9990000000000000,12345678,3")
    (folder / "wlkp.csv").write_text("\n".join(wlkp) + "\n", encoding="utf-8")
    (folder / "members.csv").write_text("\n".join(members) + "\n", encoding="utf-8")
    run_alone("scan", folder, user="")
    return Desk(folder, store)


@dataclass
class Tally:
    """What a morning took: keys of each right and each wrong flag, and seconds of each case."""

    right: list[int] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


REASON = "terdaftar menurut register peserta; nomornya belum terisi"


A_MEMBER, NO_MEMBER = "membership 1 row by", "No row of this party: membership"


async def look(seat: Sitting) -> str:
    """Go on in the file of a case until all findings and what other registers say were shown; return what was seen."""
    first = len(seat.painted) - 1
    for _ in range(20):
        if "✓" in seat.lines[-2] and any(words in seat.flowing for words in (A_MEMBER, NO_MEMBER)):
            return "\n".join(seat.painted[first:])
        await seat.press("space")
    raise AssertionError(f"the file has no end:\n{seat.text}")


async def work_through(seat: Sitting, desk: Desk, waiting: int) -> Tally:
    """Work through the list from its first case, each file opened and read as far as its registers."""
    tally = Tally()
    await seat.press("enter")
    for _ in range(waiting):
        began, pressed = time.perf_counter(), seat.pressed
        seen = await look(seat)
        number = int(re.findall(r"(?m)^KONSEP · Case (\d+):", seen)[0])
        found = desk.store.ask(f"SELECT rule FROM finding WHERE case_id = {number}")
        assert all(f"▾ {rule} " in seen for rule in found), (number, found)
        assert f"✓ {len(found)} of {len(found)} finding" in seen
        if A_MEMBER in seat.flowing:
            await seat.press("d")
            await seat.type(REASON)
            await seat.press("enter")
            tally.wrong.append(seat.pressed - pressed)
        else:
            await seat.press("c")
            tally.right.append(seat.pressed - pressed)
        tally.seconds.append(time.perf_counter() - began)
    return tally


@pytest.mark.parametrize("employers", [10, pytest.param(200, marks=pytest.mark.large)])
def test_every_flag_of_a_night_is_judged_by_what_its_file_shows(
    tmp_path: Path, make_store: Callable[..., Store], employers: int, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = office(tmp_path / "office", make_store(blank=True), employers)

    async def morning() -> Tally:
        with caseload_of(desk) as caseload:
            async with sitting(caseload, NARROW) as seat:
                return await work_through(seat, desk, employers)

    tally = asyncio.run(morning())
    ends = desk.store.ask(
        "SELECT p.name, c.stage, c.id FROM case_file c JOIN party p ON p.id = c.party_id ORDER BY c.id"
    )
    for name, ended, number in ends:
        planted = wrong(int(name.rsplit(" ", 1)[1]))
        assert ended == ("dismissed" if planted else "confirmed"), (name, ended)
        last = events(desk, number)[-1]
        assert (last.who, last.kind) == ("rina", "dismissed" if planted else "confirmed")
        assert not planted or last.payload["reason"] == REASON
    assert (len(tally.right), len(tally.wrong)) == (employers * 9 // 10, employers // 10)
    assert statistics.median(tally.right) <= 4
    with capsys.disabled():
        print(  # noqa: T201 - a figure of the result
            f"\n{employers} cases on {desk.store.url.partition(':')[0]}, one by one: "
            f"keys for a right flag median {statistics.median(tally.right):.0f}, most {max(tally.right)}; "
            f"for a wrong one with its reason median {statistics.median(tally.wrong):.0f}; "
            f"seconds for a case median {statistics.median(tally.seconds):.2f}"
        )

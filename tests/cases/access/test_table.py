"""The table of who may do what: every command for every role, in and outside one's region, on both stores."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import typer

from cases.access.gate import open_for
from cases.access.identity import NotPermittedError, Who
from cases.access.table import COMMANDS, RIGHTS
from cases.cli import app
from cases.exit_codes import ExitCode
from cases.life.refusal import NotAllowedError
from cases.service import Act, confirm
from cases.wording import Wording
from rules.configuration import ROLES, Person
from tests.cases.access.conftest import PLACES, Desk

Run = Callable[..., Any]

PAPER = ("--document", "D/1", "--on", "2026-11-20")
OF_A_CASE: dict[str, tuple[str, ...]] = {
    "cases show": (),
    "cases explain": (),
    "cases confirm": ("--queue", "kejaksaan"),
    "cases redirect": ("--queue", "disnaker", "--reason", " "),
    "cases undo": (),
    "cases step": ("denda", *PAPER, "--signed-by", "Kepala"),
    "cases record": ("employer_answer", *PAPER),
    "cases receipt": ("denda", *PAPER),
    "cases pause": ("--reason", " "),
    "cases resume": ("--reason", " "),
    "cases refer": ("--purpose", "pupn", *PAPER),
    "cases referral": ("1", "received", "--on", "2026-11-20"),
    "cases close": ("--reason", " "),
    "cases assign": ("nobody",),
    "cases note": ("--text", " "),
    "cases snooze": ("--until", "2026-11-20", "--reason", " "),
    "cases wake": (),
    "cases approve": (),
    "cases retract": ("--reason", " "),
    "cases waive": (),
    "cases dismiss": (),
    "replay": (),
    "audit show": (),
}
"""Commands about one case, and what they are asked beside its number: who may, is told why it is too early for it."""
OF_THE_OFFICE: dict[str, tuple[str, ...]] = {
    "unknowns": (),
    "notices": (),
    "coverage": (),
    "refusals": (),
    "unmaskings": (),
    "cases list": (),
    "due": (),
    "review": (),
    "held list": (),
    "waivers list": (),
    "waivers withdraw": ("1",),
    "sources rejects": (),
    "export": ("disnaker", "--format", "csv"),
    "repair export": ("--source", "wlkp", "--format", "csv", "--output", "/nowhere/wlkp.csv"),
    "scan": ("--rule", "NONE-99"),
    "held release": ("NONE-99", "--reason", "r"),
    "held discard": ("NONE-99", "--reason", "r"),
    "sources check": ("--source", "none=none.csv"),
    "rules backtest": ("--from", "2026-11-20", "--to", "2026-11-19", "--rule", "NONE-99", "--against", "none.yaml"),
    "audit verify": (),
    "parties list": (),
    "parties merge": ("0", "--reason", "r"),
    "parties refuse": ("0", "--reason", "r"),
    "parties split": ("0", "--identifier", "npwp=0", "--reason", "r"),
    "audit purge": (),
}
"""The others; those that would work long are asked for what there is not."""
OPEN = {command for command, act in COMMANDS.items() if RIGHTS[act].roles is None}


def commands(group: typer.Typer, before: str = "") -> Iterator[str]:
    for one in group.registered_commands:
        yield before + str(one.name)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, f"{before}{inner.name} ")


def test_every_command_is_an_act_and_no_act_is_made_up() -> None:
    assert set(commands(app)) == set(COMMANDS)
    assert set(COMMANDS.values()) <= set(RIGHTS)
    assert set(commands(app)) - OPEN == set(OF_A_CASE) | set(OF_THE_OFFICE)


def cell(role: str, place: str, command: str) -> str:
    """What the table says of one cell, by hand: refused, hidden (another region's case) or open."""
    right = RIGHTS[COMMANDS[command]]
    assert right.roles is not None
    if role not in right.roles or (right.whole and place != "nation"):
        return "refused"
    return "hidden" if place == "other" and command in OF_A_CASE else "open"


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("role", ROLES)
def test_every_cell_through_the_program(patuh: Run, desk: Desk, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    before = desk.store.ask("SELECT count(*) FROM event")
    expected = []
    for place in PLACES:
        login = f"{role}_{place}"
        monkeypatch.setenv("PGUSER", login)
        for command in (*OF_A_CASE, *OF_THE_OFFICE):
            number = ("1",) if command in OF_A_CASE else ()
            asked = (*command.split(), *number, *{**OF_A_CASE, **OF_THE_OFFICE}[command])
            said = patuh(*asked, "--config", desk.config, "--lang", "en", user=login)
            told, means = " ".join(said.err.split()), cell(role, place, command)
            assert ("may not" in told) is (means == "refused"), (login, command, told)
            assert "permission denied" not in told, (login, command, told)
            assert "row-level security" not in told, (login, command, told)
            assert ("here is no case 1" in told) is (means == "hidden"), (login, command, told)
            if means != "open":
                assert said.code is ExitCode.USAGE
                assert said.out == ""
                # A replay is of a run as well: its number is not known for a case's where it begins.
                expected.append((login, COMMANDS[command], 1 if number and command != "replay" else None))
    kept = desk.store.ask(f"SELECT who, act, case_id FROM access_refusal WHERE who LIKE '{role}_%' ORDER BY id")
    assert kept == [one for one in expected if one[1] != "replay" or one[0].startswith(("inspector", "exporter"))]
    assert desk.store.ask("SELECT count(*) FROM event") == before


def test_a_service_is_refused_without_any_command(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    act = Act("auditor_own", datetime(2026, 11, 21, tzinfo=UTC), bytes(32))
    auditor = Who("auditor_own", Person("auditor_own", "A", frozenset({"auditor"}), ("19",)))
    other = Who("supervisor_other", Person("supervisor_other", "S", frozenset({"supervisor"}), ("31",)))
    for who, refused in ((auditor, NotPermittedError), (other, NotAllowedError)):
        monkeypatch.setenv("PGUSER", who.login)
        with open_for(desk.url, who, lambda: act.at, write=True) as session, pytest.raises(refused):
            confirm(session, 2, act, Wording("en"))
        assert desk.store.ask(f"SELECT act, case_id FROM access_refusal WHERE who = '{who.login}' AND case_id = 2") == [
            ("confirm", 2)
        ]


def test_an_exporter_leaves_an_anchor_and_reads_no_event(
    patuh: Run, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", "exporter_own")
    said = patuh("export", "disnaker", "--format", "csv", "--config", desk.config, "--lang", "en", user="exporter_own")
    assert said.code is ExitCode.DONE, said.err
    assert "Anchor 0000000" in said.err
    newest = sorted(desk.config.parent.rglob("*.anchor"))[-1]
    assert newest.read_text().count("\n") == 1

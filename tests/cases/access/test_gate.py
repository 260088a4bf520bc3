"""Who is logged in, what lies in their regions, and what of a refusal is kept, through the command line."""

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cases.access.table import COMMANDS, RIGHTS, sees
from cases.exit_codes import ExitCode
from rules.configuration import ROLES, Person
from tests.cases.office import replaced

Run = Callable[..., Any]
PAGE = Path(__file__).parents[3] / "docs" / "people.md"

PEOPLE = "people:\n" + "".join(
    f"  {role}-{place}: {{name: {role.title()}, roles: [{role}], regions: {regions}}}\n"
    for role in ROLES
    for place, regions in (("nation", "all"), ("own", '["19"]'), ("city", '["19.71"]'), ("other", '["31"]'))
)


@pytest.fixture
def office(scanned: Path) -> Path:
    replaced(scanned / "rules.yaml", "offices:\n", f"{PEOPLE}offices:\n")
    return scanned / "rules.yaml"


def test_another_region_is_as_if_it_were_not_there(patuh: Run, office: Path) -> None:
    options = ("--config", office, "--lang", "en")
    everything = patuh("cases", "list", "--limit", 1000, *options, user="supervisor-nation")
    assert patuh("cases", "list", "--limit", 1000, *options, user="supervisor-own").out == everything.out
    for words in (("cases", "show", 1), ("cases", "explain", 1), ("cases", "confirm", 1), ("replay", 1)):
        said = patuh(*words, *options, user="supervisor-other")
        assert said.code is ExitCode.USAGE
        assert "no case 1" in said.err
        assert said.out == ""
    assert "Bangka" not in patuh("cases", "list", *options, user="supervisor-other").out
    for listing in ("unknowns", "notices", "cases list", "held list", "parties list"):
        assert "19." not in patuh(*listing.split(), *options, user="supervisor-other").out
    assert len(patuh("export", "disnaker", "--format", "csv", *options, user="exporter-other").out.splitlines()) <= 1


def test_a_city_sees_the_cases_in_which_something_was_found_there(patuh: Run, office: Path) -> None:
    with closing(sqlite3.connect(office.parent / "patuh.db")) as store:
        found = "SELECT 1 FROM finding f WHERE f.case_id = c.id AND (f.region = '19.71' OR f.region LIKE '19.71.%')"
        inside = [row[0] for row in store.execute(f"SELECT id FROM case_file c WHERE EXISTS ({found}) ORDER BY id")]
        outside = [row[0] for row in store.execute(f"SELECT id FROM case_file c WHERE NOT EXISTS ({found})")]
    assert inside
    assert outside
    options = ("--config", office, "--lang", "en")
    assert patuh("cases", "show", inside[0], *options, user="inspector-city").code is ExitCode.DONE
    assert f"no case {outside[0]}" in patuh("cases", "show", outside[0], *options, user="inspector-city").err
    listed = patuh("cases", "list", "--limit", 1, *options, user="inspector-city").out
    assert re.search(rf"\b{len(inside)}\b", listed), (len(inside), listed)


def test_who_acts_is_who_is_logged_in(patuh: Run, office: Path) -> None:
    options = ("--config", office, "--lang", "en")
    said = patuh("cases", "confirm", 1, "--by", "Somebody", *options, user="supervisor-own")
    assert said.code is ExitCode.USAGE
    assert "supervisor-own is logged in, and --by names Somebody" in said.err
    assert "leave --by out, or log in as the one who acts" in said.err
    done = patuh("cases", "confirm", 1, *options, user="supervisor-own")
    assert done.code is ExitCode.DONE, done.err
    assert "desk of one" not in done.err
    with closing(sqlite3.connect(office.parent / "patuh.db")) as store:
        assert store.execute("SELECT who FROM event WHERE kind = 'confirmed'").fetchall() == [("supervisor-own",)]
        assert store.execute("SELECT who, act FROM access_refusal").fetchall() == [("supervisor-own", "confirm")]
        with pytest.raises(sqlite3.IntegrityError, match="refusals are kept as they were written"):
            store.execute("DELETE FROM access_refusal")


@pytest.mark.parametrize(
    ("user", "told"),
    [("stranger", "stranger is no person of this office"), ("", "nobody is logged in whom this office")],
)
def test_who_is_not_named_is_refused_and_an_auditor_reads_it(patuh: Run, office: Path, user: str, told: str) -> None:
    options = ("--config", office, "--lang", "en")
    said = patuh("cases", "list", *options, user=user)
    assert said.code is ExitCode.USAGE
    assert told in said.err
    assert "rules.yaml names people, and only they may see or do anything" in said.err
    assert "have the login added under people: in rules.yaml" in said.err
    assert told in patuh("refusals", *options, user="auditor-nation").out
    assert patuh("rules", "list", *options, user=user).code is ExitCode.DONE


def test_a_desk_of_one_is_told_so_where_it_matters_and_somebody_watches(
    patuh: Run, scanned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--config", scanned / "rules.yaml", "--lang", "en")
    assert "desk of one" not in patuh("cases", "confirm", 1, "--by", "Rina", *options).err
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert patuh("cases", "confirm", 2, "--by", "Rina", *options).err.count("This is a desk of one") == 1
    assert "desk of one" not in patuh("cases", "list", *options).err
    assert "Nothing was refused." in patuh("refusals", *options).out


@pytest.mark.parametrize(
    ("regions", "region", "seen"),
    [
        (None, "19.71", True),
        (None, "", True),
        (("19",), "19", True),
        (("19",), "19.71", True),
        (("19.71",), "19", False),
        (("19.7",), "19.71", False),
        (("31", "19.71"), "19.71.01", True),
        (("31",), "", False),
    ],
)
def test_a_region_lies_in_those_above_it(regions: tuple[str, ...] | None, region: str, seen: bool) -> None:
    assert sees(Person("a", "A", frozenset(), regions), region) is seen


def table() -> str:
    """The table of `docs/people.md`, from the data."""
    lines = [f"| | {' | '.join(ROLES)} | regions |", "|---|" + ":-:|" * len(ROLES) + "---|"]
    for act, right in RIGHTS.items():
        marks = ("yes" if right.roles is None or role in right.roles else "" for role in ROLES)
        names = sorted(f"`{command}`" for command, one in COMMANDS.items() if one == act)
        where = "anybody" if right.roles is None else "all" if right.whole else "own"
        lines.append(f"| {right.words}{': ' if names else ''}{', '.join(names)} | {' | '.join(marks)} | {where} |")
    return "\n".join(lines) + "\n"


def test_the_page_shows_the_table() -> None:
    if os.environ.get("PATUH_WRITE_PAGES"):
        begin, end = PAGE.read_text("utf-8").split("<!-- table -->\n")[0::2]
        PAGE.write_text(f"{begin}<!-- table -->\n{table()}<!-- table -->\n{end}", "utf-8")
    assert table() in PAGE.read_text("utf-8")

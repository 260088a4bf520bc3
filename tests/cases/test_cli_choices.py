"""What a person may choose, through the command line: wrong names are refused, and the next step keeps its options."""

import re
import shlex
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode

Run = Callable[..., Any]


def next_of(said: Any) -> list[str]:
    """The commands that the output ends with, as a person would copy them."""
    told = " ".join(said.out.rpartition("Next: ")[2].split())
    return re.split(r"  \|  |, then | and (?=patuh)| shows | \| ", told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("unknowns", "--source", "wlpk"), ("--source 'wlpk' is not known", "did you mean 'wlkp'?")),
        (("unknowns", "--region", "99"), ("--region '99' is not the code of a region", "19.71")),
        (("unknowns", "--region", "19.7"), ("--region '19.7' is not the code of a region",)),
        (("unknowns", "--rule", "PWBD-11"), ("--rule 'PWBD-11' is not known", "did you mean 'PWBD-01'?")),
        (("cases", "list", "--queue", "polisi"), ("--queue 'polisi' is not known", "disnaker, kejaksaan")),
        (("cases", "list", "--queue", "KEJAKSAN"), ("did you mean 'kejaksaan'?",)),
        (("cases", "list", "--rule", "XX-1"), ("--rule 'XX-1' is not known", "use one of", "KUM-01")),
        (("cases", "list", "--rule", "pwbd-1"), ("did you mean 'PWBD-01'?",)),
        (("cases", "list", "--region", "xx"), ("--region 'xx' is not the code of a region",)),
    ],
)
def test_a_name_that_there_is_not_is_no_empty_list(
    patuh: Run, scanned: Path, words: tuple[str, ...], told: tuple[str, ...]
) -> None:
    said = patuh(*words, "--config", scanned / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.USAGE
    assert not said.out
    for text in told:
        assert text in " ".join(said.err.split())


@pytest.mark.parametrize(
    "words",
    [("unknowns", "--region", "11"), ("unknowns", "--region", "19.99.01.2001"), ("unknowns", "--source", "WLKP")],
)
def test_a_filter_without_hits_does_not_say_that_all_could_be_judged(
    patuh: Run, scanned: Path, words: tuple[str, ...]
) -> None:
    said = patuh(*words, "--config", scanned / "rules.yaml", "--lang", "en")
    assert said.code is ExitCode.DONE
    assert "Every subject could be judged" not in said.out
    if "--region" in words:
        assert "Nothing that could not be judged matches this filter." in said.out


def test_small_and_capital_letters_are_one_queue_and_one_rule(patuh: Run, scanned: Path) -> None:
    options = ("--config", scanned / "rules.yaml", "--lang", "en")
    for option, plain, other in (("--queue", "kejaksaan", "Kejaksaan"), ("--rule", "IUR-03", "iur-03")):
        said = patuh("cases", "list", option, other, *options)
        assert said.code is ExitCode.DONE
        assert "IUR-03" in said.out
        assert said.out == patuh("cases", "list", option, plain, *options).out


def test_a_rule_that_only_the_store_remembers_is_no_wrong_name(patuh: Run, scanned: Path) -> None:
    with closing(sqlite3.connect(scanned / "patuh.db")) as store:
        store.execute("UPDATE rule_version SET rule = 'OLD-07' WHERE rule = 'KUM-01'")
        store.commit()
    options = ("--config", scanned / "rules.yaml", "--lang", "en")
    assert patuh("cases", "list", "--rule", "OLD-07", *options).code is ExitCode.DONE


def test_the_next_step_is_of_the_same_run_file_and_store(patuh: Run, scanned: Path, tmp_path: Path) -> None:
    office = Path(shutil.move(scanned, tmp_path / "kantor satu"))
    store = Path(shutil.move(office / "patuh.db", tmp_path / "lain satu.db"))
    given = ("--config", str(office / "rules.yaml"), "--store", f"sqlite:///{store}")
    for words in (
        ("cases", "list", "--limit", "1"),
        ("cases", "list", "--region", "11"),
        ("cases", "show", "1"),
        ("cases", "explain", "1"),
        ("cases", "confirm", "1", "--by", "rina"),
        ("cases", "show", "1"),
        ("unknowns", "--limit", "1"),
        ("notices", "--limit", "1"),
        ("unknowns", "--region", "11"),
        ("scan",),
    ):
        said = patuh(*words, *given, "--lang", "en")
        assert said.code is ExitCode.DONE, said.err
        commands = next_of(said)
        assert all(shlex.split(command)[-4:] == list(given) for command in commands), commands
        assert commands[0].startswith("patuh ")
    followed = shlex.split(next_of(patuh("cases", "list", *given, "--lang", "en"))[0])
    assert patuh(*followed[1:]).code is ExitCode.DONE


def test_a_next_step_without_options_is_bare(patuh: Run, scanned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scanned)
    assert next_of(patuh("cases", "show", "1", "--lang", "en")) == ["patuh cases explain 1"]


def test_a_dry_run_names_only_what_needs_no_written_store(patuh: Run, province: Path) -> None:
    run_file = str(province / "rules.yaml")
    said = patuh("scan", "--config", run_file, "--dry-run", "--rule", "PWBD-01", "--lang", "en")
    assert said.code is ExitCode.DONE
    (command,) = next_of(said)
    assert shlex.split(command) == ["patuh", "scan", "--rule", "PWBD-01", "--config", run_file]
    for written in ("patuh cases", "patuh unknowns", "patuh held"):
        assert written not in said.out
    assert patuh(*shlex.split(command)[1:]).code is ExitCode.DONE
    (province / "wlkp.csv").unlink()
    broken = patuh("scan", "--config", run_file, "--dry-run", "--lang", "en")
    assert broken.code is ExitCode.NOT_JUDGED
    assert next_of(broken) == [f"patuh sources check --config {run_file}", f"patuh scan --config {run_file}"]


def test_plain_non_registration_is_not_sent_to_the_prosecutors(patuh: Run, scanned: Path) -> None:
    options = ("--config", scanned / "rules.yaml")
    with closing(sqlite3.connect(scanned / "patuh.db")) as store:
        number = store.execute(
            "SELECT c.id FROM case_file c JOIN finding f ON f.case_id = c.id AND f.rule = 'PWBD-01' "
            "WHERE c.queue = 'disnaker' ORDER BY c.id"
        ).fetchone()[0]
    words = ("cases", "confirm", number, "--by", "rina", "--queue", "Kejaksaan", *options)
    said = patuh(*words, "--lang", "en")
    assert said.code is ExitCode.USAGE
    told = " ".join(said.err.split())
    assert f"Case {number} is not proposed for kejaksaan but for disnaker." in told
    assert "contributions unpaid after two spent warnings" in told
    assert "leave --queue out" in told
    assert "dua teguran habis" in " ".join(patuh(*words, "--lang", "id").err.split())
    with closing(sqlite3.connect(scanned / "patuh.db")) as store:
        assert store.execute("SELECT stage FROM case_file WHERE id = ?", (number,)).fetchone() == ("flagged",)
    assert patuh("cases", "confirm", number, "--by", "rina", "--queue", "DISNAKER", *options).code is ExitCode.DONE


def test_what_routing_proposed_for_the_prosecutors_goes_there_or_to_the_labour_office(
    patuh: Run, scanned: Path
) -> None:
    options = ("--by", "rina", "--config", scanned / "rules.yaml")
    with closing(sqlite3.connect(scanned / "patuh.db")) as store:
        found = store.execute("SELECT id FROM case_file WHERE queue = 'kejaksaan' ORDER BY id LIMIT 2").fetchall()
    for (number,), queue in zip(found, ("kejaksaan", "disnaker"), strict=True):
        assert patuh("cases", "confirm", number, "--queue", queue, *options).code is ExitCode.DONE

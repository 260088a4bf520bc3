"""The page for those who write rules, done from top to bottom as it stands: its files, its commands, its errors."""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from engine.conditions import check_rule
from engine.rule_checks import check_rules
from rules.load import load, shipped_parameters
from rules.model import Let, Text

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "writing-rules.md").read_text("utf-8")
DAY = date(2026, 11, 20)
Patuh = Callable[..., Any]


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after the fence, and its lines."""

    kind: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def blocks() -> list[Block]:
    found = re.findall(r"^```([^\n]+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return [Block(tuple(kind.split()), tuple(body.splitlines())) for kind, body in found]


def one(*kind: str) -> Block:
    (found,) = [block for block in blocks() if block.kind == kind]
    return found


def plain(text: str) -> str:
    """One line, blanks once."""
    return " ".join(text.split())


def shows(wanted: tuple[str, ...], said: str) -> None:
    """The lines come in this order; `…` stands for anything."""
    rest = plain(said)
    for piece in (plain(part) for line in wanted for part in line.split("…")):
        assert piece in rest, f"'{piece}' is not in what follows: {rest[:2000]}"
        rest = rest[rest.index(piece) + len(piece) :]


def put_key(path: Path, block: Block) -> None:
    """The block in place of the key of the run file that it begins with."""
    key = block.lines[0].split(":")[0]
    text = path.read_text("utf-8")
    assert len(re.findall(rf"^{key}: ", text, re.MULTILINE)) == 1
    path.write_text(re.sub(rf"^{key}: .*\n", lambda _: block.text, text, flags=re.MULTILINE), "utf-8")


def put_list(path: Path, key: str, block: Block) -> None:
    """The block in place of the items under the last `key:` of the file."""
    text = path.read_text("utf-8")
    start = text.rindex(f"{key}:\n") + len(key) + 2
    items = re.match(r"(?: +- .*\n)+", text[start:])
    assert items is not None
    path.write_text(text[:start] + block.text + text[start + items.end() :], "utf-8")


def commands(block: Block) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """Each command with the lines shown under it."""
    starts = [place for place, line in enumerate(block.lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        yield shlex.split(block.lines[start][2:]), block.lines[start + 1 : end]


def do(block: Block, patuh: Patuh, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a console block or write a file block, as a reader would."""
    if block.kind == ("console",):
        for words, wanted in commands(block):
            if words[0] == "cd":
                monkeypatch.chdir(words[1])
                Path("rules.yaml").write_text(Path("rules.yaml").read_text().replace("language: id", "language: en"))
            elif words[0] == "cp":
                shutil.copyfile(words[1], words[2])
            else:
                said = patuh(*words[1:])
                assert said.code is ExitCode.DONE, (words, said.err)
                shows(wanted, said.out + said.err)
    elif block.kind == ("yaml", "rules.yaml"):
        put_key(Path("rules.yaml"), block)
    elif block.kind == ("yaml", "cases"):
        put_list(Path("rules.yaml"), "cases", block)
    elif block.kind == ("yaml", "TELEPON-01.yaml", "scope"):
        put_list(Path("TELEPON-01.yaml"), "scope", block)
    elif block.kind == ("yaml", "TELEPON-01.yaml"):
        Path("TELEPON-01.yaml").write_text(block.text, "utf-8")
    else:
        assert block.kind in (("yaml", "conditions"), ("yaml", "parameters")), block.kind


@pytest.fixture
def done(patuh: Patuh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which somebody has done all that the page says."""
    monkeypatch.chdir(tmp_path)
    for block in blocks():
        do(block, patuh, monkeypatch)
    return tmp_path / "my-office"


ERRORS = re.findall(
    r"^\| `([^`]+)` \| `([^`]+)` \| (.*) \|$", PAGE[PAGE.index("## What an error says") :], re.MULTILINE
)


def test_the_page_does_what_it_says_and_each_error_is_said_so(done: Path, patuh: Patuh) -> None:
    run_file = done / "rules.yaml"
    whole = run_file.read_text("utf-8")
    assert patuh("rules", "check").code is ExitCode.DONE
    assert len(ERRORS) >= 10
    # The shipped rules were checked a moment ago, and are none of the errors' business.
    alone, packs = re.subn(r"^packs: .*$", "packs: []", whole, flags=re.MULTILINE)
    assert packs == 1
    for instead, wrong, says in ERRORS:
        assert instead in whole, instead
        run_file.write_text(alone.replace(instead, wrong, 1), "utf-8")
        said = patuh("rules", "check")
        assert said.code is ExitCode.USAGE, (wrong, said.out)
        assert plain(says) in plain(said.err + said.out), (wrong, said.err)
    run_file.write_text(whole, "utf-8")
    stable = re.sub(r"    waits_for:\n.*\n.*\n", "", whole).replace("status: trial", "status: stable")
    run_file.write_text(stable, "utf-8")
    assert patuh("rules", "test", "TELEPON-01").code is ExitCode.DONE
    opened = patuh("scan", "--dry-run", "--json")
    assert "TELEPON-01" in opened.out


def test_its_conditions_and_its_table_compile(tmp_path: Path) -> None:
    run_file = Path(shutil.copyfile(ROOT / "rules.yaml", tmp_path / "rules.yaml"))
    for block in blocks():
        if block.kind == ("yaml", "rules.yaml"):
            put_key(run_file, block)
    loaded = load(run_file)
    assert loaded.faults == ()
    rule = loaded.book.rules["TELEPON-01"]
    for line in one("yaml", "conditions").lines:
        tried = replace(rule, when=(Text(line.removeprefix("- "), rule.location),), let={})
        assert check_rule(loaded.book, tried)[1] == (), line
        book = replace(loaded.book, rules={rule.id: tried})
        faults = check_rules(book, loaded.configuration, DAY, shipped_parameters()).faults
        assert {fault.code for fault in faults} <= {"parameter-unused"}, (line, faults)
    text = run_file.read_text("utf-8")
    indented = "".join(f"  {line}\n" for line in one("yaml", "parameters").lines)
    run_file.write_text(text.replace("\nparameters:\n", f"\nparameters:\n{indented}"), "utf-8")
    loaded = load(run_file)
    assert loaded.faults == ()
    let = {"discount": Let(Text("rupiah(sliced(arrears, :our_discount))", rule.location))}
    assert check_rule(loaded.book, replace(rule, let=let))[1] == ()


def test_every_key_of_a_rule_has_its_line() -> None:
    table = PAGE[PAGE.index("## The file from top to bottom") : PAGE.index("## Conditions")]
    keys = {
        *("id", "nature", "status", "waits_for", "family", "basis", "scope", "needs", "let", "when", "law_date"),
        *("severity", "marks", "evidence", "say", "false_positives", "guard", "examples"),
    }
    assert keys <= set(re.findall(r"`([a-z_]+)`", table))

"""What the pages say is so: their commands exist and take those options, their links lead somewhere."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.core
import typer.main

from cases.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
INSTALLED = "runuser --user patuh -- /opt/patuh/.venv/bin/"
COMMAND = re.compile(r"`(patuh [^`\n]+)`")


def lines_in_blocks(page: str) -> Iterator[str]:
    for block in re.findall(r"```(?:console|sh|bash)\n(.*?)```", page, re.DOTALL):
        for line in block.splitlines():
            text = line.removeprefix("$ ").removeprefix(INSTALLED).strip()
            if text.startswith(("patuh ", "make ")):
                yield text


def commands() -> list[tuple[str, str]]:
    found = []
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        for text in (*lines_in_blocks(page), *COMMAND.findall(page)):
            found.append((path.name, text))
    return found


Command = typer.core.TyperCommand | typer.core.TyperGroup


def known(command: object) -> Command:
    assert isinstance(command, Command)
    return command


def resolve(words: list[str]) -> tuple[Command, list[str]]:
    """Walk down the groups as far as the words name commands; return the command and what is left."""
    command = known(typer.main.get_command(app))
    while isinstance(command, typer.core.TyperGroup) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"patuh has no command {words[0]}"
        command, words = known(command.commands[words[0]]), words[1:]
    return command, words


@pytest.mark.parametrize(("page", "text"), commands())
def test_every_command_on_the_pages_exists_with_its_options(page: str, text: str) -> None:
    words = shlex.split(text.split(" | ", maxsplit=1)[0].split(" > ", maxsplit=1)[0], comments=True)
    if words[0] == "make":
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        assert set(re.findall(r"^[a-z-]+$", "\n".join(words[1:]), re.MULTILINE)) <= targets
        return
    command, rest = resolve(words[1:])
    options = {name for parameter in command.params for name in parameter.opts} | {"--help", "--version"}
    assert {word.split("=")[0] for word in rest if word.startswith("-")} <= options


def leaves(command: Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Command]]:
    if isinstance(command, typer.core.TyperGroup):
        for name, child in command.commands.items():
            yield from leaves(known(child), (*path, name))
    else:
        yield " ".join(path), command


LEAVES = dict(leaves(known(typer.main.get_command(app))))


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_has_help_and_a_line_in_the_docs(name: str) -> None:
    assert LEAVES[name].help
    assert any(f"patuh {name}" in path.read_text(encoding="utf-8") for path in PAGES), f"no page names patuh {name}"


@pytest.mark.parametrize("name", LEAVES)
def test_every_option_has_help(name: str) -> None:
    silent = [
        parameter.name
        for parameter in LEAVES[name].params
        if isinstance(parameter, typer.core.TyperOption) and not parameter.help
    ]
    assert silent == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_within_the_repository_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target

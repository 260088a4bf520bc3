"""What a command prints into a pipe is words and columns: a log or another program has no use for drawn lines."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cases.tables import Frame, Heading

Run = Callable[..., Any]


def lines_drawn(text: str) -> set[str]:
    return {sign for sign in text if "\u2500" <= sign <= "\u259f"}


@pytest.mark.parametrize(
    ("command", "kept"),
    [(("show", 1), "Riwayat"), (("explain", 1), "Mengapa"), (("confirm", 1, "--by", "Rina"), "dikonfirmasi untuk")],
    ids=["show", "explain", "confirm"],
)
def test_a_case_is_told_without_drawn_lines(patuh: Run, scanned: Path, command: tuple[object, ...], kept: str) -> None:
    said = patuh("cases", *command, "--config", scanned / "rules.yaml")
    assert said.code == 0, said.err
    assert kept in said.out
    assert lines_drawn(said.out) == set()


def test_a_terminal_still_draws_them() -> None:
    written = io.StringIO()
    console = Console(file=written, width=40, force_terminal=True)
    console.print(Heading("Peristiwa"), Frame("selesai"))
    assert {"─", "╭", "│"} <= lines_drawn(written.getvalue())

"""What is ordered by the commands that look at registers and write nothing."""

from pathlib import Path

import typer

from cases.commands.options import day_of, pair_of, setting_of
from cases.plan import Order


def looking(context: typer.Context, config: Path, as_of: str | None, source: list[str] | None) -> Order:
    """Return the order to read the registers, or other files in place of some, and to write nothing."""
    setting = setting_of(context)
    return Order(
        config=config.absolute(),
        today=setting.today(),
        started=setting.now(),
        as_of=day_of(as_of),
        dry_run=True,
        sources=dict(pair_of(text) for text in source or ()),
    )

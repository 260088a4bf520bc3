"""Charts of signs: a bar for a share, a line of small bars for nights. Numbers stand beside them, always."""

from collections.abc import Sequence
from typing import Final

_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_HEIGHTS: Final = "▁▂▃▄▅▆▇█"


def bar(value: int, most: int, width: int) -> str:
    """Return a bar as long as `value` is of `most`, padded to `width`; what is not 0 is at least one eighth."""
    if value <= 0 or most <= 0:
        return " " * width
    eighths = min(max(round(value * width * 8 / most), 1), width * 8)
    whole, part = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[part] if part else "")).ljust(width)


def sparkline(values: Sequence[int | None]) -> str:
    """Return one sign for each value, as high as it is of the greatest; `·` where nothing is known, `_` for 0."""
    most = max((value for value in values if value is not None), default=0)
    return "".join(_height(value, most) for value in values)


def _height(value: int | None, most: int) -> str:
    if value is None:
        return "·"
    if value <= 0:
        return "_"
    return _HEIGHTS[min(value * len(_HEIGHTS) // (most + 1), len(_HEIGHTS) - 1)]

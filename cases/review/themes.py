"""The looks of the screen: dark, light, and one of high contrast, in which every text stands 7:1 off its ground."""

from typing import Final

from textual.theme import Theme

from cases.wording import message

DARK: Final = Theme(
    name="patuh-dark",
    primary="#5fafd7",
    secondary="#87afd7",
    accent="#d7af5f",
    warning="#e5b567",
    error="#f07178",
    success="#8fbf7f",
    foreground="#d8dee4",
    background="#14181d",
    surface="#1b2027",
    panel="#262d36",
    dark=True,
    text_alpha=1.0,
)
LIGHT: Final = Theme(
    name="patuh-light",
    primary="#005f87",
    secondary="#3a5f8a",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#a8002a",
    success="#1f6b2c",
    foreground="#1c2126",
    background="#fafafa",
    surface="#f0f2f4",
    panel="#dfe4e8",
    dark=False,
    text_alpha=1.0,
)
CONTRAST: Final = Theme(
    name="patuh-contrast",
    primary="#00ffff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff9f9f",
    success="#9fff9f",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    text_alpha=1.0,
    luminosity_spread=0.0,
)
THEMES: Final = (
    (DARK, message("dark")),
    (LIGHT, message("light")),
    (CONTRAST, message("high contrast")),
)
"""Each look and its name, in the order in which a key goes through them."""

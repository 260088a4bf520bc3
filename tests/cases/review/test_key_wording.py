"""What the services refuse is told before the screen by keys: no command of the command line is named there."""

import re

from cases.review.key_wording import KEYS, KeyWording
from cases.wording import Wording
from rules.errors import Message
from tests.cases.reading.test_wording import CASES, said_in

ACTS = ("life", "service.py", "held.py", "repair_export.py", "explanation.py")
"""Where what the screen does may be refused."""
ELSEWHERE = {
    "patuh waivers list shows the numbers",
    "patuh waivers list tells which are in force; say why with --reason",
}
"""Refusals of what the screen does not do: to withdraw a waiver."""
COMMAND = re.compile(r"\bpatuh [a-z]|--[a-z]|\{commands\}|\{options\}")


def test_each_remedy_that_names_a_command_names_a_key_on_the_screen() -> None:
    places = [CASES / one for one in ACTS]
    modules = [module for place in places for module in (place.rglob("*.py") if place.is_dir() else (place,))]
    named = {text for module in modules for one in said_in(module.read_text("utf-8")) for text in one}
    assert {text for text in named if COMMAND.search(text)} - ELSEWHERE == set(KEYS)
    assert not [text for text in KEYS.values() if COMMAND.search(text)]


def test_other_words_are_as_they_are_and_values_go_in() -> None:
    screen, lines = KeyWording("en"), Wording("en")
    asked = "confirm it first: patuh cases confirm {number}"
    assert screen.say(asked, number=7) == "confirm it first: c"
    assert lines.say(asked, number=7) == "confirm it first: patuh cases confirm 7"
    assert screen.tell(Message("say it with --reason")) == "say it in the form"
    assert screen.say("Party") == lines.say("Party")

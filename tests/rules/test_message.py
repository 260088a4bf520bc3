"""A message is its English sentence, and knows how it came to be."""

import copy
import json
import pickle
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rules.errors import Message, StoreError


def test_it_is_the_english_sentence() -> None:
    said = Message(
        "{rows} rows on {day} in {path}: {share} %", rows=3, day=date(2026, 11, 20), path=Path("/a"), share=1
    )
    assert said == "3 rows on 2026-11-20 in /a: 1 %"
    assert json.dumps({"reason": said}) == '{"reason": "3 rows on 2026-11-20 in /a: 1 %"}'


def test_a_number_is_never_written_with_an_exponent() -> None:
    assert Message("{share} %", share=Decimal("3E+1")) == "30 %"


def test_a_value_is_no_template_and_braces_without_values_stay() -> None:
    assert Message("{who} did it", who="{day}") == "{day} did it"
    assert Message("{who} did it") == "{who} did it"


def test_it_does_not_change() -> None:
    said = Message("{who} did it", who="Rina")
    with pytest.raises(AttributeError, match="a message does not change"):
        said.template = "other"
    with pytest.raises(TypeError):
        said.values["who"] = "Siti"  # type: ignore[index]


def test_copies_know_what_it_knows() -> None:
    said = Message("{one}; {other}", one=Message("{rows} rows", rows=3), other="x")
    for again in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert (again, again.template, dict(again.values)) == (said, said.template, dict(said.values))


def test_an_error_is_a_message_of_messages() -> None:
    error = StoreError(Message("{path} is full", path=Path("/a")), Message("the why"), Message("the remedy"))
    assert str(error) == error.message == "/a is full\n    why: the why\n    do:  the remedy"
    assert error.message.values["what"] is error.what

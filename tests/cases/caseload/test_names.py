"""Names are cut into words alike wherever they come in, and are found by them alike on either kind of store."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from cases.caseload.pages import page
from cases.caseload.query import parse, written
from cases.caseload.views import View
from cases.caseload.wanted import Part, Wanted
from cases.party_names import with_words
from cases.purge import FORGET_WORDS
from cases.store.database import open_session
from cases.store.models import Party
from cases.store.name_words import TEXT_LIMIT, WORD_LIMIT, kept_words, words_in
from rules.load import load_rule_book
from tests.cases.caseload.grown import NAMES, viewer
from tests.cases.reading.conftest import Filler
from tests.cases.stores import Store

FOUND = (
    ("PT.Timah, Tbk", "tbk tim", True),
    ("PT Timah", "imah", False),
    ("\uff30\uff34 \uff34\uff29\uff2d\uff21\uff28", "pt timah", True),
    ("PT Ñandú Élan 'Café'", "ÉLAN nandu cafe", True),
    ("PT Straße", "STRASSE", True),
    ('CV "Kutip" Jaya', "kutip", True),
    ("UD 100% Asli", "100", True),
    ("UD 100 Asli", '"100 asli"', True),
    ("UD 100 Asli", '"asli 100"', False),
    ("PT_Bawah Garis", "bawah", True),
    ("PT Timah", "a:b", None),
    ("x" * 10_000, "x" * WORD_LIMIT, True),
    ("PT " + "Panjang " * 1300, "panjang pt", True),
    ("\u202ePT\u202c Balik", "balik", True),
    ("株式会社 鈴木", "鈴", True),
    ("PT Timah' OR 1=1 --", "timah or 1", True),
    ("PT NEAR AND NOT", "near and not", True),
)


@pytest.fixture
def filler(store: Store) -> Filler:
    book, faults = load_rule_book()
    assert not faults
    return Filler(store.url, book)


def found(filler: Filler, query: str) -> list[str | None]:
    book, _ = load_rule_book()
    with open_session(filler.url) as session:
        return [line.party for line in page(session, Wanted(View("flagged", ""), query), viewer(book), Part()).lines]


@pytest.mark.parametrize(("name", "query", "expected"), FOUND)
def test_a_name_is_found_by_the_beginnings_of_its_words(
    filler: Filler, name: str, query: str, expected: bool | None
) -> None:
    filler.file([], name=name)
    filler.file([], name=None)
    if expected is None:
        assert parse(query).faults
    else:
        assert found(filler, query) == ([name] if expected else [])


def test_a_human_being_is_found_by_initials_and_nothing_more(filler: Filler) -> None:
    filler.file([], name="Siti Aminah", kind="person")
    assert found(filler, "s a") == ["S. A."]
    assert found(filler, "si") == found(filler, "s aminah") == found(filler, '"siti aminah"') == []
    assert found(filler, "-siti") == ["S. A."], "nor by turning it round"


def test_a_name_that_changes_is_found_by_its_new_words_alone_and_one_that_is_gone_by_none(filler: Filler) -> None:
    number = filler.file([], name="PT Timah Lama")
    for name, query in (("PT Bijih Baru", "bijih"), (None, "")):
        with open_session(filler.url, write=True) as session:
            session.get_one(Party, number).name = name
            session.commit()
        assert found(filler, query) == [name]
        assert found(filler, "timah") == []
    assert found(filler, "bijih") == []


@pytest.mark.parametrize("make_store", ["sqlite"], indirect=True)
def test_words_of_a_purged_name_are_not_kept_in_the_full_text(filler: Filler, store: Store) -> None:
    filler.file([], name="PT Rahasia Sekali")
    filler.file([], name="PT Timah")
    store.change("UPDATE party SET name = NULL, words = NULL WHERE id = 1")
    store.change(FORGET_WORDS)
    assert b"rahasia" not in b"".join(store.ask("SELECT block FROM party_word_data"))
    assert found(filler, "timah") == ["PT Timah"]


@given(st.text(max_size=300) | st.sampled_from([name for name in NAMES if name]))
def test_words_are_short_bare_and_cut_to_themselves(name: str) -> None:
    words = words_in(name)
    assert all(word.isalnum() and len(word) <= WORD_LIMIT for word in words)
    assert words_in(" ".join(words)) == words
    kept = kept_words(name)
    assert kept is not None
    assert len(kept) <= TEXT_LIMIT
    assert tuple(kept.split()) == words[: len(kept.split())]


@given(st.lists(st.text("ab é'\"-:*()^", min_size=1, max_size=12), max_size=4))
def test_what_is_searched_is_never_the_full_text_s_own_language(words: list[str]) -> None:
    query = parse(" ".join(words)).query
    assert parse(written(query)).query == query
    assert all(part.isalnum() for name in query.names for part in name.words)


def test_a_scan_cuts_names_as_a_person_s_act_does(tmp_path: Path) -> None:
    path = tmp_path / "party.parquet"
    parquet.write_table(pa.table({"id": list(range(len(NAMES))), "name": pa.array(NAMES, pa.string())}), path)
    with_words(path)
    assert parquet.read_table(path)["words"].to_pylist() == [kept_words(name) for name in NAMES]

"""Every message that the code says is in both catalogues with the same places for values, and none is left over."""

import ast
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from cases.formats import CHOICES
from cases.wording import LANGUAGES, Wording, messages_of
from rules.errors import Location, Message, UsageError

ROOT = Path(__file__).parents[3]
CASES = ROOT / "cases"
RULES = ROOT / "rules"
PARTS = ("rules", "connectors", "engine", "cases")
Said = tuple[str, ...]


def said_in(source: str) -> Iterator[Said]:
    """The messages that a module names: in say, plural, message and Message, where they are written out."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        count = {"say": 1, "message": 1, "Message": 1, "plural": 2}.get(name, 0)
        texts = [one.value for one in call.args[:count] if isinstance(one, ast.Constant)]
        if texts and len(texts) == count:
            yield tuple(str(text) for text in texts)


def said() -> set[Said]:
    modules = (module for part in PARTS for module in (ROOT / part).rglob("*.py"))
    return {one for module in modules for one in said_in(module.read_text(encoding="utf-8"))}


def catalogue(language: str) -> dict[Said, tuple[str, ...]]:
    with (CASES / "locale" / language / "LC_MESSAGES" / "patuh.po").open("rb") as stream:
        read: Catalog = read_po(stream, locale=language, abort_invalid=True)
    found: dict[Said, tuple[str, ...]] = {}
    for entry in read:
        if entry.id:
            identity = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
            assert not entry.fuzzy, f"{identity[0]!r} is marked fuzzy"
            found[identity] = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


RAISED = {
    "UsageError", "SourceError", "ScanRunningError", "StoreError", "StoreChangedError", "DecisionError", "unreadable",
}  # fmt: skip


def test_no_error_is_raised_with_a_text_that_only_english_has() -> None:
    bare = [
        f"{module.relative_to(ROOT)}:{text.lineno}"
        for part in PARTS
        for module in (ROOT / part).rglob("*.py")
        for call in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in RAISED
        for text in call.args
        if isinstance(text, ast.JoinedStr | ast.Constant | ast.BinOp)
    ]
    assert bare == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_says_what_the_code_says_and_nothing_else(language: str) -> None:
    has, needs = set(catalogue(language)), said()
    assert needs - has == set(), f"add these messages to cases/locale/{language}/LC_MESSAGES/patuh.po"
    assert has - needs == set(), f"take these out of cases/locale/{language}/LC_MESSAGES/patuh.po"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_worded_with_the_same_places_for_values(language: str) -> None:
    forms = {"id": 1, "en": 2}[language]
    for identity, texts in catalogue(language).items():
        assert len(texts) == (forms if len(identity) == 2 else 1), identity
        for text in texts:
            assert text, f"{identity[0]!r} has no words in {language}"
            assert places(text) == places(identity[0]), identity


def test_every_choice_of_the_vocabulary_has_words() -> None:
    facts = yaml.safe_load((RULES / "facts.yaml").read_text(encoding="utf-8"))
    values = {
        value for fact in facts.values() for field in fact["fields"].values() for value in field.get("values", ())
    }
    assert values == set(CHOICES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unworded_message_of_tomorrow_says_itself(language: str) -> None:
    assert Wording(language).say("{who} did it", who="Rina {x}") == "Rina {x} did it"
    assert "{who} did it" not in messages_of(language).forms


def test_a_value_is_never_read_as_a_message_or_a_place() -> None:
    assert Wording("id").say("since {day}", day="{day} yes %s") == "sejak {day} yes %s"


def test_a_message_is_told_with_its_values_as_the_language_writes_them() -> None:
    rows = Message("{count} rows repeat the key of an earlier row", count=12345)
    said = Message(
        "{one}; {other}", one=rows, other=Message("no snapshot had landed by {as_of}", as_of=date(2026, 8, 17))
    )
    assert (
        Wording("id").tell(said)
        == "12.345 baris mengulang kunci baris sebelumnya; belum ada potret data pada 17 Agustus 2026"
    )
    assert (
        Wording("en").tell(said)
        == "12,345 rows repeat the key of an earlier row; no snapshot had landed by 17 August 2026"
    )
    assert said == "12345 rows repeat the key of an earlier row; no snapshot had landed by 2026-08-17"


def test_a_text_that_is_no_message_is_told_as_it_stands() -> None:
    assert Wording("id").tell("yes") == "yes"
    assert Wording("id").tell(Message("{one}; {other}", one="yes", other="{one}")) == "yes; {one}"


def test_several_values_are_told_each() -> None:
    parts = (Message("announcement"), Message("'{name}' (nearest: '{near}')", name="a", near="b"), "c")
    said = Message("has no column {columns}; it has {names}", columns=parts, names=Message("none"))
    assert (
        Wording("id").tell(said) == "tidak memiliki kolom pengumuman, 'a' (paling mirip: 'b'), c; yang ada: tidak ada"
    )
    assert said == "has no column announcement, 'a' (nearest: 'b'), c; it has none"


def test_paths_are_told_from_the_folder_that_one_works_in() -> None:
    folder = Path("/srv/office")
    said = Message("{path}: permission denied", path=Path("/srv/office/examples/../../office/rules.yaml"))
    assert Wording("id", folder).tell(said) == "rules.yaml: akses ditolak"
    assert Wording("id").tell(said) == "/srv/office/rules.yaml: akses ditolak"
    assert Wording("id", Path("/srv/other")).tell(said) == "/srv/office/rules.yaml: akses ditolak"
    assert Wording("id", folder).place(Location("/srv/office/x/../rules.yaml", 3, 7)) == "rules.yaml:3:7"


def test_plural_follows_the_language() -> None:
    english, indonesian = Wording("en"), Wording("id")
    forms = ("{count} finding", "{count} findings")
    assert [english.plural(*forms, count) for count in (0, 1, 1234)] == ["0 findings", "1 finding", "1,234 findings"]
    assert [indonesian.plural(*forms, count) for count in (1, 1234)] == ["1 temuan", "1.234 temuan"]
    assert english.plural("one egg", "{count} eggs", 2) == "2 eggs"
    assert english.plural("one egg", "{count} eggs", 1) == "one egg"


@pytest.mark.parametrize(
    ("language", "value", "money"),
    [
        ("id", 1234567, "Rp1.234.567"),
        ("id", Decimal("1234567.00"), "Rp1.234.567"),
        ("id", Decimal("1234567.50"), "Rp1.234.567,50"),
        ("id", Decimal("9999999999999999.99"), "Rp9.999.999.999.999.999,99"),
        ("id", -25, "-Rp25"),
        ("id", 0, "Rp0"),
        ("en", Decimal("1234567.5"), "Rp1,234,567.50"),
    ],
)
def test_money(language: str, value: int | Decimal, money: str) -> None:
    assert Wording(language).money(value) == money


def test_numbers_keep_every_digit() -> None:
    assert Wording("id").number(Decimal("1234.56789")) == "1.234,56789"
    assert Wording("en").number(12345678901234567890) == "12,345,678,901,234,567,890"


def test_days_and_moments() -> None:
    day = date(2026, 11, 19)
    assert Wording("id").date(day) == "19 November 2026"
    assert Wording("id").date(date(2026, 8, 17)) == "17 Agustus 2026"
    assert Wording("en").date(date(2026, 8, 17)) == "17 August 2026"
    assert Wording("id").date(None) == "-"
    assert Wording("id").moment(datetime(2026, 11, 19, 6, 15, tzinfo=UTC)) == "19 November 2026 06:15"
    assert Wording("id").moment(None) == "-"


def test_words_of_a_rule_fall_back_to_the_language_that_it_has() -> None:
    assert Wording("en").words({"id": "aturan", "en": "rule"}) == "rule"
    assert Wording("en").words({"id": "aturan"}) == "aturan"
    assert Wording("id").words({"en": "rule"}) == "rule"
    assert Wording("id").words({}) == ""


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(UsageError, match=r"(?s)no wording in 'jv'.*choose one of id, en"):
        Wording("jv")

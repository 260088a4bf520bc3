"""`patuh rules docs`: the catalogue as pages: whole, the same every time, inert, readable without network or script."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cases.exit_codes import ExitCode
from cases.rule_site.labels import LABELS
from rules.load import load_rule_book

Run = Callable[..., Any]
BOOK = load_rule_book()[0]
VOID = {"meta", "link", "input", "br"}
HOSTILE = '"</title></script><script>alert(1)</script><img src=x onerror=alert(1)>\' {{ 7*7 }} [x](javascript:y)"'


class Page(HTMLParser):
    """What a page is made of: tags with attributes in order, ids, links, texts; refuses tags that do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == [], self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]


def pages(folder: Path) -> Iterator[tuple[Path, Page]]:
    for path in sorted(folder.rglob("*.html")):
        yield path, Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the shipped rules, which no test changes."""
    from cases.rule_site.content import content_of  # noqa: PLC0415 - built once for this module
    from cases.rule_site.render import rendered  # noqa: PLC0415
    from cases.rule_site.write import write_site  # noqa: PLC0415
    from cases.wording import Wording  # noqa: PLC0415
    from engine.conditions import check_rule  # noqa: PLC0415
    from rules.working_days import shipped_calendar  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("site") / "pages"
    wordings = {language: Wording(language) for language in ("id", "en")}
    rules = [found for _, rule in sorted(BOOK.rules.items()) if (found := check_rule(BOOK, rule)[0]) is not None]
    calendar = shipped_calendar()[0]
    contents = {code: content_of(rules, BOOK, calendar, wording) for code, wording in wordings.items()}
    write_site(rendered(contents, wordings), folder)
    return folder


def test_the_command_writes_the_same_bytes_every_time(patuh: Run, office: Path) -> None:
    first, second = office / "one", office / "two"
    said = patuh("rules", "docs", "--output", first, "--lang", "en")
    assert said.code is ExitCode.DONE, said.err
    assert "open one/index.html" in said.err or "one/index.html" in said.err
    patuh("rules", "docs", "--output", second, day=BOOK.rules["PWBD-01"].examples[0].today)
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file())
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)
    assert (first / "id" / "rules" / "OWN-01.html").is_file()


def test_there_is_a_page_for_each_rule_and_fact_in_each_language(site: Path) -> None:
    for language in ("id", "en"):
        assert {path.stem for path in (site / language / "rules").iterdir()} == set(BOOK.rules)
        assert {path.stem for path in (site / language / "facts").iterdir()} == set(BOOK.vocabulary.facts)


def test_pages_say_everything_that_the_files_say(site: Path) -> None:
    for language in ("id", "en"):
        for rule in BOOK.rules.values():
            text = Page((site / language / "rules" / f"{rule.id}.html").read_text(encoding="utf-8")).text
            said = [rule.title[language], rule.say[language], rule.false_positives[language], rule.sha256]
            said += [
                one.text for one in (*rule.scope, *rule.needs, *rule.when, *(let.text for let in rule.let.values()))
            ]
            said += [basis.law for basis in rule.basis] + [example.name for example in rule.examples]
            flat = " ".join(text.split())
            assert [one for one in said if " ".join(one.split()) not in flat] == []
        parameters = Page((site / language / "parameters.html").read_text(encoding="utf-8"))
        assert set(BOOK.parameters) <= set(parameters.ids)
        for parameter in BOOK.parameters.values():
            for value in parameter.values:
                assert " ".join(value.source.split()) in " ".join(parameters.text.split())
        calendar = Page((site / language / "calendar.html").read_text(encoding="utf-8")).text
        assert {"id": "Hari Kemerdekaan", "en": "Independence Day"}[language] in calendar


def test_every_link_leads_to_a_page_and_a_place_in_it(site: Path) -> None:
    ids = {path.resolve(): set(page.ids) for path, page in pages(site)}
    for path, page in pages(site):
        for link in page.all("a"):
            target, _, place = str(link["href"]).partition("#")
            there = (path.parent / target).resolve() if target else path.resolve()
            assert there in ids, (path, link)
            assert not place or place in ids[there], (path, link)


def test_nothing_is_fetched_from_anywhere(site: Path) -> None:
    for path in site.rglob("*"):
        if path.suffix in (".html", ".css"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"https?:|//[a-z]|@import|url\(|@font-face|<iframe|<img|\bfetch\(", text), path
    for _, page in pages(site):
        assert {str(one["href"]).rpartition("/")[2] for one in page.all("link")} == {"style.css"}
        assert all("src" not in attributes for attributes in page.all("script"))


def test_pages_can_be_read_by_keyboard_and_by_ear(site: Path) -> None:
    for path, page in pages(site):
        language = path.relative_to(site).parts[0] if path.parent != site else "id"
        assert [one["lang"] for one in page.all("html")] == [language]
        assert len(page.all("main")) == len(page.all("h1")) == len(page.all("title")) == 1, path
        assert len(page.ids) == len(set(page.ids)), path
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (path, levels)
        assert all("scope" in one for one in page.all("th")), path
        if path.parent != site:
            assert any(link.get("class") == "skip" for link in page.all("a"))
            assert page.all("nav")[0].get("aria-label")
        for field in page.all("input"):
            assert field["id"] in {label.get("for") for label in page.all("label")}


def test_without_a_script_every_rule_is_still_listed(site: Path) -> None:
    page = Page((site / "en" / "index.html").read_text(encoding="utf-8"))
    linked = {str(link["href"]) for link in page.all("a")}
    assert {f"rules/{name}.html" for name in BOOK.rules} <= linked
    assert [one.get("role") for one in page.all("form") if "hidden" in one] == ["search"]


def test_the_index_finds_rules_fields_and_parameters(site: Path) -> None:
    text = (site / "id" / "index.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="entries">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    entries = {address: f"{title} {more}" for title, address, more in json.loads(found[1])}
    assert "Wajib belum daftar" in entries["rules/PWBD-01.html"]
    assert "UU 24/2011" in entries["rules/PWBD-01.html"]
    assert "NPP" in entries["facts/employer.html#npp"]
    assert "parameters.html#arrears_months" in entries


def test_hostile_words_stay_words(patuh: Run, office: Path) -> None:
    path = office / "rules.yaml"
    text = path.read_text(encoding="utf-8").replace("en: Cover about to end", f"en: {json.dumps(HOSTILE)}")
    text = text.replace("en: Renewed already.", f'en: "{"w" * 3000} \\u202e\\u0007"')
    text = text.replace('"Instruction 1"', json.dumps(HOSTILE))
    path.write_text(text.replace("name: ends today", f"name: {json.dumps(HOSTILE)}"), encoding="utf-8")
    plain, hostile = office / "plain", office / "hostile"
    assert patuh("rules", "docs", "--output", hostile).code is ExitCode.DONE
    path.write_text((Path(__file__).parent / "office.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    patuh("rules", "docs", "--output", plain)
    tags = {one.relative_to(plain): page.tags for one, page in pages(plain)}
    for one, page in pages(hostile):
        assert [tag for tag, _ in page.tags] == [tag for tag, _ in tags[one.relative_to(hostile)]], one
        assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    shown = Page((hostile / "en" / "rules" / "OWN-01.html").read_text(encoding="utf-8")).text
    assert HOSTILE in shown
    assert "<U+202E><U+0007>" in shown
    index = (hostile / "en" / "index.html").read_text(encoding="utf-8")
    assert "</script><script>alert" not in index


def test_a_page_that_is_gone_leaves_and_files_of_others_are_refused(patuh: Run, office: Path) -> None:
    into = office / "pages"
    patuh("rules", "docs", "--output", into)
    (into / "mine.txt").write_text("mine", encoding="utf-8")
    path = office / "rules.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("OWN-01", "OWN-02"), encoding="utf-8")
    assert patuh("rules", "docs", "--output", into).code is ExitCode.DONE
    assert not (into / "en" / "rules" / "OWN-01.html").exists()
    assert (into / "en" / "rules" / "OWN-02.html").exists()
    assert (into / "mine.txt").read_text(encoding="utf-8") == "mine"
    other = office / "other"
    other.mkdir()
    (other / "letter.txt").write_text("x", encoding="utf-8")
    said = patuh("rules", "docs", "--output", other, "--lang", "en")
    assert (said.code, "holds files that are no pages of ours" in said.err) == (ExitCode.USAGE, True)
    assert patuh("rules", "docs", "--output", other / "letter.txt").code is ExitCode.USAGE


def test_a_list_of_pages_that_leads_out_of_the_folder_takes_nothing_out(patuh: Run, office: Path) -> None:
    into = office / "pages"
    into.mkdir()
    (into / ".patuh-pages").write_text("../rules.yaml\n", encoding="utf-8")
    assert patuh("rules", "docs", "--output", into).code is ExitCode.DONE
    assert (office / "rules.yaml").exists()


def test_a_catalogue_with_a_fault_is_not_published(patuh: Run, office: Path) -> None:
    path = office / "rules.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[not wage_earner_active]", "[no_field]"), encoding="utf-8"
    )
    said = patuh("rules", "docs", "--output", office / "pages")
    assert (said.code, "no_field" in said.err) == (ExitCode.USAGE, True)
    assert not (office / "pages").exists()


def test_every_label_is_used() -> None:
    folder = Path(__file__).parents[3] / "cases" / "rule_site" / "templates"
    used = " ".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    in_loops = {"scope", "needs", "when", "law_date"}
    assert [
        name for name in LABELS if name not in in_loops and f"labels.{name}" not in used and f'"{name}"' not in used
    ] == []

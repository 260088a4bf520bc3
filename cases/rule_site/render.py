"""Turns the content into files: HTML by templates that escape everything, one stylesheet, one script."""

from collections.abc import Iterator, Mapping
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from cases.inert import inert
from cases.rule_site.content import Content
from cases.rule_site.labels import labels_of
from cases.wording import LANGUAGES, Wording

LONGEST = 20_000
"""Signs of one text; a file that Patuh reads is not longer than a few of these."""

NAMES = {"id": "Bahasa Indonesia", "en": "English"}


def rendered(contents: Mapping[str, Content], wordings: Mapping[str, Wording]) -> Mapping[str, bytes]:
    """Return every file of the site, by its path; the same content gives the same bytes."""
    found = {"style.css": _kept("style.css"), "search.js": _kept("search.js")}
    environment = _environment()
    first = {"labels": labels_of(wordings[LANGUAGES[0]]), "languages": NAMES}
    found["index.html"] = environment.get_template("start.html.j2").render(first).encode()
    for language, content in contents.items():
        for path, template, own in _pages(content):
            shared = {
                "labels": labels_of(wordings[language]),
                "language": language,
                "languages": NAMES,
                "path": path,
                "root": "../" * (path.count("/") + 1),
                "content": content,
                "wording": wordings[language],
                "script": Markup(found["search.js"].decode()),  # ours, and kept in the package
            }
            page = environment.get_template(template).render({**shared, **own})
            found[f"{language}/{path}"] = page.encode()
    del found["search.js"]
    return found


def _pages(content: Content) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Yield path, template and what only this page shows."""
    yield "index.html", "index.html.j2", {"entries": _entries(content)}
    yield "all.html", "all.html.j2", {}
    yield "parameters.html", "parameters.html.j2", {}
    yield "routing.html", "routing.html.j2", {}
    yield "ladder.html", "ladder.html.j2", {}
    yield "calendar.html", "calendar.html.j2", {}
    for rule in content.rules:
        yield f"rules/{rule.id}.html", "rule.html.j2", {"rule": rule}
    for fact in content.facts:
        yield f"facts/{fact.name}.html", "fact.html.j2", {"fact": fact}


def _entries(content: Content) -> list[list[str]]:
    """Return what can be searched: title, address, and the text that is looked through."""
    found = []
    for rule in content.rules:
        law = " ".join(f"{one.law} {one.article}" for one in rule.basis)
        conditions = " ".join(f"{one.text} {one.words}" for one in (*rule.conditions, *rule.lets))
        text = " ".join((rule.pack, rule.nature, rule.status, rule.say, rule.false_positives, law, conditions))
        found.append([f"{rule.id} {rule.title}", f"rules/{rule.id}.html", text])
    for fact in content.facts:
        for known in fact.fields:
            title = f"{known.name}: {known.words} ({fact.words})"
            found.append([title, f"facts/{fact.name}.html#{known.name}", known.values])
    for parameter in content.parameters:
        text = " ".join(value.source for value in parameter.values)
        found.append([f"{parameter.name}: {parameter.words}", f"parameters.html#{parameter.name}", text])
    return [[inert(text, LONGEST) for text in entry] for entry in found]


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: _kept(f"templates/{name}").decode()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.tests["in_part"] = lambda part, wanted: str(part).split()[0] == wanted
    return environment


def _shown(value: object) -> object:
    """Make signs that hide or turn the line visible; escaping is autoescape's."""
    return inert(value, LONGEST) if isinstance(value, str) and not isinstance(value, Markup) else value


def _kept(name: str) -> bytes:
    return (resources.files("cases.rule_site") / name).read_bytes()

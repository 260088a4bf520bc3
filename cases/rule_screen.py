"""The page of a rule on a terminal, and the list of rules: what a file says is never markup there."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.inert import inert
from cases.names import NATURES, name_of
from cases.next_step import PLAIN, Typed
from cases.rule_lines import BasisLine, ConditionLine, ExampleLine, ParameterLines, RulePage, ValueLine
from cases.rule_names import STATUSES
from cases.tables import Heading, RuledTable
from cases.wording import Wording
from rules.model import Rule

LONGEST = 2000
"""Signs of one text of a rule file that a screen shows; a condition is no longer than this."""


def rule_screen(page: RulePage, wording: Wording) -> RenderableType:
    """Return the page of a rule."""
    say = wording.say
    title = Text(f"{page.id}  {_inert(page.title)}", style="bold")
    parts: list[RenderableType] = [Heading(title, align="left"), _head(page, wording)]
    if page.waits_for:
        parts += _section(say("What it waits for"), [_indented(page.waits_for, "yellow")])
    parts += _section(say("What it says"), [_indented(page.say)])
    parts += _section(say("Conditions"), _conditions(page, wording))
    parts += _section(say("Severity"), [_severity(page, wording)])
    if page.marks:
        parts += _section(say("Marks"), _marks(page, wording))
    articles = [part for basis in page.basis for part in _basis(basis, wording)]
    none = [_indented(say("No article of law: the legal instrument awaits confirmation."))]
    parts += _section(say("Articles of law"), articles or none)
    if page.parameters:
        lines = [part for parameter in page.parameters for part in _parameter(parameter, wording)]
        parts += _section(say("Parameters"), lines)
    parts += _section(say("Fields that it reads"), [_fields(page, wording)])
    if page.evidence:
        parts += _section(say("Evidence"), [_pairs(page.evidence)])
    parts += _section(say("Known false positives"), [_indented(page.false_positives)])
    parts += _section(say("Guard"), [_indented(_guard(page, wording))])
    parts += _section(say("Examples"), _examples(page, wording))
    return Group(*parts)


def rule_next(page: RulePage, wording: Wording, with_sql: bool, typed: Typed = PLAIN) -> RenderableType:
    """Return the commands that follow the page."""
    commands = ("patuh rules list", f"patuh rules show {page.id} --sql")
    return _next(wording, commands[: 1 if with_sql else 2], typed)


def rule_list(rules: Sequence[Rule], wording: Wording, typed: Typed = PLAIN) -> RenderableType:
    """Return the rules, a line each, and the command that shows the first of them."""
    say = wording.say
    if not rules:
        return Group(Text(say("No rule matches.")), _next(wording, ("patuh rules list",), typed))
    table = RuledTable(padding=(0, 1, 0, 0))
    for name in (say("Rule"), say("Pack"), say("Nature"), say("Status")):
        table.add_column(name, no_wrap=True)
    table.add_column(say("Title"), overflow="fold")
    for rule in rules:
        nature, status = name_of(NATURES, rule.nature, wording), name_of(STATUSES, rule.status, wording)
        cells = (rule.id, rule.pack, nature, status, wording.words(rule.title))
        table.add_row(*(Text(_inert(cell)) for cell in cells))
    count = wording.plural("{count} rule in all.", "{count} rules in all.", len(rules))
    return Group(table, Text(count), _next(wording, (f"patuh rules show {rules[0].id}",), typed))


def _inert(text: str) -> str:
    return inert(text, LONGEST)


def _section(title: str, parts: Sequence[RenderableType]) -> list[RenderableType]:
    return [Text(), Heading(Text(title, style="bold"), align="left"), *parts]


def _indented(text: str, style: str = "", by: int = 2) -> RenderableType:
    return Padding(Text(_inert(text), style=style), (0, 0, 0, by))


def _pairs(pairs: Sequence[tuple[str, str]]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", overflow="fold", max_width=28)
    grid.add_column(overflow="fold")
    for label, value in pairs:
        grid.add_row(Text(_inert(label)), Text(_inert(value)))
    return Padding(grid, (0, 0, 0, 2))


def _head(page: RulePage, wording: Wording) -> RenderableType:
    say = wording.say
    return _pairs(
        (
            (say("Nature"), f"{page.nature}: {page.nature_meaning}"),
            (say("Status"), f"{page.status}: {page.status_meaning}"),
            (say("Whom it is about"), f"{page.subject_words} ({page.subject}); {say('Party')}: {page.party}"),
            (say("Pack"), page.pack if page.family == page.pack else f"{page.pack} / {page.family}"),
            (say("File"), page.place),
        )
    )


def _conditions(page: RulePage, wording: Wording) -> list[RenderableType]:
    say = wording.say
    titles = {
        "scope": say("Applies where all of these hold"),
        "needs": say("Can judge only where"),
        "when": say("Found where all of these hold"),
        "law_date": say("The day whose law counts"),
    }
    parts: list[RenderableType] = []
    for part, title in titles.items():
        lines = [line for line in page.conditions if line.part.split()[0] == part]
        parts += [_lines(f"{title}:", lines)] if lines else []
    return parts + ([_lines(f"{say('Worked out by this rule')}:", page.lets)] if page.lets else [])


def _lines(title: str, lines: Sequence[ConditionLine]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for line in lines:
        words = Text(_inert(line.text), style="bold")
        grid.add_row(Text(_inert(line.part)), words.append(f"\n{_inert(line.words)}", style="not bold"))
    return Group(_indented(title), Padding(grid, (0, 0, 0, 4)))


def _severity(page: RulePage, wording: Wording) -> RenderableType:
    say, grid = wording.say, Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for line, severity in page.severity:
        when = Text(_inert(line.text), style="bold") if line else Text()
        otherwise = "" if len(page.severity) == 1 else say("otherwise")
        grid.add_row(Text(severity), when.append(f"\n{_inert(line.words)}" if line else otherwise, style="not bold"))
    return Padding(grid, (0, 0, 0, 2))


def _marks(page: RulePage, wording: Wording) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for mark in page.marks:
        below = f" ({wording.say('listed below the others')})" if mark.ranks_below else ""
        parts.append(_lines(f"{mark.words}{below}", (mark.condition,)))
    return parts


def _basis(basis: BasisLine, wording: Wording) -> list[RenderableType]:
    say = wording.say
    article = say("{law} article {article}", law=basis.law, article=basis.article) if basis.article else basis.law
    head = Text(f"§ {_inert(article)}", style="bold")
    if basis.in_force is not None:
        said = say("in force on this day") if basis.in_force else say("not in force on this day")
        head.append(f"  {said}", style="not bold green" if basis.in_force else "not bold red")
    days = _days(basis.since, basis.until, wording)
    parts = [Padding(head, (0, 0, 0, 2)), _indented(f"{days}; {basis.flag}: {basis.checked}", by=4)]
    return parts + ([_indented(basis.note, "dim", by=4)] if basis.note else [])


def _days(since: str, until: str, wording: Wording) -> str:
    if until:
        return wording.say("in force {since} to {until}", since=since, until=until)
    return wording.say("in force since {since}", since=since)


def _parameter(parameter: ParameterLines, wording: Wording) -> list[RenderableType]:
    say = wording.say
    parts: list[RenderableType] = [_indented(f":{parameter.name}  {parameter.words}", "bold")]
    if parameter.by:
        parts.append(_indented(say("differs by {field}", field=parameter.by), by=4))
    if not any(value.current for value in parameter.values):
        parts.append(_indented(say("no value is in force on this day"), "yellow", by=4))
    for value in parameter.values:
        when = say("now") if value.current else say("before that") if value.before else say("next")
        parts += _value(value, f"{when}, {value.applies}" if value.applies else when, wording)
    if parameter.off:
        parts.append(_indented(say("days that do not count, beside weekends: {days}", days=parameter.off), by=4))
    return parts


def _value(value: ValueLine, when: str, wording: Wording) -> list[RenderableType]:
    head = f"{when}: {value.value}, {_days(value.since, value.until, wording)}"
    checked = f"{value.flag}: {value.checked}"
    return [
        _indented(head, "" if value.current else "dim", by=4),
        _indented(f"{checked}. {value.source}", "dim", by=6),
    ]


def _fields(page: RulePage, wording: Wording) -> RenderableType:
    table = RuledTable(show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(wording.say("Field"), overflow="fold")
    table.add_column(wording.say("Meaning"), overflow="fold")
    table.add_column(wording.say("Type"), overflow="fold")
    table.add_column(wording.say("Where it is empty"), overflow="fold")
    for known in page.fields:
        kind = f"{known.type} ({known.unit})" if known.unit else known.type
        table.add_row(*(Text(_inert(cell)) for cell in (known.name, known.words, kind, known.null)))
    return Padding(table, (0, 0, 0, 2))


def _guard(page: RulePage, wording: Wording) -> str:
    return wording.say(
        "Held for a person where more than {share} of those judged, or more than {new} new ones, are found.",
        share=page.max_share,
        new=page.max_new,
    )


def _examples(page: RulePage, wording: Wording) -> list[RenderableType]:
    table = RuledTable(show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(wording.say("Example"), overflow="fold", ratio=4)
    table.add_column(wording.say("Day"), overflow="fold", ratio=2)
    table.add_column(wording.say("What is different"), overflow="fold", ratio=4)
    table.add_column(wording.say("Expected"), overflow="fold", ratio=2)
    for example in page.examples:
        table.add_row(*(_lined(cell) for cell in _example(example)))
    common = "; ".join(f"{label}: {value}" for label, value in page.common)
    shared = (
        [_indented(wording.say("In all of them, unless said otherwise: {common}", common=common))] if common else []
    )
    return [*shared, Padding(table, (0, 0, 0, 2))]


def _example(example: ExampleLine) -> tuple[str, str, str, str]:
    differs = "; ".join(f"{label}: {value}" for label, value in example.differs)
    shows = "".join(f"\n{label} = {value}" for label, value in example.shows)
    return example.name, example.today, differs, f"{example.expect}{shows}"


def _lined(text: str) -> Text:
    """Return a text whose own lines stay lines."""
    return Text("\n".join(_inert(line) for line in text.split("\n")))


def _next(wording: Wording, commands: Sequence[str], typed: Typed) -> RenderableType:
    text = Text(f"\n{wording.say('Next:')} ")
    return text.append("  |  ".join(typed.again(command) for command in commands), style="bold")

"""What the commands that show rules share: every rule of the shipped packs, and the office's own where it has any."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import rules.load
from cases.commands.options import RUN_FILE, talk, wording_of
from cases.wording import LANGUAGES, Wording
from engine.conditions import CheckedRule, check_rule
from rules.errors import Fault, FaultsError
from rules.model import RuleBook
from rules.working_days import WorkingCalendar, shipped_calendar


@dataclass(frozen=True)
class Catalogue:
    """The rule files as read, whatever packs a run file switches on; `off`: days off that the office has set itself."""

    book: RuleBook
    wording: Wording
    calendar: WorkingCalendar
    off: Mapping[str, tuple[str, ...]]
    faults: tuple[Fault, ...]

    def checked(self, rule: str) -> CheckedRule:
        """Return a rule whose conditions are sound. Raises FaultsError."""
        found, faults = check_rule(self.book, self.book.rules[rule])
        if found is None:
            raise FaultsError(faults)
        return found

    def whole(self) -> tuple[CheckedRule, ...]:
        """Return all rules, by id. Raises FaultsError with every fault of every file."""
        checked = [check_rule(self.book, rule) for _, rule in sorted(self.book.rules.items())]
        faults = {*self.faults, *(fault for _, found in checked for fault in found)}
        if faults:
            raise FaultsError(tuple(faults))
        return tuple(rule for rule, _ in checked if rule is not None)


def open_catalogue(config: Path, lang: str | None) -> Catalogue:
    """Read every rule file; the run file only where there is one, unless it is named."""
    if config == RUN_FILE and not config.exists():
        book, faults = rules.load.load_rule_book()
        calendar, _ = shipped_calendar()
        return Catalogue(book, wording_of(lang, LANGUAGES[0]), calendar, {}, faults)
    loaded = rules.load.load(config.absolute(), every_pack=True)
    configuration = loaded.configuration
    calendar, found = shipped_calendar(configuration.calendar_file)
    wording = wording_of(lang, configuration.language)
    return Catalogue(loaded.book, wording, calendar, configuration.calendar_off, (*loaded.faults, *found))


def say_faults(catalogue: Catalogue) -> None:
    """Say on stderr that files have faults; what is sound is shown."""
    if catalogue.faults:
        told = catalogue.wording.plural(
            "{count} fault in the rule files; what is sound is shown. patuh rules check lists it.",
            "{count} faults in the rule files; what is sound is shown. patuh rules check lists them.",
            len(catalogue.faults),
        )
        talk().print(told, highlight=False, markup=False, soft_wrap=True)

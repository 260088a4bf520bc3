"""What a scan will do: the order that was given and what the files make of it, before any register is read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import engine.conditions
import engine.examples
import rules.load
from cases.inputs import read_inputs
from cases.named_store import named_store
from connectors.run_record import Record
from connectors.snapshot import Snapshots
from rules.configuration import Configuration
from rules.errors import FaultsError, Message, UsageError
from rules.fault_list import use_one_of
from rules.load import PACKAGED
from rules.model import RuleBook
from rules.working_days import WorkingCalendar, shipped_calendar


@dataclass(frozen=True)
class Order:
    """What a scan was asked for. `as_of` None: today. `started` with its zone. `store` None: the one of rules.yaml.

    `rules` empty: all that are switched on; otherwise the others count as switched off and nothing of them closes.
    `sources` are other paths for named sources. `salt`: 32 random bytes where cases are written, else none.
    """

    config: Path
    today: date
    started: datetime
    as_of: date | None = None
    dry_run: bool = False
    rules: tuple[str, ...] = ()
    sources: Mapping[str, Path] | None = None
    store: str | None = None
    salt: bytes = b""


@dataclass(frozen=True)
class Plan:
    """What the files and the order come to: everything a scan needs to know before it reads a register.

    `texts`: the files as they were read, by name. `scratch`: this run's own folder for what does not outlive it.
    """

    order: Order
    configuration: Configuration
    book: RuleBook
    calendar: WorkingCalendar
    rules: tuple[str, ...]
    as_of: date
    run_id: str
    past: Record | None
    reconstruction: bool
    texts: Mapping[str, bytes]
    scratch: Path

    @property
    def snapshots(self) -> Snapshots:
        """The snapshots of this configuration's state folder."""
        return Snapshots(self.configuration.state)

    @property
    def rehearsal(self) -> bool:
        """Whether this is a dry run of a past day: its account is kept, and no later run is measured by it."""
        return self.order.dry_run and self.as_of < self.order.today


def make_plan(order: Order) -> Plan:
    """Read every file and say what will be scanned.

    Raises FaultsError with all faults of all files, UsageError for what the order asks and the files do not have.
    """
    loaded = rules.load.load(order.config)
    if loaded.faults:
        raise FaultsError(loaded.faults)
    calendar, faults = shipped_calendar(loaded.configuration.calendar_file)
    faults += engine.conditions.check(loaded.book)
    if not faults:
        faults = engine.examples.check_examples(_own_rules(loaded.book), calendar)
    if faults:
        raise FaultsError(faults)
    configuration = _with_order(loaded.configuration, order)
    as_of = order.as_of or order.today
    past = _past(configuration, order, as_of)
    run_id = _run_id(order, loaded.book, as_of)
    return Plan(
        order=order,
        configuration=configuration,
        book=loaded.book,
        calendar=calendar,
        rules=chosen_rules(loaded.book, order.rules),
        as_of=as_of,
        run_id=run_id,
        past=past,
        reconstruction=as_of < order.today and past is None,
        texts=read_inputs(order.config, rules.load.shipped_folder(), calendar),
        scratch=configuration.state / "scratch" / run_id,
    )


def _own_rules(book: RuleBook) -> RuleBook:
    """Return the book with the office's own rules only: the shipped ones were held to their examples before."""
    own = {name: rule for name, rule in book.rules.items() if not rule.location.path.startswith(f"{PACKAGED}/")}
    return replace(book, rules=own)


def _with_order(configuration: Configuration, order: Order) -> Configuration:
    sources = dict(configuration.sources)
    for name, path in (order.sources or {}).items():
        if name not in sources:
            raise UsageError(
                Message("--source {name}: the run file has no source of this name", name=name),
                Message("a register that nobody reads would change nothing, without a word"),
                use_one_of(name, sources),
            )
        if sources[name].connector == "sql":
            raise UsageError(
                Message("--source {name}: this source is a query and has no path", name=name),
                Message("a file cannot stand in for it"),
                Message("change its url in the run file"),
            )
        sources[name] = replace(sources[name], path=path)
    return replace(configuration, sources=sources, store=named_store(order.store, configuration.store))


def _past(configuration: Configuration, order: Order, as_of: date) -> Record | None:
    """Return the record whose snapshot a past day is judged on; None for today and for a day without one."""
    if as_of > order.today:
        raise UsageError(
            Message("--as-of {as_of} is a day to come; today is {today}", as_of=str(as_of), today=order.today),
            Message("no register speaks of it yet"),
            Message("leave --as-of out to scan today"),
        )
    if as_of == order.today:
        return None
    record = Snapshots(configuration.state).latest(as_of)
    if record is not None and order.sources:
        raise UsageError(
            Message(
                "--source does not go with --as-of {as_of}: a snapshot had landed by then (run {run_id})",
                as_of=str(as_of),
                run_id=record.run_id,
            ),
            Message("a past day is judged on what was read then"),
            Message("leave --source out, or name a run file with another state folder"),
        )
    if record is None and not order.dry_run:
        raise UsageError(
            Message("no snapshot had landed by {as_of}", as_of=as_of),
            Message("judging that day on today's registers is a reconstruction, and cases must not rest on one"),
            Message("add --dry-run to see it, or leave --as-of out"),
        )
    return record


def chosen_rules(book: RuleBook, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the rules to run: those asked for, or all that are on trial or stable."""
    for name in asked:
        if name not in book.rules:
            raise UsageError(
                Message("--rule {name}: no pack that is switched on has this rule", name=name),
                Message("a scan of nothing would look like a scan that found nothing"),
                use_one_of(name, book.rules),
            )
    runs = tuple(name for name, rule in sorted(book.rules.items()) if rule.status in ("trial", "stable"))
    return tuple(name for name in runs if not asked or name in asked)


def _run_id(order: Order, book: RuleBook, as_of: date) -> str:
    """Return the start in UTC and a short hash of what the scan was given."""
    given = [order.config.read_bytes().hex(), as_of.isoformat(), *sorted(order.rules), str(order.dry_run)]
    given += [f"{name}={path}" for name, path in sorted((order.sources or {}).items())]
    given += [rule.sha256 for _, rule in sorted(book.rules.items())]
    digest = hashlib.sha256("\n".join([*given, book.decisions_sha256]).encode()).hexdigest()
    return f"{order.started.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{digest[:8]}"

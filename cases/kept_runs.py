"""A run as it was kept: found by its name, looked at for damage, and laid out again to be judged once more."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import rules.load
from cases.inputs import CALENDAR, RUN_FILE, calendar_from, laid_out
from cases.judgement import Judgement, judgement_of
from cases.plan import Order, Plan, chosen_rules
from connectors.durable_files import alive
from connectors.kept_content import KeptContent
from connectors.run_record import Record, record_from
from connectors.snapshot import Snapshots, Tombstone
from rules.errors import Message, UsageError
from rules.fault_list import nearest
from rules.load import Loaded

LAST = "last"
_SHOWN = 12


@dataclass(frozen=True)
class Change:
    """One thing that is not what it was. `kind` is a word of the catalogue, `name` which of its kind, `what` how."""

    kind: str
    name: str
    what: str


@dataclass(frozen=True)
class KeptRun:
    """A run with its account. `purged`: names of what is no longer there; `changed`: what is not what was kept.

    `stones`: register to the tombstone of its snapshot, where it was purged and is not just gone.

    `judgement` None: the account itself is purged. `texts` holds what lies there, changed or not.
    """

    record: Record
    judgement: Judgement | None
    texts: Mapping[str, bytes]
    purged: tuple[str, ...]
    changed: tuple[Change, ...]
    stones: Mapping[str, Tombstone] = field(default_factory=dict)

    @property
    def told(self) -> tuple[str, ...]:
        """What is no longer there, as it is told: of a purged register also when, by whom and why."""
        return tuple(_told(name, self.stones.get(name)) for name in self.purged)

    @property
    def sound(self) -> bool:
        """Whether all that it was judged by is there and is what was kept."""
        return not (self.purged or self.changed)


def find_record(snapshots: Snapshots, run: str) -> Record:
    """Return the record of a run, by its id, a unique beginning of it, or `last`. Raises UsageError, StoreError."""
    found = snapshots.begins_with("" if run == LAST else run)
    exact = [place for place in found if place.stem == run]
    found = tuple(exact) or (found[-1:] if run == LAST else found)
    if len(found) == 1:
        return record_from(found[0])
    known = [place.stem for place in snapshots.begins_with("")]
    if not found:
        near = nearest(run, known) or (known[-1] if known else None)
        remedy = Message("the nearest is {run}", run=near) if near else Message("run patuh scan first")
        raise UsageError(
            Message("no run that is kept begins with '{run}'", run=run),
            Message("only a scan that kept its record can be proved"),
            remedy,
        )
    raise UsageError(
        Message("{count} runs begin with '{run}'", count=len(found), run=run),
        Message("each of them has an answer of its own"),
        Message("write more of it; the last two are {runs}", runs=tuple(place.stem for place in found[-2:])),
    )


def kept_run(state: Path, record: Record) -> KeptRun:
    """Return a run with everything that it was judged by, each part held to its hash. Raises UsageError."""
    kept = KeptContent(state)
    judgement = judgement_of(kept, record)
    if judgement is None:
        return KeptRun(record, None, {}, (Message("the account of the run"),), ())
    texts, purged, changed = {}, [], []
    for name, sha256 in judgement.files.items():
        text = kept.read(sha256)
        if text is None:
            purged.append(name)
            continue
        texts[name] = text
        now = hashlib.sha256(text).hexdigest()
        if now != sha256:
            changed.append(Change(*kind_of(name), what=_bytes_changed(sha256, now)))
    for part in ("counts", "decisions"):
        sha256 = judgement.answer[part]
        if kept.read(sha256) is None:
            purged.append(part)
        elif not kept.whole(sha256):
            changed.append(Change("answer", part, Message("the kept text is not what was kept")))
    snapshots = Snapshots(state)
    gone, damaged = _registers(snapshots, record)
    stones = {name: stone for name in gone if (stone := snapshots.purged(str(record.sources[name].digest)))}
    return KeptRun(record, judgement, texts, (*purged, *gone), (*changed, *damaged), stones)


def _told(name: str, stone: Tombstone | None) -> str:
    if stone is None:
        return name
    said = {"name": name, "day": stone.at.date(), "who": stone.who, "after": stone.after}
    return Message("{name} (on {day} by {who}; snapshots: {after})", **said)


def _registers(snapshots: Snapshots, record: Record) -> tuple[list[str], list[Change]]:
    gone, damaged = [], []
    for name, one in record.sources.items():
        if one.digest is None:
            continue
        now = snapshots.files(one.digest)
        if not now:
            gone.append(name)
            continue
        for file, sha256 in one.files.items():
            if now.get(file) != sha256:
                there = now.get(file)
                said = _bytes_changed(sha256, there) if there else Message("it is gone")
                damaged.append(Change("register", name, Message("{file}: {said}", file=file, said=said)))
    return gone, damaged


def _bytes_changed(then: str, now: str) -> Message:
    return Message("kept with sha256 {then}, now {now}", then=f"{then[:_SHOWN]}…", now=f"{now[:_SHOWN]}…")


def kind_of(name: str) -> tuple[str, str]:
    """Return what a kept text is, and which one."""
    path = Path(name)
    if name in (RUN_FILE, CALENDAR):
        return name, ""
    match path.parts:
        case (_, "packs", pack, _):
            return "rule", f"{path.stem} ({pack})"
        case (_, "parameters", *_):
            return "parameters", path.name
        case (_, "facts.yaml"):
            return "vocabulary", path.name
        case (_, "routing.yaml" | "ladder.yaml" | "priority.yaml"):
            return path.stem, path.name
    return "file", name


@contextmanager
def replay_folder(state: Path) -> Iterator[Path]:
    """Give a folder for one replay, gone at its end; what dead ones left is swept."""
    root = state / "replay"
    for left in root.glob("*"):
        if not left.name.isdigit() or not alive(int(left.name)):
            shutil.rmtree(left, ignore_errors=True)
    folder = root / str(os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def load_kept(texts: Mapping[str, bytes], into: Path) -> Loaded:
    """Read the kept files again. Raises UsageError where this Patuh no longer can."""
    loaded = rules.load.load(*laid_out(texts, into))
    if loaded.faults:
        first = loaded.faults[0]
        place = f"{Path(first.location.path).name}:{first.location.line}"
        raise UsageError(
            Message("the kept files can no longer be read: {place}: {fault}", place=place, fault=first.what),
            Message("they were sound when they were kept; what may stand in rule files has changed since"),
            Message("replay the run with the version of Patuh that made it"),
        )
    return loaded


def kept_plan(state: Path, run: KeptRun, into: Path) -> Plan:
    """Return the plan of a run from what was kept of it, with its scratch in `into`. Raises UsageError."""
    assert run.judgement is not None
    loaded = load_kept(run.texts, into / "files")
    record = run.record
    order = Order(
        config=into / "files" / "rules.yaml",
        today=record.as_of,
        started=datetime.min.replace(tzinfo=UTC),  # nothing is landed again
        as_of=record.as_of,
        dry_run=True,
        rules=run.judgement.rules,
    )
    return Plan(
        order=order,
        configuration=replace(loaded.configuration, state=state),
        book=loaded.book,
        calendar=calendar_from(run.texts[CALENDAR]),
        rules=chosen_rules(loaded.book, order.rules),
        as_of=record.as_of,
        run_id=record.run_id,
        past=record,
        reconstruction=run.judgement.reconstruction,
        texts=run.texts,
        scratch=into / "scratch",
    )

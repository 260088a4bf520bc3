"""Makes the nation: registers, the same as clean typed Parquet, the facts of two nights, and what two scans wrote."""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bench.by_hand import SQL, run_sql
from bench.ground import DAY, STARTED, Nation, assembled_in, emptied, keep_assembled, rule_book
from bench.nights import scanned
from cases.store.database import upgrade_store
from connectors.assemble import AssemblyDay, assemble
from connectors.duck import literal, open_duck
from connectors.gates import gate
from connectors.land import land
from connectors.landed import Gated
from connectors.sample import write_sample
from connectors.snapshot import Snapshots
from rules.configuration import Column, Configuration, Source
from rules.load import load

Say = Callable[[str], None]


def make_nation(nation: Nation, employers: int, say: Say) -> None:
    """Make everything that is measured on; a nation of this size under these rules is kept."""
    done = nation.folder / "made"
    rules = ",".join(f"{name}:{rule.sha256}" for name, rule in sorted(rule_book().rules.items()))
    wanted = f"{employers} {rules}"
    if done.is_file() and done.read_text(encoding="utf-8") == wanted:
        say(f"the nation in {nation.folder} is kept")
        return
    shutil.rmtree(nation.folder, ignore_errors=True)
    say(f"making a nation of {employers:,} employers in {nation.folder}")
    write_sample(nation.registers, employers, 1, DAY)
    say("landing and assembling it")
    configuration = load(nation.registers / "rules.yaml").configuration
    with emptied(nation.folder / "state") as state:
        gated = landed(configuration, state)
        deliver(gated, nation.delivered)
        facts = {
            name: assemble(
                one,
                rule_book().vocabulary.facts[name],
                configuration.sources,
                gated,
                AssemblyDay(DAY, False),
                nation.facts,
            )
            for name, one in configuration.assemblies.items()
        }
    keep_assembled(facts, nation.facts)
    say("changing 1 % of it for the second night")
    nation.changed.mkdir()
    run_sql(SQL / "second_facts.sql", nation.folder / "scratch", facts=nation.facts, changed=nation.changed, day=DAY)
    for path in nation.facts.iterdir():
        if not (nation.changed / path.name).exists():
            shutil.copy(path, nation.changed)
    say("keeping what the scans of both nights write")
    keep_nights(nation)
    done.write_text(wanted, encoding="utf-8")


def landed(configuration: Configuration, state: Path) -> dict[str, Gated]:
    """Land and gate every register."""
    snapshots, facts = Snapshots(state), rule_book().vocabulary.facts
    found = {}
    for name, source in configuration.sources.items():
        one = land(source, facts[source.fact], snapshots, state / "scratch", STARTED)
        found[name] = gate(one, source, DAY, None)
        assert found[name].reason is None, found[name].reason
    return found


def deliver(gated: Mapping[str, Gated], into: Path) -> None:
    """Write each register as an office with tidy data would deliver it: the vocabulary's names and types, no dirt."""
    into.mkdir(parents=True)
    with open_duck(into.parent / "scratch") as connection:
        for name, one in gated.items():
            columns = ", ".join(f'"{column}"' for column in one.landed.columns)
            connection.execute(
                f"COPY (SELECT {columns} FROM read_parquet({literal(str(one.landed.path))})) "
                f"TO {literal(into / f'{name}.parquet')} (FORMAT parquet, COMPRESSION zstd)"
            )


def delivered_sources(nation: Nation) -> dict[str, Source]:
    """Return the sources of the delivered registers: nothing to rename, nothing to convert."""
    configuration = load(nation.registers / "rules.yaml").configuration
    return {
        name: replace(
            source,
            connector="parquet",
            path=nation.delivered / f"{name}.parquet",
            columns={field: Column(field, field, None, {}, None, None, source.location) for field in source.columns},
        )
        for name, source in configuration.sources.items()
    }


def settle(store: Path) -> None:
    """Bring what stands in the write-ahead log into the store's file, so that the file alone can be copied."""
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def keep_nights(nation: Nation) -> None:
    """Scan both nights once; keep the stores and the rows written, and see that a third night changes nothing."""
    nation.stores.mkdir()
    empty, first, second = (nation.stores / f"{name}.db" for name in ("empty", "first", "second"))
    upgrade_store(f"sqlite:///{empty}")
    for number, (before, after, facts) in enumerate(
        ((empty, first, nation.facts), (first, second, nation.changed)), start=1
    ):
        shutil.copy(before, after)
        with emptied(nation.folder / "night") as into:
            scanned(assembled_in(facts), after, number, into)
            settle(after)
            kept = nation.rows / str(number)
            kept.mkdir(parents=True)
            for file in (into / "store").glob("*.parquet"):
                if not file.name[0].isdigit():
                    shutil.copy(file, kept)

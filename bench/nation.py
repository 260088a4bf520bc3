"""Makes the nation: registers, the same as clean typed Parquet, the facts of two nights, and what two scans wrote."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bench.by_hand import SQL, run_sql
from bench.ground import DAY, STARTED, Nation, assembled_in, emptied, keep_assembled, rule_book
from bench.nights import scanned
from bench.stores import BEFORE, Files, Stores
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
    keep_nights(nation, Files(nation.stores))
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


def keep_nights(nation: Nation, stores: Stores) -> None:
    """Scan both nights once on an empty store of this kind; keep the stores and the rows that were written."""
    stores.make(BEFORE[1], None)
    for number, facts in ((1, nation.facts), (2, nation.changed)):
        after = BEFORE[number + 1]
        stores.make(after, BEFORE[number])
        with emptied(nation.folder / "night") as into:
            scanned(assembled_in(facts), stores.url(after), number, into)
            stores.settle(after)
            kept = nation.written(stores.kind, number)
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            for file in (into / "store").glob("*.parquet"):
                if not file.name[0].isdigit():
                    shutil.copy(file, kept)

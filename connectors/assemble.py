"""Assembly: a fact put together from a spine and the sources that join it, with what each source could say.

What a subject takes from a joined source, the first line that holds (`Standing`):

    the source failed a gate (or is not there)                  its standing; all of its fields are unknown
    the subject's own key is null, malformed or contradictory   OWN_KEY
    the rows of an earlier source, grouped, differ in that key  OWN_KEY
    `one_to_one`, and another subject has the same key          SHARED_KEY
    a rejected row of the source has this key                   REJECTED_ROW
    several rows of the source have it, and no `group:` is set  DUPLICATE_ROWS
    they are grouped, and a "none" would come of them           DUPLICATE_ROWS
    a row has it                                                SAID: the row's values
    no row has it, and the source is not complete there         NOT_COMPLETE
    no row has it, and a row or a rejected row has no key       UNREADABLE_KEYS
    no row has it                                               ABSENT: known not to be there

Grouped rows give NULL for a field where one row does not say it (only `any` with a TRUE and `all` with a FALSE need no
other row) and, under `one`, where they differ. In a field of `null: none` that NULL would read "known to be absent"
although a row says otherwise: the subject then takes nothing from the source. It is "none" only where all rows say so.

A key field that an earlier join brought is null unless that join SAID it: what is unknown stays so down the line.

The spine's own rows: several rows of one key become one as `group:` says (a field it does not list: `one`); the key is
the one first written. Without `group:`, rows that say the same are one. Where they differ, where grouped rows would
give a "none" as above, or where a further row of this key was rejected, nobody can say which is right: all fields of
the subject but its key and region are NULL, and `_standing_<spine>` says why. Rows of two regions give no region.

A reconstruction leaves out subjects whose `known_from` is later than its day and puts `before` in place of values whose
`known_from` is later. A value's day is always the one that the source said, also where that day is itself hidden.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb

from connectors.assembly_query import AssemblyDay, AssemblyQuery
from connectors.duck import borrowed_duck
from connectors.landed import Assembled, Gated, Standing
from rules.configuration import Assembly, Source
from rules.errors import Message, StoreError
from rules.model import Fact

__all__ = ["AssemblyDay", "assemble", "field_origins", "offered"]


def assemble(  # noqa: PLR0913, PLR0917 - six different things, each named at the call
    assembly: Assembly,
    fact: Fact,
    sources: Mapping[str, Source],
    gated: Mapping[str, Gated],
    day: AssemblyDay,
    into: Path,
) -> Assembled:
    """Write `<fact>.parquet` into the folder `into` and say where each field comes from.

    A spine that cannot be read gives no file; one that failed a gate is still assembled, its standing says that nobody
    may judge by it. Raises SourceError where a register breaks what landing promises (a row without a key), StoreError
    where the disk refuses.
    """
    spine = gated.get(assembly.spine)
    origin = field_origins(assembly, fact, sources, gated)
    if spine is None or spine.landed.path is None:
        reason = spine.reason if spine else Message("it is not among tonight's sources")
        standing = spine.standing if spine and spine.standing is not Standing.SAID else Standing.MISSING
        return Assembled(fact.name, None, 0, assembly.spine, standing, reason, origin, day.reconstruction)
    path, spill = into / f"{fact.name}.parquet", into / f"{fact.name}.spill"
    try:
        into.mkdir(parents=True, exist_ok=True)
        # The spine's order is kept where the spine is the side that streams past the joined registers.
        with borrowed_duck(spill, disabled_optimizers="join_order,build_side_probe_side") as connection:
            query = AssemblyQuery(connection, assembly, fact, sources, gated, day, origin)
            rows, left_out = query.write(path), query.left_out()
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        raise StoreError(
            Message(
                "the fact {fact} could not be put together in {into} ({error})",
                fact=fact.name,
                into=into,
                error=str(error).splitlines()[0],
            ),
            Message("without it no rule on it can judge"),
            Message("free disk space there and scan again: nothing was changed"),
        ) from error
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    return Assembled(
        fact=fact.name,
        path=path,
        rows=rows,
        spine=assembly.spine,
        spine_standing=spine.standing,
        spine_reason=spine.reason,
        origin=origin,
        reconstruction=day.reconstruction,
        left_out=left_out,
    )


def field_origins(
    assembly: Assembly, fact: Fact, sources: Mapping[str, Source], gated: Mapping[str, Gated]
) -> dict[str, str | None]:
    """Return which source each field comes from: the spine before the joins, the joins in their order.

    A field by which a source is joined never comes from it, nor does that field's old number: the two say who the
    subject is, and must come from one register.
    """
    origin: dict[str, str | None] = dict.fromkeys(fact.fields)
    on: dict[str, set[str | None]] = {assembly.spine: set()}
    for join in assembly.joins:
        on[join.source] = {*join.on, *(fact.fields[name].pair for name in join.on)}
    for name, keys in on.items():
        for field in offered(name, sources, gated):
            if field in origin and origin[field] is None and field not in keys:
                origin[field] = name
    return origin


def offered(name: str, sources: Mapping[str, Source], gated: Mapping[str, Gated]) -> tuple[str, ...]:
    """Return the fields that a source offers: those it landed or, where it could not be read, those it declares."""
    one = gated.get(name)
    if one is not None and one.landed.path is not None:
        return one.landed.columns
    return tuple(sources[name].columns) if name in sources else ()

"""`patuh replay`: proves that a kept run gives the answer that it gave, or names what changed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cases.commands.gate import opened, whole_nation
from cases.commands.options import (
    RUN_FILE,
    AsJson,
    Config,
    Lang,
    Store,
    one_of,
    output,
    setting_of,
    typed,
    wording_of,
)
from cases.commands.written import written
from cases.exit_codes import ExitCode, gravest
from rules.errors import FaultsError, Message


def replay(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="RUN|CASE", help="A run (its id, a beginning of it, or last) or the number of a case."),
    ],
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="now", help="Also judge the kept registers by the files of now."),
    ] = None,
    config: Config = RUN_FILE,
    store: Store = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> ExitCode:
    """Judge a kept run again by what was kept, and prove the same answer or name the input that changed."""
    import rules.load
    from cases.kept_runs import replay_folder

    if against is not None:
        one_of("--against", against, ("now",), Message("a run is held against the files that lie there now"))
    loaded = rules.load.load(config.absolute())
    configuration = loaded.configuration
    # A run file that cannot be read names no state folder; what else is wrong with now's files hinders only --against.
    if loaded.faults and (against is not None or not configuration.sources):
        raise FaultsError(loaded.faults)
    with replay_folder(configuration.state) as into:
        if what.isdecimal():
            return _case(context, int(what), (config, store, lang), as_json, into)
        whole_nation(context)
        return _run(context, what, (config, lang), (against is not None, as_json), into)


def _run(
    context: typer.Context, run: str, where: tuple[Path, str | None], how: tuple[bool, bool], into: Path
) -> ExitCode:
    import rules.load
    from cases.against_now import against_now
    from cases.changed_inputs import exactly
    from cases.inputs import read_inputs
    from cases.kept_runs import find_record, kept_run
    from cases.plan import Order
    from cases.replay import replay as replay_run
    from cases.replay_tables import against_json, replay_json, replay_parts
    from connectors.snapshot import Snapshots
    from rules.working_days import shipped_calendar

    (config, lang), (against, as_json) = where, how
    setting, configuration = setting_of(context), rules.load.load(config.absolute()).configuration
    calendar, _ = shipped_calendar(configuration.calendar_file)
    present = read_inputs(config.absolute(), rules.load.shipped_folder(), calendar)
    kept = kept_run(configuration.state, find_record(Snapshots(configuration.state), run))
    replayed, detection = replay_run(configuration.state, kept, into)
    replayed = replace(replayed, changed=exactly(replayed.changed, kept, present, into))
    compared = None
    if against and detection is not None:
        order = Order(config=config.absolute(), today=setting.today(), started=setting.now())
        compared = against_now(kept, detection, order, into)
    if as_json:
        with written():
            then_and_now = {"against_now": against_json(compared)} if compared else {}
            typer.echo(json.dumps({**replay_json(replayed), **then_and_now}, ensure_ascii=False))
        return code_of(replayed.same, bool(replayed.purged), bool(replayed.changed))
    console, wording, given = output(), wording_of(lang, configuration.language), typed(config)
    for part in replay_parts(replayed, compared, wording, given):
        console.print(part)
    return code_of(replayed.same, bool(replayed.purged), bool(replayed.changed))


def _case(
    context: typer.Context, number: int, where: tuple[Path, str | None, str | None], as_json: bool, into: Path
) -> ExitCode:
    from cases.case_replay import replay_case
    from cases.commands.reading import open_reading
    from cases.replay_tables import case_json, case_parts

    reading = open_reading(*where, today=setting_of(context).today())
    with opened(context, reading.store) as session:
        case = replay_case(session, number, reading.configuration.state, reading.work.book.vocabulary, into)
    if as_json:
        with written():
            typer.echo(json.dumps(case_json(case), ensure_ascii=False))
    else:
        console = output()
        for part in case_parts(case, reading.wording, typed(*where[:2])):
            console.print(part)
    return gravest(code_of(one.proof == "same", one.proof in ("purged", "not kept"), False) for one in case.findings)


def code_of(same: bool, purged: bool, changed: bool) -> ExitCode:
    """Return what a replay ends with: proved, purged, or not what it was."""
    if same:
        return ExitCode.DONE
    return ExitCode.NOT_JUDGED if purged and not changed else ExitCode.CHANGED

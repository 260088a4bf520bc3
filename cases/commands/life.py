"""`patuh cases step|receipt|record|pause|resume|refer|referral|close|approve|retract`: what a person does along it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cases.commands.gate import actor, opened
from cases.commands.options import RUN_FILE, Config, Lang, Store, day_of, output, setting_of, typed
from cases.exit_codes import ExitCode
from rules.errors import Message

if TYPE_CHECKING:
    from sqlmodel import Session

    from cases.life.acts import Book, Done
    from cases.service import Act

Number = Annotated[int, typer.Argument(help="The case's number, as patuh cases list shows it.")]
Document = Annotated[str, typer.Option("--document", help="The number of the letter or paper.")]
On = Annotated[str, typer.Option("--on", metavar="DATE", help="The day of the paper, YYYY-MM-DD.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stays in the case's file.")]
By = Annotated[str | None, typer.Option("--by", help="Who acts: a person's name; otherwise the one logged in.")]
Where = tuple[Path, str | None, str | None]
"""The run file, the store and the language, as the options gave them."""
Doing = Callable[["Session", "Act", "Book"], "Done"]


def add_to(app: typer.Typer) -> None:
    """Make the commands part of `patuh cases`."""
    for name, command in (
        ("step", step),
        ("receipt", receipt),
        ("record", record),
        ("pause", pause),
        ("resume", resume),
        ("refer", refer),
        ("referral", referral),
        ("close", close),
        ("approve", approve),
        ("retract", retract),
    ):
        app.command(name)(command)


def step(
    context: typer.Context,
    number: Number,
    name: Annotated[str, typer.Argument(metavar="STEP", help="pemeriksaan, teguran_1, teguran_2, denda, …")],
    document: Document,
    signed_by: Annotated[str, typer.Option("--signed-by", help="Who signed the letter.")],
    on: On,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Put a step of the sanction ladder on record, as it was taken; some are proposed for another to approve."""
    from cases.life.acts import Paper
    from cases.life.four_eyes import step as step_case

    paper = Paper(name, document, _on(on), signed_by)
    return put_on_file(context, number, by, (config, store, lang), lambda s, a, b: step_case(s, number, a, b, paper))


def receipt(
    context: typer.Context,
    number: Number,
    name: Annotated[str, typer.Argument(metavar="STEP", help="The step whose letter was received.")],
    document: Document,
    on: On,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Put the proof of receipt of a step's letter on record; its time runs from the day after."""
    from cases.life.acts import Paper, record_receipt

    paper = Paper(name, document, _on(on))
    return put_on_file(
        context, number, by, (config, store, lang), lambda s, a, b: record_receipt(s, number, a, b, paper)
    )


def record(
    context: typer.Context,
    number: Number,
    name: Annotated[str, typer.Argument(metavar="RECORD", help="examination_report, employer_answer, …")],
    document: Document,
    on: On,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Put on record what a step needs, or an inspector's proof of an indication (violation_proof)."""
    from cases.life.acts import Paper, put_on_record

    paper = Paper(name, document, _on(on))
    return put_on_file(
        context, number, by, (config, store, lang), lambda s, a, b: put_on_record(s, number, a, b, paper)
    )


def pause(
    context: typer.Context,
    number: Number,
    reason: Reason,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="When to look again; it ends nothing by itself.")
    ] = None,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Stop what is proposed and taken next; times that run go on running."""
    from cases.life.acts import Interval
    from cases.life.acts import pause as pause_case

    day = day_of(until, "--until")
    return put_on_file(
        context, number, by, (config, store, lang), lambda s, a, b: pause_case(s, number, a, b, Interval(reason, day))
    )


def resume(
    context: typer.Context,
    number: Number,
    reason: Reason,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Let a paused case go on."""
    from cases.life.acts import resume as resume_case

    return put_on_file(context, number, by, (config, store, lang), lambda s, a, b: resume_case(s, number, a, b, reason))


def refer(
    context: typer.Context,
    number: Number,
    purpose: Annotated[str, typer.Option("--purpose", help="laporan, pemeriksaan, tmp2t, skk or pupn.")],
    document: Document,
    on: On,
    office: Annotated[
        str | None, typer.Option("--office", help="Another office of the run file than the province's first; a KPKNL.")
    ] = None,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Hand a confirmed case over to the office of its province; an SKK is proposed for another to approve."""
    from cases.commands.options import one_of
    from cases.life.acts import Handover, Paper
    from cases.life.four_eyes import hand_over
    from cases.life.moves import PURPOSES

    purpose = one_of("--purpose", purpose, PURPOSES, Message("an office has to know what is asked of it"))
    handover = Handover(Paper(purpose, document, _on(on)), office)
    return put_on_file(context, number, by, (config, store, lang), lambda s, a, b: hand_over(s, number, a, b, handover))


def referral(
    context: typer.Context,
    number: Number,
    identity: Annotated[int, typer.Argument(metavar="REFERRAL", help="Its number, as patuh cases show tells it.")],
    state: Annotated[str, typer.Argument(metavar="STATE", help="received, acted or answered.")],
    on: On,
    document: Annotated[str, typer.Option("--document", help="The number of the office's letter.")] = "",
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Put on record how far an office is with a case that was handed over."""
    from cases.commands.options import one_of
    from cases.life.acts import Answer, Paper, advance_referral
    from cases.life.moves import REFERRAL_STATES

    why = Message("a referral goes from handed over to received, acted and answered")
    state = one_of("STATE", state, REFERRAL_STATES[1:], why)
    paper = Paper(state, document, _on(on))
    return put_on_file(
        context,
        number,
        by,
        (config, store, lang),
        lambda s, a, b: advance_referral(s, number, a, b, Answer(identity, paper)),
    )


def close(
    context: typer.Context,
    number: Number,
    reason: Reason,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Close the findings whose closing a scan proposed."""
    from cases.life.acts import close as close_case

    return put_on_file(context, number, by, (config, store, lang), lambda s, a, b: close_case(s, number, a, b, reason))


def approve(
    context: typer.Context,
    number: Number,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Put on record what another person proposed."""
    from cases.life.four_eyes import approve as approve_case

    return put_on_file(context, number, by, (config, store, lang), lambda s, a, b: approve_case(s, number, a, b))


def retract(
    context: typer.Context,
    number: Number,
    reason: Reason,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Take back a proposal that nobody has approved yet."""
    from cases.life.four_eyes import retract as retract_case

    return put_on_file(
        context, number, by, (config, store, lang), lambda s, a, b: retract_case(s, number, a, b, reason)
    )


def _on(text: str) -> date:
    day = day_of(text, "--on")
    assert day is not None
    return day


def put_on_file(context: typer.Context, number: int, by: str | None, where: Where, do: Doing) -> ExitCode:
    """Do one act on one case, and tell what was done and what follows."""
    from cases.act_screen import done_panel
    from cases.commands.reading import open_reading
    from cases.life.acts import Book
    from cases.life.record import command_after
    from cases.service import Act

    setting = setting_of(context)
    now = setting.now()
    reading = open_reading(*where, today=now.date())
    book = Book(reading.work, reading.configuration.offices, reading.wording, reading.configuration.people)
    with opened(context, reading.store, write=True) as session:
        done = do(session, Act(actor(context, by), now, setting.salt()), book)
        after = command_after(session, number, book.ladder, now.date())
    stands = Message("what was recorded of case {number} stands", number=number)
    output(stands).print(done_panel(done, after, reading.wording, typed(*where[:2])))
    return ExitCode.DONE

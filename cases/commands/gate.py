"""The gate before every command: who is logged in, and the store as it is opened for them.

Every command of the program is made one of `GatedCommand` where they are joined (`gate_every`); one that
`cases.access.table` does not name is refused to everybody.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer
from typer.core import TyperCommand

from cases.commands.options import setting_of, talk, wording_of
from rules.errors import FaultsError, Message, PatuhError, UsageError

if TYPE_CHECKING:
    from sqlmodel import Session

    from cases.access.identity import Who
    from cases.access.unmaskings import Uncovering
    from rules.configuration import Person
    from rules.run_file import Desk

WHO, ACT, DESK = "patuh.who", "patuh.act", "patuh.desk"
"""Under these the context keeps who is logged in, what is being done, and what the run file says of who works here."""


class GatedCommand(TyperCommand):
    """A command that is run for persons of this office, and for nobody else."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as typer has it
        """Find out who runs it, then run. Raises NotPermittedError."""
        identify(ctx, _command(ctx))
        return super().invoke(ctx)


def gate_every(app: typer.Typer) -> None:
    """Put the gate before every command of `app` and of its groups."""
    for command in app.registered_commands:
        command.cls = GatedCommand
    for group in app.registered_groups:
        if group.typer_instance is not None:
            gate_every(group.typer_instance)


def identify(context: typer.Context, command: str) -> None:
    """Find out who is logged in; commands that are for anybody ask nothing.

    What a service of the case store does is permitted there, not here (`cases.access.gate.permit`).
    """
    from cases.access.identity import admit, identified
    from cases.access.table import COMMANDS, RIGHTS

    act = COMMANDS[command]
    if RIGHTS[act].roles is None:
        return
    context.meta[ACT] = act
    setting, desk = setting_of(context), _desk(context)
    context.meta[DESK] = desk
    url = _store(context, desk)
    login, people = _people(url, desk, setting.user)
    with _refusals_kept(context, url, login):
        who = identified(login, people)
        if RIGHTS[act].at_start:
            admit(who, act)
        _check_uncovering(context, who)
        _own_name(context, who)
    context.meta[WHO] = who
    # Who types sees it; a line in each of a timer's mails would soon be read by nobody.
    if who.person is None and RIGHTS[act].alone and talk().is_terminal:
        told = wording_of(context.params.get("lang"), desk.language).say(
            "This is a desk of one: rules.yaml names no people, so who is logged in may do everything."
        )
        talk().print(told, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def _refusals_kept(context: typer.Context, url: str | None, login: str) -> Iterator[None]:
    """Write down a refusal of the block, for which alone the store is opened, and let it pass."""
    from cases.access.identity import NotPermittedError

    try:
        yield
    except NotPermittedError as refusal:
        from cases.access.gate import keep_refusal
        from cases.access.refusals import Asked

        asked = Asked(login, context.meta[ACT], setting_of(context).now(), context.params.get("number"))
        keep_refusal(url, asked, refusal)
        raise


def _check_uncovering(context: typer.Context, who: "Who") -> None:
    """See that what is to be shown whole may be, and that it is said what for."""
    if "unmask" not in context.params:
        return
    from cases.access.identity import admit
    from cases.access.unmaskings import check_nothing_uncovered, check_purpose

    if context.params["unmask"]:
        admit(who, "unmask")
        check_purpose(who, context.params["purpose"])
    else:
        check_nothing_uncovered(context.params["purpose"])


def _people(url: str | None, desk: "Desk", user: str) -> "tuple[str, Mapping[str, Person] | None]":
    """Return who is logged in and who there is: on PostgreSQL as the database says, else by the operating system."""
    from rules.store_url import is_postgresql

    if url is None or not is_postgresql(url):
        return user, desk.people
    from cases.access.logins import login_of

    login, people = login_of(url)
    return (user, None) if people is None else (login, people)


def _desk(context: typer.Context) -> "Desk":
    """Return what the run file says of who works here; its faults are raised with all others of all files."""
    import rules.load

    config = cast("Path", context.params["config"]).absolute()
    desk, faults = rules.load.load_desk(config)
    if faults:
        raise FaultsError(rules.load.load(config).faults or faults)
    return desk


def _own_name(context: typer.Context, who: "Who") -> None:
    from cases.access.identity import NotPermittedError

    by = context.params.get("by")
    if who.person is None or context.meta.get(ACT) == "coverage" or by in (None, who.login, who.person.name):
        return
    raise NotPermittedError(
        Message("{login} is logged in, and --by names {who}", login=who.login, who=by),
        Message("who acts is who is logged in; nothing was written"),
        Message("leave --by out, or log in as the one who acts"),
    )


def _store(context: typer.Context, desk: "Desk") -> str | None:
    """Return the URL of the store that the command is about; None where none can be named."""
    from rules.store_url import is_postgresql

    url = context.params.get("store") or desk.store
    if not is_postgresql(url):
        return url or None  # a file tells nobody's login: what it is, is seen when it is opened
    from cases.named_store import named_store

    try:
        return named_store(url, desk.store)
    except PatuhError:
        return None


def who_of(context: typer.Context) -> "Who":
    """Return who runs the command."""
    who = context.meta.get(WHO)
    if who is None:
        raise RuntimeError("a command that shows cases runs without the gate")
    return cast("Who", who)


def desk_of(context: typer.Context) -> "Desk":
    """Return what the run file says of who works here."""
    return cast("Desk", context.meta[DESK])


@contextmanager
def opened(context: typer.Context, url: str, *, write: bool = False) -> Iterator["Session"]:
    """Give a session on the store, opened for who runs the command."""
    from cases.access.gate import open_for

    with open_for(url, who_of(context), setting_of(context).now, write=write) as session:
        yield session


def uncover_list(context: typer.Context, url: str, rows: int) -> None:
    """Write down that a list of so many rows is about to be shown uncovered, before any of it is."""
    from cases.access.unmaskings import write_unmasking

    with opened(context, url, write=True) as session:
        write_unmasking(session, _uncovering(context), rows)
        session.commit()


def uncover_case(context: typer.Context, url: str, number: int) -> None:
    """Write into the chain of a case that it is about to be shown uncovered; of no case nothing is written."""
    from cases.access.unmaskings import append_unmasking

    with opened(context, url, write=True) as session:
        append_unmasking(session, number, _uncovering(context), setting_of(context).salt())
        session.commit()


def _uncovering(context: typer.Context) -> "Uncovering":
    from cases.access.unmaskings import Uncovering

    now = setting_of(context).now()
    return Uncovering(now, who_of(context).login, _command(context), context.params["purpose"])


def _command(context: typer.Context) -> str:
    return str(context.command_path.partition(" ")[2])


def actor(context: typer.Context, by: str | None) -> str:
    """Return who acts: who is logged in; at a desk of one, whom --by names."""
    who = who_of(context)
    return who.login if who.person is not None or by is None else by


def regions_of(context: typer.Context) -> tuple[str, ...] | None:
    """Return the regions whose lists the command may show; None: all."""
    person = who_of(context).person
    return None if person is None else person.regions


def whole_nation(context: typer.Context) -> None:
    """Raise UsageError where what comes next cannot be narrowed and the person is for some regions only."""
    regions = regions_of(context)
    if regions is not None:
        who = who_of(context)
        raise UsageError(
            Message("a whole run is for every region, and {login} is for {regions}", login=who.login, regions=regions),
            Message("what it judged elsewhere would be shown with it"),
            Message("give the number of a case in place of the run, or ask somebody with regions: all"),
        )

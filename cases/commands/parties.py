"""`patuh parties`: two parties that turn out to be one, and one that turns out to be two."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cases.commands.gate import actor, opened
from cases.commands.options import RUN_FILE, AsJson, Config, Lang, Limit, Store, output, setting_of, typed
from cases.exit_codes import ExitCode
from rules.errors import Message, UsageError

if TYPE_CHECKING:
    from cases.commands.reading import Reading
    from cases.life.party_acts import PartyDesk, Settled
    from cases.life.splitting import Named

app = typer.Typer(help="Merge parties that are one, split one that is two.")

Reason = Annotated[str, typer.Option("--reason", help="Why; it stays in the files of the cases.")]
By = Annotated[str | None, typer.Option("--by", help="Who acts: a person's name; otherwise the one logged in.")]
Where = tuple[Path, str | None, str | None]
"""The run file, the store and the language, as the options gave them."""


@app.callback()
def _parties() -> None:
    """Merge parties that are one, split one that is two."""


@app.command("list")
def listed(
    context: typer.Context,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """List the pairs of parties that a scan proposes to merge, with what they share."""
    from cases.commands.reading import open_reading
    from cases.party_list import list_proposals
    from cases.party_screen import proposal_table

    reading = open_reading(config, store, lang, setting_of(context).today())
    with opened(context, reading.store) as session:
        page = list_proposals(session, reading.work.book.vocabulary, limit)
    if as_json:
        text = json.dumps(asdict(page), ensure_ascii=False, indent=1)
        output().print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        output().print(proposal_table(page, reading.wording, typed(config, store)))
    return ExitCode.DONE


@app.command("merge")
def merge(
    context: typer.Context,
    numbers: Annotated[
        list[int],
        typer.Argument(
            metavar="PROPOSAL | STAYS GOES", help="A proposal, or the party that stays and the one that goes."
        ),
    ],
    reason: Reason,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Merge two parties: what the one had goes to the other, and of two cases the older goes on."""
    from cases.life.merging import Pair, proposed_pair
    from cases.life.merging import merge as merge_parties
    from cases.party_screen import merged_panel

    if len(numbers) > 2:  # noqa: PLR2004 - a pair
        raise UsageError(
            Message("more than two numbers are named"),
            Message("one proposal, or two parties, can be merged at a time"),
            Message("name a proposal, or the party that stays and the one that goes"),
        )
    reading, settled, desk = _ready(context, (config, store, lang), reason, by)
    with opened(context, reading.store, write=True) as session:
        pair = Pair(*numbers) if numbers[1:] else proposed_pair(session, numbers[0], reading.wording)
        done = merge_parties(session, pair, settled, desk)
    stands = Message("that party {goes} was merged into party {stays} stands", goes=pair.goes, stays=pair.stays)
    output(stands).print(merged_panel(done, reading.wording, typed(config, store)))
    return ExitCode.DONE


@app.command("refuse")
def refuse(
    context: typer.Context,
    proposal: Annotated[int, typer.Argument(help="The proposal's number, as patuh parties list shows it.")],
    reason: Reason,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Say that the parties of a proposal are not one; no scan proposes them again."""
    from cases.life.merging import refuse as refuse_proposal
    from cases.party_screen import refused_panel

    reading, settled, _ = _ready(context, (config, store, lang), reason, by)
    with opened(context, reading.store, write=True) as session:
        pair = refuse_proposal(session, proposal, settled, reading.wording)
    stands = Message("that proposal {number} is refused stands", number=proposal)
    output(stands).print(refused_panel(pair, reading.wording, typed(config, store)))
    return ExitCode.DONE


@app.command("split")
def split(
    context: typer.Context,
    party: Annotated[int, typer.Argument(help="The party's number, as patuh cases show tells it.")],
    identifier: Annotated[
        list[str],
        typer.Option(
            "--identifier", metavar="KIND=VALUE", help="What goes: npwp, nik, nib, npp or source; whole or as shown."
        ),
    ],
    reason: Reason,
    by: By = None,
    config: Config = RUN_FILE,
    store: Store = None,
    lang: Lang = None,
) -> ExitCode:
    """Split a party: the named identifiers and the findings that rest on them go to a new one."""
    from cases.life.splitting import split as split_party
    from cases.party_screen import split_panel

    wanted = tuple(map(_identifier, identifier))
    reading, settled, desk = _ready(context, (config, store, lang), reason, by)
    with opened(context, reading.store, write=True) as session:
        done = split_party(session, party, wanted, settled, desk)
    stands = Message("that party {party} was split off from party {number} stands", party=done.party, number=party)
    output(stands).print(split_panel(done, party, reading.wording, typed(config, store)))
    return ExitCode.DONE


def _identifier(text: str) -> "Named":
    from cases.commands.options import one_of
    from cases.life.splitting import Named
    from cases.parties import KINDS

    kind, sign, value = text.partition("=")
    if not (sign and value):
        raise UsageError(
            Message("--identifier '{text}' is not KIND=VALUE", text=text),
            Message("it names one identifier of the party"),
            Message("write for example --identifier source=employer:WLKP-0001"),
        )
    return Named(one_of("--identifier", kind, KINDS, Message("a party is known by these kinds of identifier")), value)


def _ready(context: typer.Context, where: Where, reason: str, by: str | None) -> "tuple[Reading, Settled, PartyDesk]":
    from cases.commands.reading import open_reading
    from cases.life.party_acts import PartyDesk, Settled
    from cases.service import Act

    setting = setting_of(context)
    now = setting.now()
    reading = open_reading(*where, today=now.date())
    settled = Settled(Act(actor(context, by), now, setting.salt()), reason)
    desk = PartyDesk(reading.wording, reading.work.book.vocabulary, reading.configuration.settle_days)
    return reading, settled, desk

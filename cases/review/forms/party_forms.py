"""The forms of parties: two that are one, proposals of the scan first; and one that is two."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.cells import set_cell_size

from cases.caseload.acts import Merge, RefuseMerge, Split
from cases.inert import inert
from cases.review.forms.act_form import ActForm
from cases.review.forms.desk_forms import heading, reason
from cases.review.forms.question import Choice, Form, Question

if TYPE_CHECKING:
    from cases.caseload.acts import CaseAct
    from cases.caseload.choices import IdentifierChoice
    from cases.party_list import PartyLine, ProposalLine
    from cases.review.forms.act_form import About
    from cases.review.forms.question import Answers
    from cases.wording import Wording

TYPED = "typed"
SAME, NOT_SAME = "same", "not_same"
SIDE = 36
"""Cells of one party where two stand side by side, so that both fit beside 80 columns."""


def pairs(wording: Wording, about: About) -> Form:
    """Ask with which party: one that the scan proposes, or one by its number."""
    say = wording.say
    found = about.choices.proposals if about.choices else ()
    listed = tuple(_proposal(one, wording) for one in found)
    return Form(
        heading(say("Merge"), about, wording),
        (
            Question("pair", say("Which parties"), "choice", say("pairs that share an identifier come from the scan"),
                choices=(*listed, Choice(TYPED, say("another party, by its number")))),
            Question("other", say("Number of the party"), why=say("its number stands in the file of its cases"),
                when=("pair", frozenset({TYPED}))),
        ),
        sends=say("compare"),
    )  # fmt: skip


def _proposal(one: ProposalLine, wording: Wording) -> Choice:
    words = wording.say(
        "{one} ({number}) and {other} ({other_number})",
        one=_name(one.one, wording),
        number=one.one.number,
        other=_name(one.other, wording),
        other_number=one.other.number,
    )
    return Choice(str(one.number), words, f"{one.kind} {one.value}")


def _name(party: PartyLine, wording: Wording) -> str:
    return inert(party.name, 40) if party.name else wording.say("(no name in the registers)")


def compared(one: PartyLine, other: PartyLine, proposal: int | None) -> ActForm:
    """Return the form that shows both side by side and asks whether they are one."""
    return ActForm(
        "merge", partial(_both, one, other, proposal), partial(_settled, proposal), waits=False, blame="stays"
    )


def _both(one: PartyLine, other: PartyLine, proposal: int | None, wording: Wording, about: About) -> Form:
    say = wording.say
    verdicts = [Choice(SAME, say("they are one")), Choice(NOT_SAME, say("they are not one; never propose it again"))]
    keepers = tuple(
        Choice(f"{stays.number}:{goes.number}", say("party {number} stays", number=stays.number), _name(stays, wording))
        for stays, goes in ((one, other), (other, one))
    )
    return Form(
        heading(say("Merge"), about, wording),
        (
            Question("verdict", say("Verdict"), "choice", say("a merge cannot be undone by a key; a split parts them"),
                default=SAME, choices=tuple(verdicts if proposal is not None else verdicts[:1])),
            Question("stays", say("Which stays"), "choice", say("cases and findings of the other go to it"),
                choices=keepers[:1] if proposal is not None else keepers, when=("verdict", frozenset({SAME}))),
            reason(wording),
        ),
        _side_by_side(one, other, wording),
    )  # fmt: skip


def _side_by_side(one: PartyLine, other: PartyLine, wording: Wording) -> tuple[str, ...]:
    say = wording.say

    def lines(party: PartyLine) -> list[str]:
        return [
            say("party {number}", number=party.number),
            _name(party, wording),
            party.kind,
            wording.plural("{count} case", "{count} cases", party.cases),
            wording.plural("{count} finding", "{count} findings", party.findings),
        ]

    return tuple(f"{set_cell_size(left, SIDE)}│ {right}" for left, right in zip(lines(one), lines(other), strict=True))


def _settled(proposal: int | None, answers: Answers, _about: About) -> CaseAct:
    why = answers.text("reason")
    if proposal is not None:
        return RefuseMerge(proposal, why) if answers.text("verdict") == NOT_SAME else Merge(why, proposal)
    stays, _, goes = answers.text("stays").partition(":")
    return Merge(why, stays=int(stays), goes=int(goes))


def _split(wording: Wording, about: About) -> Form:
    say = wording.say
    found = about.choices.identifiers if about.choices else ()
    listed = tuple(_identifier(place, one, wording) for place, one in enumerate(found))
    why = say("what is ticked goes to a new party, with the findings that rest on it")
    return Form(
        heading(say("Split"), about, wording),
        (Question("identifiers", say("What goes"), "tick", why, choices=listed), reason(wording)),
    )


def _identifier(place: int, one: IdentifierChoice, wording: Wording) -> Choice:
    rests = wording.say("findings rest on it") if one.anchors else ""
    return Choice(str(place), f"{one.label} {one.shown}", rests)


def _parted(answers: Answers, about: About) -> CaseAct:
    assert about.choices is not None
    found = about.choices.identifiers
    going = tuple((found[int(place)].kind, found[int(place)].value) for place in answers.ticked("identifiers"))
    return Split(about.choices.party, going, answers.text("reason"))


SPLIT = ActForm("split", _split, _parted, blame="identifiers")

"""The table of moves: every stage, step and move beside an oracle written down by hand."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases.life.moves import (
    KINDS,
    SNOOZE_DAYS,
    CaseState,
    HandedOver,
    Missing,
    Proposed,
    Refused,
    TakenStep,
    Undoes,
    Wanted,
    move,
)
from cases.store.stages import STAGES
from rules.load import load_rule_book

LADDER = load_rule_book()[0].ladder
DAY = date(2026, 6, 30)
PLAIN = CaseState(
    "confirmed", "sanction", "employer", "disnaker", frozenset({"violation"}), frozenset({"registration"}),
    date(2026, 1, 1),
)  # fmt: skip

WALK = ("nothing", "examined", "answered", "warned", "received", "warned again", "received again", "fined", "consulted",
        "withheld")  # fmt: skip
"""How far a case is; each place adds one thing to the one before it."""
ALLOWED = {
    "pemeriksaan": {"nothing"},
    "teguran_1": {"answered"},
    "teguran_2": {"received"},
    "denda": {"received again"},
    "tmp2t": {"consulted"},
    "laporan": {"received again", "fined", "consulted", "withheld"},
}
"""The places, with the time of the last step over, where each step may be taken: the law's order, by hand."""


def at(place: str, over: bool = True) -> CaseState:
    """A case that is so far; `over`: the time of its last step has run out."""
    n = WALK.index(place)
    end = DAY - timedelta(days=1) if over else DAY
    long_ago = date(2026, 2, 1)
    steps: list[TakenStep] = []
    if n >= 1:
        steps.append(TakenStep("pemeriksaan", long_ago))
    if n >= 3:
        steps.append(TakenStep("teguran_1", long_ago, long_ago if n >= 4 else None, None if n < 4 else end))
    if n >= 5:
        steps[-1] = replace(steps[-1], deadline=long_ago)
        steps.append(TakenStep("teguran_2", long_ago, long_ago if n >= 6 else None, None if n < 6 else end))
    if n >= 7:
        steps[-1] = replace(steps[-1], deadline=long_ago)
        steps.append(TakenStep("denda", long_ago, None, end))
    if n >= 9:
        steps[-1] = replace(steps[-1], deadline=long_ago)
        steps.append(TakenStep("tmp2t", long_ago, None, end))
    records = {"examination_report", "employer_answer"} if n >= 2 else set()
    records |= {"inspector_consultation"} if n >= 8 else set()
    return replace(PLAIN, steps=tuple(steps), records=frozenset(records))


@pytest.mark.parametrize("step", [step.id for step in LADDER.steps])
def test_every_stage_and_place_and_step(step: str) -> None:
    for stage, place, over, paused in itertools.product(STAGES, WALK, (True, False), (False, True)):
        state = replace(at(place, over), stage=stage, paused=paused)
        after = move(state, Wanted("step", DAY, step, DAY, alone=True), LADDER)
        waits = not over and place in ("received", "received again", "fined", "consulted", "withheld")
        if step == "laporan" and place in ("fined", "consulted", "withheld"):
            waits = False  # it waits for teguran II alone, whose time is over there
        may = place in ALLOWED[step] and stage in ("confirmed", "referred") and not paused and not waits
        assert isinstance(after, CaseState) is may, (stage, place, over, paused, after)
        if isinstance(after, CaseState):
            assert after == replace(state, steps=(*state.steps, TakenStep(step, DAY)))


def missing(state: CaseState, wanted: Wanted) -> set[Missing]:
    """What a person at a desk of one lacks."""
    after = move(state, replace(wanted, alone=True), LADDER)
    return set(after.missing) if isinstance(after, Refused) else set()


def test_a_refusal_names_all_steps_and_records_at_once() -> None:
    state = replace(PLAIN, stage="flagged")
    assert missing(state, Wanted("step", DAY, "tmp2t", DAY)) == {
        Missing("stage", "confirmed"),
        *(Missing("step", name) for name in ("pemeriksaan", "teguran_1", "teguran_2", "denda")),
        *(Missing("record", name) for name in ("receipt_teguran_2", "denda_letter", "inspector_consultation")),
    }


def test_a_running_time_says_whose_and_until_when() -> None:
    assert missing(at("received again", over=False), Wanted("step", DAY, "denda", DAY)) == {
        Missing("deadline", "teguran_2", DAY)
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stage", STAGES)
def test_which_stage_each_move_begins_in(kind: str, stage: str) -> None:
    """The right state for each move but for its stage."""
    live = {"flagged", "confirmed", "referred"}
    begins = {
        "confirm": {"flagged"}, "redirect": {"confirmed"},
        "step": live - {"flagged"}, "receipt": live, "record": live - {"flagged"},
        "pause": live, "resume": live, "refer": live - {"flagged"}, "referral": {*live, "merged"}, "close": live,
        "assign": live, "note": set(STAGES), "snooze": live, "wake": set(STAGES),
        "propose": live - {"flagged"}, "retract": set(STAGES),
        "waive": set(STAGES), "dismiss": live, "undo": set(STAGES),
    }  # fmt: skip
    states = {
        "redirect": replace(PLAIN, headed="kejaksaan"),
        "receipt": at("warned"),
        "record": at("examined"),
        "resume": replace(PLAIN, paused=True),
        "referral": replace(PLAIN, referrals=(HandedOver("laporan", "handed_over"),)),
        "close": replace(PLAIN, closing=1),
        "wake": replace(PLAIN, hidden_until=DAY),
        "propose": at("received again"),
        "retract": replace(PLAIN, proposed=Proposed("step", "denda", "sari", DAY)),
    }
    names = {
        "step": "pemeriksaan", "receipt": "teguran_1", "record": "employer_answer", "refer": "laporan",
        "referral": "received", "assign": "sari", "propose": "denda",
    }  # fmt: skip
    state = replace(states.get(kind, PLAIN), stage=stage)
    until = DAY if kind == "snooze" else None
    queue = "disnaker" if kind == "redirect" else None
    wanted = Wanted(kind, DAY, names.get(kind, ""), DAY, until, queue, alone=True)  # type: ignore[arg-type]
    wanted = replace(wanted, undoes=Undoes("assigned", "", stage)) if kind == "undo" else wanted
    after = move(state, wanted, LADDER)
    assert isinstance(after, CaseState) is (stage in begins[kind]), after
    if isinstance(after, CaseState):
        ends = {"confirm": "confirmed", "refer": "referred", "close": "resolved", "dismiss": "dismissed"}
        assert after.stage == ends.get(kind, stage)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("findings", [0, 1, 3])
@pytest.mark.parametrize("waived", [0, 2])
def test_what_is_let_be_closes_a_live_case_with_the_last_open_finding(stage: str, findings: int, waived: int) -> None:
    state = replace(PLAIN, stage=stage, findings=findings, waived=waived, natures=frozenset())
    live = stage in ("flagged", "confirmed", "referred")
    for covered in range(findings + 1):
        after = move(state, Wanted("waive", DAY, covered=covered), LADDER)
        if not findings + waived:
            assert after == Refused((Missing("finding"),))
            continue
        closes = live and covered == findings
        expected = replace(state, findings=findings - covered, waived=waived + covered)
        assert after == replace(expected, stage="dismissed" if closes else stage)
    dismissed = move(state, Wanted("dismiss", DAY), LADDER)
    lacks = (*(() if live else (Missing("stage", "live"),)), *(() if findings else (Missing("finding"),)))
    assert dismissed == (Refused(lacks) if lacks else replace(state, findings=0, stage="dismissed"))


@pytest.mark.parametrize(
    ("said", "wanted", "lacks"),
    [
        ({"track": "outreach", "natures": frozenset({"outreach"})}, "pemeriksaan", Missing("outreach")),
        ({"party_kind": "institution"}, "pemeriksaan", Missing("not_reached", "institution")),
        ({"natures": frozenset({"indication"})}, "pemeriksaan", Missing("proof", "violation_proof")),
        ({"natures": frozenset()}, "pemeriksaan", Missing("finding")),
        ({"families": frozenset({"contributions"})}, "denda", Missing("not_covered", "denda")),
    ],
)
def test_what_the_ladder_does_not_reach(said: dict[str, object], wanted: str, lacks: Missing) -> None:
    assert lacks in missing(replace(PLAIN, **said), Wanted("step", DAY, wanted, DAY))  # type: ignore[arg-type]


def test_an_indication_with_proof_is_acted_upon() -> None:
    state = replace(PLAIN, stage="flagged", natures=frozenset({"indication"}))
    proven = move(state, Wanted("record", DAY, "violation_proof", DAY), LADDER)
    assert isinstance(proven, CaseState)
    assert missing(state, Wanted("confirm", DAY)) == {Missing("proof", "violation_proof")}
    assert isinstance(move(proven, Wanted("confirm", DAY), LADDER), CaseState)


ARREARS = replace(at("received again"), families=frozenset({"contributions"}), queue="kejaksaan")


@pytest.mark.parametrize(("way", "other"), [("skk", "pupn"), ("pupn", "skk")])
def test_each_way_of_collecting_closes_the_other(way: str, other: str) -> None:
    gone = move(ARREARS, Wanted("refer", DAY, way, DAY, alone=True), LADDER)
    assert isinstance(gone, CaseState)
    assert missing(gone, Wanted("refer", DAY, other, DAY)) == {Missing("excluded", way)}
    merged = replace(ARREARS, carried=frozenset({way}))
    assert missing(merged, Wanted("refer", DAY, other, DAY)) == {Missing("excluded", way)}


@pytest.mark.parametrize("purpose", ["pemeriksaan", "tmp2t", "skk", "pupn"])
def test_what_waits_for_two_spent_warnings(purpose: str) -> None:
    state = replace(ARREARS, steps=at("received").steps)
    assert Missing("step", "teguran_2") in missing(state, Wanted("refer", DAY, purpose, DAY))
    running = replace(ARREARS, steps=at("received again", over=False).steps)
    assert Missing("deadline", "teguran_2", DAY) in missing(running, Wanted("refer", DAY, purpose, DAY))


def test_warnings_that_a_register_counts_open_the_way_too() -> None:
    state = replace(ARREARS, steps=(), warned=2)
    assert missing(state, Wanted("refer", DAY, "skk", DAY)) == set()
    assert missing(replace(state, queue="disnaker"), Wanted("refer", DAY, "skk", DAY)) == {
        Missing("not_proposed", "kejaksaan")
    }


@pytest.mark.parametrize(
    ("proposed", "queue", "may"),
    [
        ("disnaker", "disnaker", True),
        ("disnaker", "kejaksaan", False),
        ("kejaksaan", "kejaksaan", True),
        ("kejaksaan", "disnaker", True),
    ],
)
def test_only_routing_opens_the_way_to_the_prosecutors(proposed: str, queue: str, may: bool) -> None:
    state = replace(PLAIN, stage="flagged", queue=proposed)
    assert isinstance(move(state, Wanted("confirm", DAY, queue=queue), LADDER), CaseState) is may


@pytest.mark.parametrize("proposed", ["disnaker", "kejaksaan"])
@pytest.mark.parametrize("headed", ["disnaker", "kejaksaan"])
@pytest.mark.parametrize("queue", ["disnaker", "kejaksaan"])
@pytest.mark.parametrize("track", ["sanction", "outreach"])
def test_a_confirmed_case_is_sent_elsewhere_where_it_might_have_been_confirmed_for(
    proposed: str, headed: str, queue: str, track: str
) -> None:
    state = replace(PLAIN, queue=proposed, headed=headed, track=track, proposed=STANDS["by another"])
    lacks = {Missing("headed", queue)} if headed == queue else set()
    if queue == "kejaksaan" and track == "outreach":
        lacks |= {Missing("outreach", queue)}
    elif queue == "kejaksaan" and proposed != queue:
        lacks |= {Missing("not_proposed", queue)}
    wanted = Wanted("redirect", DAY, queue=queue)
    assert missing(state, wanted) == lacks
    if not lacks:
        assert move(state, wanted, LADDER) == replace(state, headed=queue), "what is proposed stands"
    assert Missing("handed_over") in missing(replace(state, stage="referred"), wanted)
    assert Missing("finding") in missing(replace(state, natures=frozenset()), wanted)


FLAGGED = replace(PLAIN, stage="flagged", findings=2)
TAKEN_BACK = {
    "confirmed": (FLAGGED, Wanted("confirm", DAY, queue="disnaker"), {"back": ""}),
    "redirected": (
        replace(PLAIN, headed="kejaksaan"),
        Wanted("redirect", DAY, queue="disnaker"),
        {"back": "kejaksaan"},
    ),
    "assigned": (replace(PLAIN, assigned_to="sari"), Wanted("assign", DAY, "budi"), {"back": "sari"}),
    "snoozed": (PLAIN, Wanted("snooze", DAY, deadline=DAY), {"until": None}),
    "woken": (replace(PLAIN, hidden_until=DAY), Wanted("wake", DAY), {"until": DAY}),
    "waived": (FLAGGED, Wanted("waive", DAY, covered=2), {"back": 2}),
    "dismissed": (FLAGGED, Wanted("dismiss", DAY), {"back": 2}),
}
"""A state, an act on it, and what its event tells of before."""


@pytest.mark.parametrize("kind", TAKEN_BACK)
def test_what_is_private_is_taken_back_by_who_did_it(kind: str) -> None:
    state, wanted, told = TAKEN_BACK[kind]
    after = move(state, wanted, LADDER)
    assert isinstance(after, CaseState)
    undoes = Undoes(kind, "rina", state.stage, **told)  # type: ignore[arg-type]
    undo = Wanted("undo", DAY, who="rina", undoes=undoes)
    assert move(after, undo, LADDER) == state
    flags = {"last": ("not_last", False), "scanned": ("scanned", True), "exported": ("exported", True),
             "kept": ("not_kept", False)}  # fmt: skip
    for chosen in itertools.chain.from_iterable(itertools.combinations(flags, n) for n in range(1, 5)):
        against = replace(undoes, **{name: flags[name][1] for name in chosen})  # type: ignore[arg-type]
        refused = move(after, replace(undo, undoes=against), LADDER)
        assert refused == Refused(tuple(Missing(flags[name][0]) for name in flags if name in chosen))
    assert missing(after, replace(undo, who="tini")) == {Missing("not_own", "rina")}


@pytest.mark.parametrize("kind", ["noted", "step_taken", "step_received", "recorded", "referred", "undone", "opened"])
def test_what_is_on_paper_or_a_scans_is_never_taken_back(kind: str) -> None:
    undoes = Undoes(kind, "rina", "confirmed", last=False, exported=True)
    assert missing(PLAIN, Wanted("undo", DAY, who="rina", undoes=undoes)) == {Missing("not_undoable", kind)}


STATES = ("handed_over", "received", "acted", "answered")


def test_a_referral_goes_from_state_to_state() -> None:
    for stands, wants in itertools.product(STATES, STATES[1:]):
        state = replace(PLAIN, stage="referred", referrals=(HandedOver("laporan", stands),))
        after = move(state, Wanted("referral", DAY, wants, DAY), LADDER)
        assert isinstance(after, CaseState) is (STATES.index(wants) == STATES.index(stands) + 1)


def test_what_is_done_at_the_desk_is_not_done_twice_nor_for_ever() -> None:
    far = DAY + timedelta(days=SNOOZE_DAYS)
    assert move(PLAIN, Wanted("assign", DAY, "sari"), LADDER) == replace(PLAIN, assigned_to="sari")
    assert move(PLAIN, Wanted("snooze", DAY, deadline=far), LADDER) == replace(PLAIN, hidden_until=far)
    assert move(replace(PLAIN, hidden_until=DAY), Wanted("wake", DAY), LADDER) == PLAIN
    assert move(PLAIN, Wanted("note", DAY), LADDER) == PLAIN
    held = replace(PLAIN, assigned_to="sari", hidden_until=DAY - timedelta(days=1))
    assert missing(held, Wanted("assign", DAY, "sari")) == {Missing("assigned", "sari")}
    assert move(held, Wanted("assign", DAY), LADDER) == replace(held, assigned_to="")
    assert missing(PLAIN, Wanted("assign", DAY)) == {Missing("unassigned")}
    assert missing(PLAIN, Wanted("snooze", DAY, deadline=DAY - timedelta(days=1))) == {Missing("until_past", until=DAY)}
    assert missing(PLAIN, Wanted("snooze", DAY, deadline=far + timedelta(days=1))) == {Missing("until_far", until=far)}
    assert missing(held, Wanted("wake", DAY)) == {Missing("not_hidden")}


TWO = {("step", "denda"), ("step", "tmp2t"), ("refer", "skk")}
"""What one person proposes and another confirms, by hand."""
READY = {
    "denda": at("received again"),
    "tmp2t": at("consulted"),
    "laporan": at("received again"),
    "skk": ARREARS,
    "pupn": ARREARS,
}
PAPER = ("D/1", "", "")
STANDS: dict[str, Proposed | None] = {
    "nothing": None,
    "by another": Proposed("step", "", "sari", DAY, PAPER),
    "by the same": Proposed("step", "", "budi", DAY, PAPER),
    "lapsed": Proposed("step", "", "sari", DAY, PAPER, lapsed=True),
    "another paper": Proposed("step", "", "sari", DAY, ("D/2", "", "")),
    "something else": Proposed("step", "teguran_1", "sari", DAY, PAPER),
}
LACKS = {
    "nothing": "not_proposed_by_another",
    "by another": None,
    "by the same": "own_proposal",
    "lapsed": "lapsed",
    "another paper": "other_paper",
    "something else": "not_proposed_by_another",
}


@pytest.mark.parametrize("stands", STANDS)
@pytest.mark.parametrize(
    ("kind", "name"), [("step", "denda"), ("step", "tmp2t"), ("step", "laporan"), ("refer", "skk"), ("refer", "pupn")]
)
def test_who_proposes_does_not_confirm(kind: str, name: str, stands: str) -> None:
    there = STANDS[stands]
    if there is not None and not there.name:
        there = replace(there, kind=kind, name=name)
    state = replace(READY[name], proposed=there)
    wanted = Wanted(kind, DAY, name, DAY, who="budi", paper=PAPER)  # type: ignore[arg-type]
    lacks = LACKS[stands] if (kind, name) in TWO else None
    after = move(state, wanted, LADDER)
    assert ({one.code for one in after.missing} if isinstance(after, Refused) else None) == ({lacks} if lacks else None)
    alone = move(state, replace(wanted, alone=True), LADDER)
    assert isinstance(alone, CaseState)
    for done in (after, alone):
        if isinstance(done, CaseState) and there is not None:
            # what was proposed is done with; anything else lapses, for the case has changed
            assert done.proposed == (None if there.name == name else replace(there, lapsed=True))


def test_a_proposal_is_made_where_the_step_might_be_taken_and_taken_back() -> None:
    wanted = Wanted("propose", DAY, "denda", DAY, who="budi", paper=PAPER, of="step")
    early = move(at("received again", over=False), wanted, LADDER)
    assert early == Refused((Missing("deadline", "teguran_2", DAY),))
    proposed = move(at("received again"), wanted, LADDER)
    assert isinstance(proposed, CaseState)
    assert proposed.proposed == Proposed("step", "denda", "budi", DAY, PAPER)
    assert move(proposed, replace(wanted, who="sari"), LADDER) == Refused((Missing("proposed", "budi"),))
    paused = move(proposed, Wanted("pause", DAY), LADDER)
    assert isinstance(paused, CaseState)
    assert paused.proposed == proposed.proposed
    gone = move(proposed, Wanted("retract", DAY), LADDER)
    assert gone == at("received again")
    assert isinstance(gone, CaseState)
    assert move(gone, Wanted("retract", DAY), LADDER) == Refused((Missing("no_proposal"),))

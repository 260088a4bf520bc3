"""Parties that are merged and split between nights: nothing is lost, nobody is brought back, no clock is moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from cases import service
from cases.life import merging, splitting
from cases.life.merging import Merged, Pair
from cases.life.party_acts import PartyDesk, Settled
from cases.life.record import state_of
from cases.life.refusal import NotAllowedError
from cases.life.splitting import Named, Split
from cases.proof.verify import Fault, verify
from cases.service import Act
from cases.store.chain import Move, append_event
from cases.store.database import open_session
from cases.store.models import Case, CaseStep
from cases.wording import Wording
from rules.load import load_rule_book
from tests.cases.stores import Store, orphans

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

pytestmark = pytest.mark.nights

Say = Callable[..., dict[str, Any]]
DESK = PartyDesk(Wording("en"), load_rule_book()[0].vocabulary, 30)


@dataclass
class Office:
    """A supervisor beside the nights; `day` is the day on which they act."""

    nights: Nights

    def settled(self, day: int, reason: str = "one firm, two numbers") -> Settled:
        moment = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=day)
        return Settled(Act("rina", moment, bytes(32)), reason)

    def do(self, act: Callable[[Session], Any]) -> Any:
        with open_session(self.nights.url, write=True) as session:
            return act(session)

    def merge(self, day: int, stays: int, goes: int) -> Merged:
        done: Merged = self.do(lambda s: merging.merge(s, Pair(stays, goes), self.settled(day), DESK))
        return done

    def split(self, day: int, party: int, *identifiers: str) -> Split:
        named = [Named(*one.split("=", 1)) for one in identifiers]
        done: Split = self.do(lambda s: splitting.split(s, party, named, self.settled(day), DESK))
        return done

    def refused(self, act: Callable[[], Any]) -> NotAllowedError:
        before = self.nights.dump()
        with pytest.raises(NotAllowedError) as caught:
            act()
        assert self.nights.dump() == before
        return caught.value

    def events(self, case: int) -> list[tuple[str, dict[str, Any]]]:
        rows = self.nights.ask(
            "SELECT e.kind, p.payload FROM event e JOIN event_payload p ON p.case_id = e.case_id AND p.seq = e.seq "
            f"WHERE e.case_id = {case} ORDER BY e.seq"
        )
        return [(kind, json.loads(payload)) for kind, payload in rows]

    def heads(self, case: int) -> list[str]:
        return self.nights.ask(f"SELECT hash FROM event WHERE case_id = {case} ORDER BY seq")

    def sound(self) -> None:
        """What holds whatever was done."""
        ask = self.nights.ask
        assert orphans(self.nights.store) == []
        mixed = "SELECT f.id FROM finding f JOIN case_file c ON c.id = f.case_id WHERE f.party_id <> c.party_id"
        assert ask(mixed) == []
        assert ask("SELECT id FROM party p WHERE merged_into IS NOT NULL AND ("
                   "EXISTS (SELECT 1 FROM finding f WHERE f.party_id = p.id) OR "
                   "EXISTS (SELECT 1 FROM case_file c WHERE c.party_id = p.id) OR "
                   "EXISTS (SELECT 1 FROM party_identifier i WHERE i.party_id = p.id) OR "
                   "EXISTS (SELECT 1 FROM party q WHERE q.merged_into = p.id))") == []  # fmt: skip
        assert ask("SELECT party_id, province, track FROM case_file WHERE stage IN ('flagged', 'confirmed', 'referred')"
                   " GROUP BY 1, 2, 3 HAVING count(*) > 1") == []  # fmt: skip
        assert ask("SELECT c.id FROM case_file c WHERE stage = 'merged' AND (merged_into IS NULL "
                   "OR EXISTS (SELECT 1 FROM finding f WHERE f.case_id = c.id))") == []  # fmt: skip
        folder = self.nights.folder / f"audit-{len(list(self.nights.folder.iterdir()))}"
        folder.mkdir()
        assert verify(self.nights.url, self.nights.folder / "anchors", folder).faults == ()


@pytest.fixture
def office(nights: Nights) -> Office:
    return Office(nights)


TWO = (("A", "01"), ("B", "02"))


def two(say: Say, **said: Any) -> list[dict[str, Any]]:
    """Two firms with an NPWP each and one NIB."""
    return [say(subject, npwp=npwp, nib="N", **said) for subject, npwp in TWO]


def test_a_merge_makes_one_party_and_one_case_and_each_chain_names_the_other(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, say("A", npwp="01", nib="N"))
    nights.run(5, *two(say))
    before = {case: office.heads(case)[-1] for case in (1, 2)}
    events = len(nights.ask("SELECT 1 FROM event"))
    assert office.merge(6, 2, 1) == Merged(Pair(2, 1), ((2, 1),), 1)
    assert nights.ask("SELECT id, party_id, stage, merged_into FROM case_file ORDER BY id") == [
        (1, 2, "flagged", None),
        (2, 2, "merged", 1),
    ]
    assert nights.ask("SELECT subject_key, party_id, case_id, moved_on FROM finding ORDER BY 1") == [
        ("A", 2, 1, None),
        ("B", 2, 1, "2026-01-07"),
    ]
    (absorbed, in_keeper), (merged, in_ended) = office.events(1)[-1], office.events(2)[-1]
    assert (absorbed, in_keeper["case"], in_keeper["head"]) == ("absorbed", 2, before[2])
    assert (merged, in_ended["case"], in_ended["head"]) == ("merged", 1, before[1])
    assert in_keeper["reason"] == "one firm, two numbers"
    assert len(nights.ask("SELECT 1 FROM event")) == events + 2
    assert nights.ask("SELECT id, merged_into FROM party ORDER BY id") == [(1, 2), (2, None)]
    assert nights.ask("SELECT party_id, other_party_id, state, decided_by FROM merge_proposal") == [
        (1, 2, "merged", "rina")
    ]
    office.sound()


def test_an_event_that_another_chain_does_not_have_is_named(office: Office, say: Say, tmp_path: Path) -> None:
    office.nights.run(0, *two(say))

    def lies(session: Session) -> None:
        act = office.settled(1).act
        said = {"case": 2, "head": "0" * 64, "reason": '"case":1'}
        append_event(session, session.get_one(Case, 1), Move(act.at, act.who, "absorbed", "flagged", said, act.salt))
        session.commit()

    office.do(lies)
    (tmp_path / "audit").mkdir()
    faults = verify(office.nights.url, office.nights.folder / "anchors", tmp_path / "audit").faults
    assert faults == (Fault("other_missing", 1, 2),)


def test_the_next_scan_brings_nobody_back(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, *two(say))
    office.merge(1, 1, 2)
    again = [*two(say), *two(say, rule="R-2"), say("C", npwp="02"), say("D", nib="N")]
    nights.run(2, *again)
    assert set(nights.ask("SELECT DISTINCT party_id FROM finding")) == {1}
    assert nights.ask("SELECT id FROM case_file WHERE stage <> 'merged'") == [1]
    assert nights.ask("SELECT state FROM merge_proposal") == ["merged"]
    before = nights.dump()
    nights.run(2, *again)
    assert nights.dump() == before
    office.sound()


def test_what_has_no_counterpart_is_handed_over_with_its_stage_and_its_file(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(
        0,
        say("A", npwp="01"),
        say("B", npwp="02", province="31", region="31.71"),
        say("C", npwp="02", rule="KUM", track="outreach"),
    )
    confirm(office, 3, 0)
    step(office, 3, "pemeriksaan", 1)
    assert nights.ask("SELECT province, track, party_id FROM case_file ORDER BY id") == [
        ("19", "outreach", 1),
        ("19", "sanction", 2),
        ("31", "sanction", 1),
    ]
    office.merge(2, 2, 1)
    assert nights.ask("SELECT id, party_id, stage FROM case_file ORDER BY id") == [
        (1, 2, "flagged"),
        (2, 2, "flagged"),
        (3, 2, "confirmed"),
    ]
    assert nights.ask("SELECT case_id FROM event WHERE kind = 'party_merged' ORDER BY 1") == [1, 3]
    assert [one.step for one in state(office, 3).steps] == ["pemeriksaan"]
    office.sound()


def test_a_case_that_is_settling_joins_too_so_that_its_finding_opens_no_second_case(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, *two(say))
    nights.run(3, say("A", npwp="01", nib="N"), outcomes={"B": "pass"})
    assert nights.ask("SELECT stage FROM case_file ORDER BY id") == ["flagged", "resolved"]
    office.merge(4, 1, 2)
    nights.run(5, *two(say))
    assert nights.ask("SELECT id, stage FROM case_file ORDER BY id") == [(1, "flagged"), (2, "merged")]
    assert nights.states() == [("A", 1, "open"), ("B", 1, "open")]
    office.sound()


def confirm(office: Office, case: int, day: int) -> None:
    office.do(lambda session: service.confirm(session, case, office.settled(day).act, DESK.wording))


def step(office: Office, case: int, name: str, day: int) -> None:
    act = office.settled(day).act

    def taken(session: Session) -> None:
        session.add(
            CaseStep(
                id=case,
                case_id=case,
                step=name,
                document="S-1",
                dated=act.at.date(),
                signer="Kepala Kantor",
                who=act.who,
                at=act.at,
            )
        )
        session.commit()

    office.do(taken)


def state(office: Office, case: int) -> Any:
    with open_session(office.nights.url) as session:
        return state_of(session, session.get_one(Case, case))


def test_the_older_ladder_goes_on_and_the_letters_of_the_other_count_no_more(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, say("A", npwp="01", nib="N"))
    nights.run(2, *two(say))
    for case, name in ((1, "pemeriksaan"), (2, "teguran_1")):
        confirm(office, case, 3)
        step(office, case, name, 4)
    office.merge(6, 1, 2)
    joined = state(office, 1)
    assert [one.step for one in joined.steps] == ["pemeriksaan"]
    assert joined.stage == "confirmed"
    assert joined.joined_later, "who confirmed case 1 has not seen the finding of case 2"
    assert state(office, 2).stage == "merged"
    # When what the letter was about is cured, it does not stand for what came later, though that is older than it.
    nights.run(7, say("B", npwp="02", nib="N"), outcomes={"A": "pass"})
    assert state(office, 1).steps == ()
    office.sound()


def test_a_split_opens_a_flagged_case_and_leaves_the_confirmed_one(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, say("A", npwp="01"), say("B", npwp="01"), say("B", npwp="01", rule="R-2"))
    confirm(office, 1, 1)
    step(office, 1, "pemeriksaan", 2)
    before = office.heads(1)[-1]
    assert office.split(3, 1, "source=employer:B") == Split(2, ((1, 2),), 2)
    assert nights.ask("SELECT id, party_id, stage, opened_on FROM case_file ORDER BY id") == [
        (1, 1, "confirmed", "2026-01-01"),
        (2, 2, "flagged", "2026-01-04"),
    ]
    assert nights.ask("SELECT subject_key, rule, party_id, case_id FROM finding ORDER BY 1, 2") == [
        ("A", "R-1", 1, 1),
        ("B", "R-1", 2, 2),
        ("B", "R-2", 2, 2),
    ]
    ((first, origin),) = office.events(2)
    assert (first, origin["case"], origin["head"]) == ("split_from", 1, before)
    assert nights.ask("SELECT from_stage, to_stage FROM event WHERE case_id = 2") == [(None, "flagged")]
    last, went = office.events(1)[-1]
    assert (last, went["case"], went["head"]) == ("split_off", 2, office.heads(2)[0])
    assert state(office, 2).steps == ()
    assert state(office, 2).since == date(2026, 1, 4)
    office.sound()


def test_what_was_split_is_neither_joined_nor_proposed_again(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, say("A", npwp="01", nib="N"), say("B", npwp="01", nib="N"))
    office.split(1, 1, "source=employer:B")
    again = [say(subject, npwp="01", nib="N", rule=rule) for subject in "AB" for rule in ("R-1", "R-2")]
    nights.run(2, *again)
    assert nights.ask("SELECT DISTINCT subject_key, party_id, case_id FROM finding ORDER BY 1") == [
        ("A", 1, 1),
        ("B", 2, 2),
    ]
    assert nights.ask("SELECT party_id, other_party_id, state, reason FROM merge_proposal") == [
        (1, 2, "refused", "one firm, two numbers")
    ]
    assert nights.ask("SELECT id, name FROM party ORDER BY id") == [(1, "PT A"), (2, "PT B")]
    before = nights.dump()
    nights.run(2, *again)
    assert nights.dump() == before
    office.sound()


def test_a_case_that_loses_all_that_was_live_in_it_ends(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, say("A", npwp="01"), say("B", npwp="01"), say("C", npwp="01", province="31", region="31"))
    nights.run(1, say("B", npwp="01"), say("C", npwp="01", province="31", region="31"), outcomes={"A": "pass"})
    office.split(2, 1, "source=employer:B", "source=employer:C", "npwp=01")
    assert nights.ask("SELECT party_id, province, stage FROM case_file ORDER BY 1, 2") == [
        (1, "19", "resolved"),
        (1, "31", "dismissed"),
        (2, "19", "flagged"),
        (2, "31", "flagged"),
    ]
    assert nights.ask("SELECT party_id FROM party_identifier WHERE kind = 'npwp'") == [2]
    office.sound()


def test_a_finding_rests_on_the_key_of_its_party_and_not_on_its_subject(office: Office, say: Say) -> None:
    nights = office.nights
    project = {"fact": "project", "party_kind": "contractor", "npwp": "01"}
    nights.run(0, say("P1", source="contractor:K", **project), say("P2", source="contractor:L", **project))
    office.split(1, 1, "source=contractor:L")
    assert nights.ask("SELECT subject_key, party_id, party_key FROM finding ORDER BY 1") == [
        ("P1", 1, "contractor:K"),
        ("P2", 2, "contractor:L"),
    ]
    assert nights.ask("SELECT kind FROM party ORDER BY id") == ["contractor", "contractor"]


def test_waivers_of_a_subject_go_with_it(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, *two(say))
    for party, subject in ((1, "A"), (2, "B")):
        nights.waive(party, 0, None, subject_key=subject)
    office.merge(1, 1, 2)
    nights.run(2, *two(say))
    assert [state for *_, state in nights.states()] == ["waived", "waived"]
    office.split(3, 1, "source=employer:B")
    assert nights.ask("SELECT subject_key, party_id FROM waiver ORDER BY 1") == [("A", 1), ("B", 3)]
    nights.run(4, *two(say))
    assert [state for *_, state in nights.states()] == ["waived", "waived"]
    office.sound()


def test_a_dismissal_stands_for_both_sides_of_a_split(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, say("A", npwp="01"), say("B", npwp="01"))
    nights.dismiss(1, until=10)
    office.split(1, 1, "source=employer:B")
    assert nights.ask("SELECT stage FROM case_file") == ["dismissed", "dismissed"]
    assert nights.ask("SELECT case_id, until FROM dismissal ORDER BY 1") == [(1, "2026-01-11"), (2, "2026-01-11")]
    nights.run(5, say("A", npwp="01"), say("B", npwp="01"))
    assert {state for *_, state in nights.states()} == {"dismissed"}
    office.sound()


def test_what_cannot_be_merged_is_said_and_nothing_is_written(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, *two(say), say("G", party_kind="group", source="group:G", fact="partner"))
    said = {
        "one": office.refused(lambda: office.merge(1, 1, 1)),
        "none": office.refused(lambda: office.merge(1, 1, 9)),
        "kind": office.refused(lambda: office.merge(1, 1, 3)),
        "reason": office.refused(
            lambda: office.do(lambda s: merging.merge(s, Pair(1, 2), office.settled(1, " "), DESK))
        ),
    }
    assert said["one"].what == "Party 1 cannot be merged into itself."
    assert said["none"].what == "There is no party 9."
    assert said["kind"].what == "Party 1 is of the kind employer, party 3 of the kind group."
    assert "PP 86/2013 do not reach both alike" in said["kind"].why
    assert said["reason"].what == "No reason is given."
    nights.waive(2, 0, None)
    waived = office.refused(lambda: office.merge(1, 1, 2))
    assert waived.what == "Waiver 1 covers every subject of party 2."
    assert waived.why == "merged, it would cover findings that it was not given for"
    assert waived.remedy == "withdraw it, give it anew for the subjects that it is meant for, and merge then"
    nights.change("DELETE FROM waiver")
    office.merge(1, 1, 2)
    gone = office.refused(lambda: office.merge(1, 2, 3))
    assert (gone.what, gone.remedy) == ("Party 2 was merged into party 1.", "name party 1")


def test_what_cannot_be_split_is_said_and_nothing_is_written(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, say("12340001", npwp="01"), say("99990001", npwp="01"))
    said = {
        identifiers: office.refused(lambda names=identifiers: office.split(1, 1, *names))  # type: ignore[misc]
        for identifiers in (
            ("npwp=02",),
            ("npwp=01",),
            ("source=employer:12340001", "source=employer:99990001"),
            ("source=employer:****0001",),
        )
    }
    assert [one.what for one in said.values()] == [
        "Party 1 has no identifier npwp=02.",
        "No register key is named.",
        "No register key would be left to party 1.",
        "Several identifiers of party 1 are shown as source=employer:****0001.",
    ]
    nights.change("UPDATE finding SET party_key = 'employer:99990001' WHERE subject_key = '12340001'")
    none = office.refused(lambda: office.split(1, 1, "source=employer:12340001"))
    every = office.refused(lambda: office.split(1, 1, "source=employer:99990001"))
    assert none.what == "No finding of party 1 rests on what is named."
    assert every.what == "Every finding of party 1 rests on what is named."


def test_an_act_that_dies_half_way_leaves_the_store_as_it_was(
    office: Office, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    office.nights.run(0, *two(say), say("C", npwp="01"))
    before = office.nights.dump()
    for module in (merging, splitting):
        monkeypatch.setattr(module, "decide", dies)
    for act in (lambda: office.merge(1, 1, 2), lambda: office.split(1, 1, "source=employer:C")):
        with pytest.raises(KeyboardInterrupt):
            act()
    assert office.nights.dump() == before


def test_proposals_and_refusals_go_with_a_party(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(
        0,
        say("A", npwp="01"),
        say("B", npwp="02", nib="N"),
        say("C", npwp="03", nib="N", npp="P"),
        say("D", npwp="04", npp="P"),
    )
    assert nights.ask("SELECT party_id, other_party_id FROM merge_proposal ORDER BY 1") == [(2, 3), (3, 4)]
    office.do(lambda s: merging.refuse(s, 1, office.settled(1), DESK.wording))
    decided = office.refused(lambda: office.do(lambda s: merging.refuse(s, 1, office.settled(1), DESK.wording)))
    assert decided.what == "There is no open proposal 1."
    assert decided.remedy == "patuh parties list shows those that are open"
    office.merge(2, 1, 3)
    assert nights.ask("SELECT party_id, other_party_id, state FROM merge_proposal ORDER BY id") == [
        (1, 2, "refused"),
        (1, 4, "proposed"),
        (1, 3, "merged"),
    ]
    office.merge(3, 4, 2)
    assert nights.ask("SELECT party_id, other_party_id, state FROM merge_proposal ORDER BY id") == [
        (1, 2, "replaced"),
        (1, 4, "refused"),
        (1, 3, "merged"),
        (2, 4, "merged"),
    ]


def test_a_party_bears_the_name_that_the_registers_say_now(office: Office, say: Say) -> None:
    nights = office.nights
    nights.run(0, say("A", npwp="01"), say("B", npwp="01"))
    nights.run(1, say("A", npwp="01", party_name="PT Baru"), say("B", npwp="01", party_name=None))
    assert nights.ask("SELECT name FROM party") == ["PT Baru"]
    before = nights.dump()
    nights.run(2, say("A", npwp="01", party_name="PT Lain"), say("B", npwp="01", party_name="PT Baru"))
    assert nights.dump() == before, "one register still says the name"


subjects = st.sampled_from("ABCDEF")
acts = st.one_of(
    st.tuples(st.just("night"), st.sets(subjects, min_size=1), st.sampled_from([1, 1, 12, 40])),
    st.tuples(st.just("merge"), subjects, subjects),
    st.tuples(st.just("split"), subjects, st.just("")),
)
BORNE = {"A": ("01", "N"), "B": ("02", "N"), "C": ("03", "M"), "D": ("03", "M"), "E": (None, "M"), "F": ("04", None)}


@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(plan=st.lists(acts, min_size=5, max_size=7))
def test_whatever_is_merged_and_split_between_nights_nothing_is_lost(
    make_nights: type[Nights], make_store: Callable[..., Store], tmp_path: Path, say: Say, plan: list[Any]
) -> None:
    folder = tmp_path / f"lives-{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    office, day = Office(make_nights(folder, make_store())), 0
    # Where each subject belongs, in plain Python: who was brought together stays so, who was parted too.
    belongs: dict[str, int] = {}
    chains: dict[int, list[str]] = {}
    for kind, one, other in [("night", set("ABCDEF"), 1), *plan, ("night", set("ABCDEF"), 1)]:
        if kind == "night":
            day += other
            violations = [say(name, npwp=BORNE[name][0], nib=BORNE[name][1]) for name in sorted(one)]
            office.nights.run(day, *violations, outcomes={name: "pass" for name in BORNE if name not in one})
        elif kind == "merge" and belongs[one] != belongs[other]:
            office.merge(day, belongs[one], belongs[other])
            belongs = {name: belongs[one] if party == belongs[other] else party for name, party in belongs.items()}
        elif kind == "split" and list(belongs.values()).count(belongs[one]) > 1:
            belongs[one] = office.split(day, belongs[one], f"source=employer:{one}").party
        found = dict(office.nights.ask("SELECT DISTINCT subject_key, party_id FROM finding"))
        assert len(office.nights.ask("SELECT DISTINCT subject_key, party_id FROM finding")) == len(BORNE)
        belongs = belongs or found
        assert found == belongs
        keys = dict(office.nights.ask("SELECT value, party_id FROM party_identifier WHERE kind = 'source'"))
        assert keys == {f"employer:{name}": party for name, party in belongs.items()}
        for case in office.nights.ask("SELECT id FROM case_file"):
            grown = office.heads(case)
            assert grown[: len(chains.get(case, []))] == chains.get(case, [])
            chains[case] = grown
        assert office.nights.ask("SELECT count(*) FROM case_file") == [len(chains)]
    office.sound()

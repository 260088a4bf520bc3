"""Whom a finding is about: strongest identifier first, never a silent merge."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.cases.store.conftest import Nights

Say = Callable[..., dict[str, Any]]


def parties(nights: Nights) -> dict[str, int]:
    return dict(nights.ask("SELECT subject_key, party_id FROM finding"))


def test_findings_of_one_night_meet_on_a_shared_identifier(nights: Nights, say: Say) -> None:
    nights.run(0, say("A", npwp="01"), say("B", npwp="01"), say("C", nib="N", npwp="01"), say("D", nib="N"))
    assert set(parties(nights).values()) == {1}
    assert nights.ask("SELECT kind, value FROM party_identifier ORDER BY 1, 2") == [
        ("nib", "N"),
        ("npwp", "01"),
        ("source", "employer:A"),
        ("source", "employer:B"),
        ("source", "employer:C"),
        ("source", "employer:D"),
    ]
    assert nights.ask("SELECT count(*) FROM merge_proposal") == [0]


def test_a_known_party_is_found_by_a_weaker_identifier_and_learns_the_stronger(nights: Nights, say: Say) -> None:
    nights.run(0, say("A", nib="N"))
    nights.run(1, say("A", nib="N"), say("B", nib="N", npwp="01"))
    nights.run(2, say("A", nib="N"), say("B", nib="N", npwp="01"), say("C", npwp="01"))
    assert set(parties(nights).values()) == {1}
    assert nights.ask("SELECT party_id FROM party_identifier WHERE kind = 'npwp'") == [1]


def test_another_npwp_is_another_taxpayer_and_a_merge_is_only_proposed(nights: Nights, say: Say) -> None:
    nights.run(0, say("A", npwp="01", nib="N"))
    nights.run(1, say("A", npwp="01", nib="N"), say("B", npwp="02", nib="N"))
    assert parties(nights) == {"A": 1, "B": 2}
    assert nights.ask("SELECT party_id, other_party_id, kind, value, state FROM merge_proposal") == [
        (1, 2, "nib", "N", "proposed")
    ]


def test_two_taxpayers_of_one_night_with_one_nib_are_proposed_for_merging(nights: Nights, say: Say) -> None:
    nights.run(0, say("A", npwp="01", nib="N"), say("B", npwp="02", nib="N"))
    assert parties(nights) == {"A": 1, "B": 2}
    assert nights.ask("SELECT party_id, other_party_id FROM merge_proposal") == [(1, 2)]


def test_two_new_npwps_do_not_both_join_a_party_known_by_its_nib(nights: Nights, say: Say) -> None:
    nights.run(0, say("A", nib="N"))
    nights.run(1, say("A", nib="N"), say("B", npwp="01", nib="N"), say("C", npwp="02", nib="N"))
    assert parties(nights) == {"A": 1, "B": 1, "C": 2}
    assert nights.ask("SELECT party_id, other_party_id FROM merge_proposal") == [(1, 2)]


def test_a_finding_that_hits_two_known_parties_stays_with_the_stronger(nights: Nights, say: Say) -> None:
    nights.run(0, say("A", npwp="01"), say("B", npp="P"))
    old = (say("A", npwp="01"), say("B", npp="P"))
    nights.run(1, *old, say("C", npwp="01", npp="P"))
    assert parties(nights) == {"A": 1, "B": 2, "C": 1}
    assert nights.ask("SELECT party_id, other_party_id, kind FROM merge_proposal") == [(1, 2, "npp")]
    nights.run(2, *old, say("C", npwp="01", npp="P"), say("D", npwp="01", npp="P"))
    assert nights.ask("SELECT count(*) FROM merge_proposal") == [1]


def test_the_same_value_of_another_kind_is_another_identifier(nights: Nights, say: Say) -> None:
    nights.run(0, say("A", nib="1"), say("B", npp="1"))
    assert parties(nights) == {"A": 1, "B": 2}


def test_a_contractor_known_as_an_employer_has_one_party_and_one_case(nights: Nights, say: Say) -> None:
    nights.run(
        0,
        say("A", npwp="01", rule="R-1"),
        say("P", npwp="01", rule="R-2", party_kind="contractor", source="contractor:K", fact="project"),
    )
    assert set(parties(nights).values()) == {1}
    assert nights.ask("SELECT count(*) FROM case_file") == [1]

"""What decisions may ask about a case: the closed list of facts, and the check that a case says nothing else.

durable-rules coerces types (`'1' < 2` holds, `True` equals 1) and judges a misspelt fact as an absent one, both without
a word. So everything is checked here, before it is asserted: exact names, exact values, exact types.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from rules.errors import DecisionError, Message

CaseFact = str | int
"""A fact's value: text or a small integer; yes and no are 1 and 0."""

_YES_OR_NO: tuple[CaseFact, ...] = (0, 1)

SIGNATURE_FACTS: Mapping[str, tuple[CaseFact, ...]] = {
    "track": ("sanction", "outreach"),
    "has_registration": _YES_OR_NO,
    "has_contributions": _YES_OR_NO,
    "has_construction": _YES_OR_NO,
    "has_micro": _YES_OR_NO,
    "has_public": _YES_OR_NO,
    "has_withholding": _YES_OR_NO,
    "has_collection": _YES_OR_NO,
    "has_violation": _YES_OR_NO,
    "has_indication": _YES_OR_NO,
    "has_outreach": _YES_OR_NO,
    "severity": (1, 2, 3, 4),
    "findings": (1, 2, 3),
    "party_kind": ("employer", "contractor", "group", "institution", "person", "bank"),
    "stage": ("flagged", "confirmed", "referred"),
    "warnings_spent": (0, 1, 2),
    "instalment_plan_kept": _YES_OR_NO,
    "step": ("none", "pemeriksaan", "teguran_1", "teguran_2", "denda", "tmp2t"),
    "deadline_passed": _YES_OR_NO,
    "denda_unpaid": _YES_OR_NO,
    "inspector_consulted": _YES_OR_NO,
    "reported": _YES_OR_NO,
    "proof_recorded": _YES_OR_NO,
    "skk_issued": _YES_OR_NO,
    "pupn_issued": _YES_OR_NO,
    "repeat_offender": _YES_OR_NO,
}
"""Every fact of a case with every value that it can have; the `facts:` of rules/routing.yaml say the same.

`severity` is the highest of the open findings (1 low to 4 critical), `findings` their number (3: three or more),
`has_…` the families and natures among them, `warnings_spent` the greater of register and ladder. `step` is the last
step of the sanction ladder that stands complete, with its documents; `deadline_passed` is of that step.
"""


def is_known(fact: str, value: object) -> bool:
    """Whether `value` is one of the values of `fact`, of the same type: `True` is not 1, `'1'` is not 1."""
    return any(type(value) is type(known) and value == known for known in SIGNATURE_FACTS.get(fact, ()))


def nearest(name: str) -> str:
    """The end of a sentence about an unknown fact: the nearest name there is, or all of them."""
    close = get_close_matches(name, SIGNATURE_FACTS, n=1)
    return f"did you mean {close[0]}?" if close else f"the facts are {', '.join(SIGNATURE_FACTS)}"


def check_signatures(signatures: Sequence[Mapping[str, CaseFact]]) -> None:
    """Raise DecisionError with every fact of every signature that is unknown, missing or has an unknown value."""
    wrong = [line for number, case in enumerate(signatures) for line in _wrong_in(number, case)]
    if wrong:
        shown = "\n      ".join(wrong[:20]) + (f"\n      … and {len(wrong) - 20} more" if len(wrong) > 20 else "")  # noqa: PLR2004
        raise DecisionError(
            Message(
                "{wrong} facts of cases are outside the vocabulary of decisions:\n      {shown}",
                wrong=len(wrong),
                shown=shown,
            ),
            Message("a fact that no decision knows would be judged as absent, and the case sent the wrong way"),
            Message(
                "correct what makes the signatures, "
                "or extend SIGNATURE_FACTS and the facts of rules/routing.yaml together"
            ),
        )


def _wrong_in(number: int, case: Mapping[str, CaseFact]) -> list[str]:
    unknown = [
        f"signature {number}: unknown fact {name!r}; {nearest(name)}" for name in case if name not in SIGNATURE_FACTS
    ]
    missing = [f"signature {number}: {name} is missing" for name in SIGNATURE_FACTS if name not in case]
    values = [
        f"signature {number}: {name} is {case[name]!r}, not one of {', '.join(map(repr, known))}"
        for name, known in SIGNATURE_FACTS.items()
        if name in case and not is_known(name, case[name])
    ]
    return unknown + missing + values

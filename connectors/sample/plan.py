"""What is planted, and with which answer: the truth of the sample, written down before any row is made.

Every subject is generated as one class. The class fixes how its rows look in every register and, by being planned so,
what a scan must say about it. Nobody evaluates a condition to know it. Classes of projects, of people and of months
stand in modules of their own; `CLASSES` gathers all.
"""

from collections.abc import Mapping

from connectors.sample.plan_months import CONTRIBUTIONS, WAGES
from connectors.sample.plan_people import COHORTS, DEBTORS, MEMBERS, PARTICIPANTS, PARTNERS
from connectors.sample.plan_projects import PROJECTS
from connectors.sample.planted import Blame, Planted, blamed

PWBD, PDS, PROG, TIER, IUR = "PWBD-01", "PDS-TK-01", "PDS-PROG-01", "IUR-02", "IUR-03"
MEMBERS_RULES = (PDS, PROG, TIER, IUR)
"""The rules that apply to private employers who are members."""


def _all_employer_rules(source: str, reason: str) -> dict[str, Blame]:
    return blamed(source, reason, PWBD, *MEMBERS_RULES)


_OWN_KEY = _all_employer_rules("membership", "own_key")
_BRANCHES = blamed("contributions", "own_key", TIER, IUR)
_SHARED = _all_employer_rules("membership", "shared_key")

EMPLOYERS: tuple[Planted, ...] = (
    # Two employers that give one taxpayer number: nobody can say whose membership it is.
    Planted("shared_key", 20, unknown=_SHARED),
    Planted("shared_key_twin", 0, unknown=_SHARED),
    Planted("registered", 0),
    Planted("registered_more", 300),
    Planted("no_workers", 1000),
    Planted("no_workers_own_key", 30, unknown=blamed("membership", "own_key", *MEMBERS_RULES)),
    Planted("not_member", 330, (PWBD,)),
    Planted("not_member_one_worker", 50, (PWBD,)),
    Planted("not_member_15_digits", 20, (PWBD,)),
    Planted("not_member_counted_first_day", 10, (PWBD,)),
    Planted("not_member_counted_before", 10, unknown={PWBD: Blame("", "said")}),
    Planted("count_day_not_said", 10, unknown=blamed("wlkp", "said", PWBD, PDS)),
    Planted("registered_15_digits", 100),
    Planted("state_not_member", 60),
    Planted("state_partly", 60),
    Planted("kind_not_said", 20, unknown={PWBD: Blame("wlkp", "said")}),
    Planted("kind_not_said_member", 20, unknown=_all_employer_rules("wlkp", "said")),
    Planted("workers_not_said", 40, unknown={PWBD: Blame("wlkp", "said")}),
    Planted("workers_not_said_member", 40, unknown={PDS: Blame("wlkp", "said")}),
    Planted("npwp_null", 40, unknown=_OWN_KEY),
    Planted("npwp_malformed", 20, unknown=_OWN_KEY),
    Planted("npwp_zero", 5, unknown=_OWN_KEY),
    Planted("npwp_contradictory", 20, unknown=_OWN_KEY),
    Planted("membership_rejected", 5, unknown=_all_employer_rules("membership", "rejected_row"), rejected=True),
    Planted("wlkp_rejected", 5, rejected=True),
    Planted("partly", 280, (PDS,)),
    Planted("partly_by_one_gap_90", 20, (PDS,)),
    Planted("partly_gap_91", 20, unknown={PDS: Blame("", "said")}),
    Planted("partly_year_apart", 60, unknown={PDS: Blame("", "said")}),
    Planted("membership_undated", 10, unknown={PDS: Blame("membership", "said")}),
    Planted("registered_not_said", 10, unknown={PDS: Blame("membership", "said")}),
    # Several memberships (branches) of one taxpayer: only their sum says how many are registered.
    Planted("branches", 60, unknown=_BRANCHES),
    Planted("branches_partly", 40, (PDS,), unknown=_BRANCHES),
    Planted("branches_not_said", 5, unknown={PDS: Blame("membership", "said"), **_BRANCHES}),
    # Several head counts (offices) of one employer: only their sum says how many work there.
    Planted("offices", 30),
    Planted("offices_partly", 30, (PDS,)),
    Planted("offices_not_said", 5, unknown={PDS: Blame("wlkp", "said")}),
    Planted("offices_disagree", 5, unknown=_all_employer_rules("wlkp", "said")),
    Planted("arrears", 170, (IUR,)),
    Planted("arrears_seven_months", 20, (IUR,)),
    Planted("arrears_six_months", 60, (TIER,)),
    Planted("arrears_four_months", 40, (TIER,)),
    Planted("arrears_three_months", 40),
    Planted("arrears_five_plan_kept", 10),
    Planted("arrears_five_plan_not_said", 5, unknown={TIER: Blame("contributions", "said")}),
    Planted("arrears_warned_twice", 50, (IUR,)),
    Planted("arrears_plan_kept", 60),
    Planted("arrears_plan_not_said", 10, unknown={IUR: Blame("contributions", "said")}),
    Planted("months_not_said", 10, unknown=blamed("contributions", "said", TIER, IUR)),
    Planted("months_not_said_plan_kept", 5),
    Planted("ledger_missing", 20, unknown=blamed("contributions", "absent", TIER, IUR)),
    Planted("ledger_twice", 5, unknown=blamed("contributions", "duplicate_rows", TIER, IUR)),
    Planted("ledger_rejected", 5, unknown=blamed("contributions", "rejected_row", TIER, IUR), rejected=True),
    Planted("partly_in_arrears", 40, (PDS, IUR)),
    # Fewer programmes than the scale of the business makes mandatory, and just as many.
    Planted("programmes_without_jp", 60, (PROG,)),
    Planted("programmes_without_jht", 40, (PROG,)),
    Planted("programmes_without_jkm", 20, (PROG,)),
    Planted("programmes_micro", 100),
    Planted("programmes_small", 100),
    Planted("programmes_past_pension_age", 20),
    Planted("programmes_not_said", 10, unknown={PROG: Blame("membership", "said")}),
    Planted("programmes_age_not_said", 10, unknown={PROG: Blame("membership", "said")}),
    Planted("programmes_scale_not_said", 10, unknown={PROG: Blame("wlkp", "said")}),
    Planted("programmes_all_scale_not_said", 10),
)

NOT_MEMBERS = (
    "no_workers",
    "no_workers_own_key",
    "not_member",
    "not_member_one_worker",
    "not_member_15_digits",
    "not_member_counted_first_day",
    "not_member_counted_before",
    "state_not_member",
    "kind_not_said",
    "workers_not_said",
    "npwp_null",
    "npwp_malformed",
    "npwp_zero",
    "shared_key_twin",
)
"""Employer classes without a row of their own in the membership register."""

CLASSES: Mapping[str, tuple[Planted, ...]] = {
    "employer": EMPLOYERS,
    "project": PROJECTS,
    "partner": PARTNERS,
    "contribution": CONTRIBUTIONS,
    "wage": WAGES,
    "participant": PARTICIPANTS,
    "debtor": DEBTORS,
    "cohort": COHORTS,
    "cohort_member": MEMBERS,
}
"""The classes of each fact; the first subjects of a fact are one of each."""

REJECTS_FROM, REJECTS_AMONG = 600, 100
"""Employers, and subjects of the fact, from which on rejected rows are planted: in fewer, one would be more than a gate
lets pass."""

LEFT_OVER: Mapping[str, str] = {
    "employer": "registered",
    "project": "registered",
    "partner": "covered",
    "contribution": "paid",
    "wage": "fair",
    "participant": "billed_right",
    "debtor": "covered",
    "cohort": "funded",
    "cohort_member": "active",
}
"""The class of a fact that most subjects have."""

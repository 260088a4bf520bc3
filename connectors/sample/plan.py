"""What is planted, and with which answer: the truth of the sample, written down before any row is made.

Every subject is generated as one class. The class fixes how its rows look in every register and, by being planned so,
what a scan must say about it. Nobody evaluates a condition to know it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

PWBD, PDS, IUR, JAKON, KUM = "PWBD-01", "PDS-TK-01", "IUR-03", "JAKON-01", "KUM-01"


@dataclass(frozen=True)
class Blame:
    """Why a rule cannot answer: the source, and a name of `connectors.landed.Standing` in lower case.

    `said` means that the source has the row but not the value; source '' that a `needs` line itself did not hold.
    """

    source: str
    reason: str


@dataclass(frozen=True)
class Planted:
    """One class of subjects; `weight` in 10,000; what the weights leave over is `LEFT_OVER`.

    `violations`: the rules that must flag it. `unknown`: the rules that must not answer, with the source to blame.
    Every other rule on this fact must pass it or not apply. `rejected`: a row of it is rejected by landing; planted
    only where such rows stay below the share at which a gate refuses the whole source.
    """

    name: str
    weight: int
    violations: tuple[str, ...] = ()
    unknown: Mapping[str, Blame] = field(default_factory=dict)
    rejected: bool = False


def _all_employer_rules(source: str, reason: str) -> dict[str, Blame]:
    return {rule: Blame(source, reason) for rule in (PWBD, PDS, IUR)}


_OWN_KEY = _all_employer_rules("membership", "own_key")
_SHARED = _all_employer_rules("membership", "shared_key")

EMPLOYERS: tuple[Planted, ...] = (
    # Two employers that give one taxpayer number: nobody can say whose membership it is.
    Planted("shared_key", 20, unknown=_SHARED),
    Planted("shared_key_twin", 0, unknown=_SHARED),
    Planted("registered", 0),
    Planted("registered_more", 300),
    Planted("no_workers", 1000),
    Planted("no_workers_own_key", 30, unknown={rule: _OWN_KEY[rule] for rule in (PDS, IUR)}),
    Planted("not_member", 330, (PWBD,)),
    Planted("not_member_one_worker", 50, (PWBD,)),
    Planted("not_member_15_digits", 20, (PWBD,)),
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
    Planted("branches", 60, unknown={IUR: Blame("contributions", "own_key")}),
    Planted("branches_partly", 40, (PDS,), unknown={IUR: Blame("contributions", "own_key")}),
    Planted("branches_not_said", 5, unknown={PDS: Blame("membership", "said"), IUR: Blame("contributions", "own_key")}),
    # Several head counts (offices) of one employer: only their sum says how many work there.
    Planted("offices", 30),
    Planted("offices_partly", 30, (PDS,)),
    Planted("offices_not_said", 5, unknown={PDS: Blame("wlkp", "said")}),
    Planted("offices_disagree", 5, unknown=_all_employer_rules("wlkp", "said")),
    Planted("arrears", 170, (IUR,)),
    Planted("arrears_seven_months", 20, (IUR,)),
    Planted("arrears_six_months", 60),
    Planted("arrears_warned_twice", 50, (IUR,)),
    Planted("arrears_plan_kept", 60),
    Planted("arrears_plan_not_said", 10, unknown={IUR: Blame("contributions", "said")}),
    Planted("months_not_said", 10, unknown={IUR: Blame("contributions", "said")}),
    Planted("months_not_said_plan_kept", 5),
    Planted("ledger_missing", 20, unknown={IUR: Blame("contributions", "absent")}),
    Planted("ledger_twice", 5, unknown={IUR: Blame("contributions", "duplicate_rows")}),
    Planted("ledger_rejected", 5, unknown={IUR: Blame("contributions", "rejected_row")}, rejected=True),
    Planted("partly_in_arrears", 40, (PDS, IUR)),
)

NOT_MEMBERS = (
    "no_workers",
    "no_workers_own_key",
    "not_member",
    "not_member_one_worker",
    "not_member_15_digits",
    "state_not_member",
    "kind_not_said",
    "workers_not_said",
    "npwp_null",
    "npwp_malformed",
    "npwp_zero",
    "shared_key_twin",
)
"""Employer classes without a row of their own in the membership register."""

PROJECTS: tuple[Planted, ...] = (
    Planted("registered", 0),
    Planted("registered_late", 300),
    Planted("in_time", 600),
    Planted("signed_today", 20),
    Planted("deadline_today", 20),
    Planted("deadline_passed", 20, (JAKON,)),
    Planted("overdue", 250, (JAKON,)),
    Planted("overdue_ended", 120, (JAKON,)),
    Planted("overdue_handed_over", 60, (JAKON,)),
    Planted("overdue_no_order", 50, (JAKON,)),
    Planted("other_kind", 1200),
    Planted("other_fund", 900),
    Planted("running", 500),
    Planted("failed", 100),
    Planted("cancelled", 100),
    Planted("awarded_no_contract", 400, unknown={JAKON: Blame("", "said")}),
    Planted("finished_no_contract", 20, unknown={JAKON: Blame("", "said")}),
    Planted("fund_not_said", 10, unknown={JAKON: Blame("projects", "said")}),
    Planted("kind_not_said", 10, unknown={JAKON: Blame("projects", "said")}),
    Planted("stage_not_said", 10, unknown={JAKON: Blame("projects", "said")}),
    Planted("number_not_said", 10, unknown={JAKON: Blame("project_register", "own_key")}),
    Planted("register_twice", 10, unknown={JAKON: Blame("project_register", "duplicate_rows")}),
    Planted("register_rejected", 10, unknown={JAKON: Blame("project_register", "rejected_row")}, rejected=True),
    Planted("project_rejected", 10, rejected=True),
)

PARTNERS: tuple[Planted, ...] = (
    Planted("covered", 0),
    Planted("cover_ends_today", 10),
    Planted("lapsed", 30, (KUM,)),
    Planted("never_covered", 20, (KUM,)),
    Planted("lapsed_wage_earner", 150),
    Planted("never_wage_earner", 300),
    Planted("lapsed_two_jobs", 20),
    Planted("lapsed_job_ended", 10, (KUM,)),
    Planted("never_job_ended", 5, (KUM,)),
    Planted("covered_job_ended", 400),
    Planted("nik_null", 20, unknown={KUM: Blame("bpu", "own_key")}),
    Planted("nik_malformed", 10, unknown={KUM: Blame("bpu", "own_key")}),
    Planted("cover_twice", 5, unknown={KUM: Blame("bpu", "duplicate_rows")}),
    Planted("job_rejected", 5, unknown={KUM: Blame("wage_earners", "rejected_row")}, rejected=True),
    Planted("partner_rejected", 3, rejected=True),
)

REJECTS_FROM = 600
"""Employers from which on rejected rows are planted: in fewer, one would be more than a gate lets pass."""

LEFT_OVER: Mapping[str, str] = {"employer": "registered", "project": "registered", "partner": "covered"}
"""The class of a fact that most subjects have."""

NEGLECTED_PARTNERS: Mapping[str, int] = {"lapsed": 2500, "never_covered": 1500}
"""Weights in a neglected group (one in 25): what is left over is covered."""

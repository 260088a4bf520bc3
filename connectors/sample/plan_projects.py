"""The classes of packages and projects."""

from connectors.sample.planted import Blame, Planted, blamed

FORM, BY_VALUE, BY_WAGES, LARGE = "JAKON-01", "JAKON-02", "JAKON-02-UPAH", "JAKON-02-BESAR"
ADDENDUM, COVER, WORKERS, PAYMENT = "JAKON-03", "JAKON-04", "JAKON-05", "JAKON-06"
_REGISTERED_RULES = (BY_VALUE, BY_WAGES, ADDENDUM, COVER, WORKERS)
# A package without a contract has no number by which its registration could be found.
_NO_NUMBER = blamed("project_register", "own_key", *_REGISTERED_RULES, LARGE)
_NO_CONTRACT = {FORM: Blame("projects", "said"), **_NO_NUMBER}


def _unregistered(reason: str) -> dict[str, Blame]:
    """Whether it is registered cannot be said; it is below 5 billion, which JAKON-02-BESAR alone need not ask."""
    return blamed("project_register", reason, FORM, *_REGISTERED_RULES)


CONTRACTS: tuple[Planted, ...] = (
    Planted("registered", 0),
    Planted("registered_late", 300),
    Planted("in_time", 600),
    Planted("signed_today", 20),
    Planted("deadline_today", 20),
    Planted("deadline_passed", 20, (FORM,)),
    Planted("overdue", 250, (FORM,)),
    Planted("overdue_ended", 120, (FORM,)),
    Planted("overdue_handed_over", 60, (FORM,)),
    Planted("overdue_no_order", 50, (FORM,)),
    Planted("other_kind", 1200),
    Planted("other_fund", 900),
    Planted("running", 500, unknown=_NO_NUMBER),
    Planted("failed", 100, unknown=_NO_NUMBER),
    Planted("cancelled", 100, unknown=_NO_NUMBER),
    Planted("awarded_no_contract", 400, unknown=_NO_CONTRACT),
    Planted("finished_no_contract", 20, unknown=_NO_CONTRACT),
    Planted("fund_not_said", 10, unknown={FORM: Blame("projects", "said")}),
    Planted("kind_not_said", 10, unknown={FORM: Blame("projects", "said")}),
    Planted("stage_not_said", 10, unknown={FORM: Blame("projects", "said")}),
    Planted("number_not_said", 10, unknown=_unregistered("own_key")),
    Planted("register_twice", 10, unknown=_unregistered("duplicate_rows")),
    Planted("register_rejected", 10, unknown=_unregistered("rejected_row"), rejected=True),
    Planted("project_rejected", 10, rejected=True),
)

REGISTERED: tuple[Planted, ...] = (
    # What a registered project pays, on its contract value or on its wages.
    Planted("paid_slice_within_tolerance", 100),
    Planted("paid_slice_past_tolerance", 60, (BY_VALUE,)),
    Planted("underpaid", 150, (BY_VALUE,)),
    Planted("nothing_paid", 50, (BY_VALUE,)),
    Planted("paid_not_said", 10, unknown={BY_VALUE: Blame("project_register", "said")}),
    Planted("paid_basis_not_said", 10, unknown=blamed("project_register", "said", BY_VALUE, BY_WAGES)),
    Planted("paid_value_not_said", 10, unknown=blamed("projects", "said", BY_VALUE, LARGE, ADDENDUM)),
    Planted("paid_by_wages", 300),
    Planted("paid_by_wages_within_tolerance", 30),
    Planted("paid_by_wages_past_tolerance", 20, (BY_WAGES,)),
    Planted("paid_by_wages_too_little", 60, (BY_WAGES,)),
    Planted("paid_by_wages_not_said", 10, unknown={BY_WAGES: Blame("project_register", "said")}),
    # Above 5 billion the JKM rate is not confirmed: JAKON-02 asks for the least that is due.
    Planted("large_within_tolerance", 100),
    Planted("large_past_tolerance", 30, (LARGE,)),
    Planted("large_least_within_tolerance", 30, (LARGE,)),
    Planted("large_least_past_tolerance", 10, (LARGE, BY_VALUE)),
    Planted("large_paid_not_said", 5, unknown=blamed("project_register", "said", BY_VALUE, LARGE)),
    Planted("value_raised_by_one", 60, (ADDENDUM,)),
    Planted("value_raised_since", 40, (ADDENDUM,)),
    Planted("value_lowered", 40),
    Planted("value_registered_not_said", 10, unknown=blamed("project_register", "said", ADDENDUM, BY_VALUE)),
    Planted("cover_ends_with_the_works", 100),
    Planted("cover_ends_the_day_before", 60, (COVER,)),
    Planted("cover_handed_over_on_its_last_day", 20),
    Planted("cover_handed_over_a_day_later", 20, (COVER,)),
    Planted("cover_not_said", 10, unknown={COVER: Blame("project_register", "said")}),
    Planted("workers_list_overdue", 80, (WORKERS,)),
    Planted("workers_list_passed", 20, (WORKERS,)),
    Planted("workers_list_today", 20),
    Planted("workers_not_said", 10, unknown={WORKERS: Blame("project_register", "said")}),
    Planted("workers_not_said_in_time", 10),
    Planted("workers_registration_not_said", 10, unknown={WORKERS: Blame("project_register", "said")}),
    Planted("payment_without_proof", 60, (PAYMENT,)),
    Planted("payment_proof_refused", 20, (PAYMENT,)),
    Planted("payment_proof_blank", 10, (PAYMENT,)),
    Planted("payment_with_proof", 400),
    Planted("payment_without_proof_other_fund", 20),
    Planted("payment_on_the_first_day_of_the_law", 10, (PAYMENT,)),
    Planted("payment_before_the_law", 10),
    Planted("payment_fund_not_said", 10, unknown=blamed("projects", "said", FORM, PAYMENT)),
    Planted("payment_proof_twice", 10, unknown={PAYMENT: Blame("payment_proofs", "duplicate_rows")}),
)

PROJECTS = CONTRACTS + REGISTERED

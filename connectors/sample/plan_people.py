"""The classes of people: members of micro-business groups, the self-employed, debtors, people on lists."""

from connectors.sample.planted import Blame, Planted, blamed

KUM, REMINDER, TARIFF, LOAN = "KUM-01", "BPU-01", "BPU-02", "KUR-01"
STAFF, FUNDED, VILLAGE, ELECTION = "NASN-01", "DANA-01", "DESA-01", "PEMILU-01"

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

_BPU = Blame("bpu_bills", "said")

PARTICIPANTS: tuple[Planted, ...] = (
    Planted("billed_right", 0),
    Planted("billed_right_transport", 1500),
    Planted("billed_right_from_apbd", 800),
    Planted("billed_right_from_apbn_sector_not_said", 50),
    Planted("billed_right_half_a_rupiah_up", 50),
    # Either side of the day on which a sector's relief begins.
    Planted("billed_right_in_march", 50),
    Planted("billed_right_transport_in_january", 50),
    Planted("billed_before_the_relief", 50),
    Planted("billed_other_period", 150, (TARIFF,)),
    Planted("billed_other_period_transport", 50, (TARIFF,)),
    Planted("billed_one_rupiah_more", 20, (TARIFF,)),
    Planted("billed_half_from_apbd", 20, (TARIFF,)),
    Planted("billed_sector_not_said", 20, unknown={TARIFF: _BPU}),
    Planted("billed_payer_not_said", 20, unknown={TARIFF: _BPU}),
    Planted("billed_income_not_said", 20, unknown={TARIFF: _BPU}),
    Planted("bill_not_said", 20, unknown={TARIFF: _BPU}),
    Planted("bill_month_not_said", 10, unknown={TARIFF: _BPU}),
    Planted("unpaid_one_month", 400, (REMINDER,)),
    Planted("unpaid_three_months", 200, (REMINDER,)),
    Planted("unpaid_four_months", 100, (REMINDER,)),
    Planted("unpaid_and_billed_wrongly", 20, (REMINDER, TARIFF)),
    Planted("unpaid_not_said", 20, unknown={REMINDER: _BPU}),
    Planted("row_twice", 10, unknown=blamed("bpu_bills", "duplicate_rows", REMINDER, TARIFF)),
    Planted("row_rejected", 5, rejected=True),
)

DEBTORS: tuple[Planted, ...] = (
    Planted("covered", 0),
    Planted("covered_special", 1500),
    Planted("never_covered", 1000, (LOAN,)),
    Planted("never_covered_special", 300, (LOAN,)),
    Planted("without_jkm", 200, (LOAN,)),
    Planted("without_jkk", 200, (LOAN,)),
    Planted("one_rupiah_above", 50, (LOAN,)),
    Planted("never_covered_at_the_threshold", 200),
    Planted("never_covered_micro", 1000),
    Planted("granted_on_the_first_day", 50, (LOAN,)),
    Planted("granted_the_day_before", 50),
    Planted("granted_not_said", 20, unknown={LOAN: Blame("", "said")}),
    Planted("ceiling_not_said", 20, unknown={LOAN: Blame("kur", "said")}),
    Planted("kind_not_said", 20, unknown={LOAN: Blame("kur", "said")}),
    Planted("nik_null", 20, unknown={LOAN: Blame("kur_cover", "own_key")}),
    Planted("nik_malformed", 20, unknown={LOAN: Blame("kur_cover", "own_key")}),
    Planted("cover_twice", 20, unknown={LOAN: Blame("kur_cover", "duplicate_rows")}),
    Planted("cover_rejected", 10, unknown={LOAN: Blame("kur_cover", "rejected_row")}, rejected=True),
)

_COUNT = Blame("cohorts", "said")

COHORTS: tuple[Planted, ...] = (
    Planted("funded", 0),
    Planted("funded_until_today", 200),
    Planted("funded_until_yesterday", 200, (FUNDED,)),
    Planted("ended", 1000, (FUNDED,)),
    Planted("ended_thousands", 200, (FUNDED,)),
    Planted("never_covered", 300),
    Planted("funded_number_not_said", 50, unknown={FUNDED: _COUNT}),
    Planted("ended_nobody_left", 200),
    Planted("ended_number_not_said", 100, unknown={FUNDED: _COUNT}),
    Planted("staff_complete", 1500),
    Planted("staff_without_jht", 500, (STAFF,)),
    Planted("staff_some_without_jkk", 200, (STAFF,)),
    Planted("staff_one_without_jkm", 200, (STAFF,)),
    Planted("staff_deadline_passed", 100, (STAFF,)),
    Planted("staff_deadline_today", 100),
    Planted("staff_in_time", 300),
    Planted("staff_without_jht_ended", 100, (STAFF, FUNDED)),
    Planted("staff_forms_not_said", 100, unknown={STAFF: _COUNT}),
    Planted("staff_jht_not_said", 100, unknown={STAFF: _COUNT}),
    Planted("staff_jht_not_said_jkk_missing", 50, (STAFF,)),
    Planted("staff_jht_not_said_in_time", 50),
    Planted("kind_not_said", 50, unknown={STAFF: _COUNT}),
    Planted("row_twice", 20, unknown=blamed("cohorts", "duplicate_rows", STAFF, FUNDED)),
    Planted("row_rejected", 5, rejected=True),
)

MEMBERS: tuple[Planted, ...] = (
    Planted("active", 0),
    Planted("active_election", 1000),
    Planted("lapsed_village_head", 20, (VILLAGE,)),
    Planted("lapsed_village_official", 200, (VILLAGE,)),
    Planted("lapsed_bpd", 200, (VILLAGE,)),
    Planted("lapsed_rt_rw", 400, (VILLAGE,)),
    Planted("never_registered", 600, (VILLAGE,)),
    Planted("lapsed_election", 100, (ELECTION,)),
    Planted("never_registered_election", 200, (ELECTION,)),
    Planted("lapsed_non_asn", 200),
    Planted("never_registered_vulnerable", 500),
    Planted("kind_not_said", 20, unknown=blamed("lists", "said", VILLAGE, ELECTION)),
    Planted("nik_null", 20, unknown={VILLAGE: Blame("list_cover", "own_key")}),
    Planted("nik_malformed_election", 20, unknown={ELECTION: Blame("list_cover", "own_key")}),
    Planted("cover_twice", 20, unknown={VILLAGE: Blame("list_cover", "duplicate_rows")}),
    Planted("cover_rejected", 10, unknown={VILLAGE: Blame("list_cover", "rejected_row")}, rejected=True),
    Planted("row_rejected", 3, rejected=True),
)

NEGLECTED_PARTNERS = {"lapsed": 2500, "never_covered": 1500}
"""Weights in a neglected group (one in 25): what is left over is covered."""

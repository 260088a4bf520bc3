"""The classes of an employer's months of contributions and of its workers' months of wages."""

from connectors.sample.planted import Blame, Planted, blamed

LATE, WITHHELD = "IUR-01", "IUR-04"
BELOW, PENSION, MINIMUM, MINING, DATA = "PDS-UPAH-01", "PDS-UPAH-01-JP", "PDS-UPAH-02", "PDS-UPAH-02-TAMBANG", "DATA-01"
_SAID = Blame("contribution_months", "said")

CONTRIBUTIONS: tuple[Planted, ...] = (
    Planted("paid", 0),
    Planted("paid_late", 400),
    Planted("paid_in_part", 50, (LATE,)),
    Planted("paid_one_rupiah_less", 5, (LATE,)),
    Planted("paid_all_but_jkk_withheld", 10, (LATE,)),
    Planted("paid_all_but_jht_withheld", 10, (LATE, WITHHELD)),
    Planted("paid_all_but_jp_withheld", 10, (LATE, WITHHELD)),
    Planted("paid_not_said", 5, unknown={LATE: _SAID}),
    Planted("paid_not_said_withheld", 5, unknown=dict.fromkeys((LATE, WITHHELD), _SAID)),
    Planted("paid_withheld_not_said", 5, unknown={WITHHELD: _SAID}),
    Planted("paid_due_not_said", 5, unknown={LATE: _SAID}),
    Planted("unpaid", 200, (LATE,)),
    Planted("unpaid_just_due", 50, (LATE,)),
    Planted("unpaid_not_due", 300),
    Planted("unpaid_instalments", 20, (LATE,)),
    # A month without workers owes nothing; one rupiah is enough.
    Planted("unpaid_nothing_owed", 50),
    Planted("unpaid_one_rupiah", 5, (LATE,)),
    Planted("unpaid_withheld", 100, (LATE, WITHHELD)),
    Planted("unpaid_withheld_just_due", 20, (LATE, WITHHELD)),
    Planted("unpaid_withheld_only_jht", 20, (LATE, WITHHELD)),
    Planted("unpaid_withheld_only_jp", 20, (LATE, WITHHELD)),
    Planted("unpaid_withheld_not_due", 100),
    Planted("unpaid_withheld_not_said", 10, (LATE,), unknown={WITHHELD: _SAID}),
    Planted("unpaid_jp_withheld_not_said", 5, (LATE,), unknown={WITHHELD: _SAID}),
    Planted("unpaid_withheld_state", 20),
    Planted("unpaid_kind_not_said", 5, unknown={LATE: _SAID}),
    Planted("unpaid_withheld_kind_not_said", 5, unknown=dict.fromkeys((LATE, WITHHELD), _SAID)),
    # Before the term of PP 44/2015.
    Planted("unpaid_withheld_before_the_law", 5),
    Planted("unpaid_month_not_said", 5, unknown={LATE: _SAID}),
    Planted("unpaid_withheld_month_not_said", 5, unknown=dict.fromkeys((LATE, WITHHELD), _SAID)),
    Planted("row_twice", 5, unknown=blamed("contribution_months", "duplicate_rows", LATE, WITHHELD)),
    Planted("row_rejected", 5, rejected=True),
)

_WAGE = Blame("wages", "said")

WAGES: tuple[Planted, ...] = (
    Planted("fair", 0),
    Planted("fair_at_cap", 300),
    Planted("fair_last_cap_in_february", 5),
    Planted("fair_not_in_jp", 200),
    Planted("fair_more_reported", 20),
    Planted("fair_mining", 400),
    Planted("below_received", 60, (BELOW, PENSION)),
    Planted("below_received_by_one", 5, (BELOW,)),
    Planted("jp_below_cap_by_one", 5, (PENSION,)),
    Planted("jp_at_last_cap", 10, (PENSION,)),
    Planted("received_not_said", 5, unknown=dict.fromkeys((BELOW, PENSION), _WAGE)),
    Planted("reported_not_said", 2, unknown=dict.fromkeys((BELOW, MINIMUM, DATA), _WAGE)),
    Planted("reported_not_said_mining", 1, unknown=dict.fromkeys((BELOW, MINIMUM, MINING, DATA), _WAGE)),
    Planted("reported_not_said_jp_below_cap", 1, (PENSION,), unknown=dict.fromkeys((BELOW, MINIMUM, DATA), _WAGE)),
    Planted("minimum_less_one", 30, (MINIMUM,)),
    Planted("minimum_itself", 20),
    Planted("minimum_of_last_year", 10, (MINIMUM,)),
    Planted("minimum_less_one_small_firm", 20),
    Planted("minimum_less_one_part_month", 10),
    Planted("minimum_less_one_part_time", 10),
    Planted("minimum_scale_not_said", 2, unknown={MINIMUM: _WAGE}),
    Planted("minimum_full_month_not_said", 2, unknown={MINIMUM: _WAGE}),
    Planted("minimum_full_time_not_said", 2, unknown={MINIMUM: _WAGE}),
    Planted("minimum_region_not_said", 1, unknown={MINIMUM: _WAGE}),
    Planted("minimum_of_another_province", 1, unknown={MINIMUM: Blame("", "said")}),
    Planted("mining_less_one", 10, (MINING,)),
    Planted("mining_itself", 10),
    Planted("mining_at_minimum", 5, (MINING,)),
    Planted("mining_below_minimum", 5, (MINIMUM,)),
    Planted("mining_sector_not_said", 1, unknown={MINING: _WAGE}),
    Planted("nik_malformed", 10, (DATA,)),
    Planted("nik_duplicated", 5, (DATA,)),
    Planted("nik_not_said", 2, unknown={DATA: _WAGE}),
    Planted("nothing_reported", 5, (DATA,)),
    Planted("nothing_reported_nik_not_said", 1, (DATA,)),
    Planted("state_pays_less", 20),
    Planted("kind_not_said", 1, unknown=dict.fromkeys((BELOW, PENSION, MINIMUM, DATA), _WAGE)),
    Planted("month_not_said", 1, unknown=dict.fromkeys((BELOW, PENSION, MINIMUM, DATA), _WAGE)),
    Planted("row_twice", 1, unknown=blamed("wages", "duplicate_rows", BELOW, PENSION, MINIMUM, MINING, DATA)),
    Planted("row_rejected", 1, rejected=True),
)

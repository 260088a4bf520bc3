"""The words for the codes that a rule file holds: status, nature, outcome, type of a field, kinds of days."""

from collections.abc import Mapping
from typing import Final

from cases.wording import message

STATUSES: Final[Mapping[str, str]] = {
    "draft": message("draft"),
    "trial": message("trial"),
    "stable": message("stable"),
    "retired": message("retired"),
}
STATUS_MEANINGS: Final[Mapping[str, str]] = {
    "draft": message("being written; judges nobody"),
    "trial": message("counted, opens no case"),
    "stable": message("opens cases"),
    "retired": message("judges nobody any more"),
}
NATURE_MEANINGS: Final[Mapping[str, str]] = {
    "violation": message("a duty of law is not met; sanctions may follow"),
    "indication": message("a sign only; nothing is handed over before an inspector has recorded proof"),
    "outreach": message("an invitation; no sanction, never to the kejaksaan"),
    "notice": message("a list to read; opens no case"),
}
OUTCOME_WORDS: Final[Mapping[str, str]] = {
    "violation": message("violation"),
    "pass": message("pass"),
    "unknown": message("unknown"),
    "not_applicable": message("not applicable"),
}
TYPE_WORDS: Final[Mapping[str, str]] = {
    "text": message("text"),
    "integer": message("whole number"),
    "money": message("amount of money"),
    "percent": message("per cent"),
    "date": message("day"),
    "boolean": message("yes or no"),
    "choice": message("choice"),
    "npwp": message("NPWP"),
    "nik": message("NIK"),
    "nib": message("NIB"),
    "region": message("region code"),
}
NULL_WORDS: Final[Mapping[str, str]] = {
    "none": message("known to be absent, where the register is complete"),
    "unknown": message("nobody has said it"),
}
PERSONAL_WORDS: Final[Mapping[str, str]] = {
    "open": message("open"),
    "company": message("identifies a company"),
    "person": message("identifies a person"),
    "sensitive": message("sensitive personal data"),
}
SEVERITY_NAMES: Final[Mapping[str, str]] = {
    "low": message("low"),
    "medium": message("medium"),
    "high": message("high"),
    "critical": message("critical"),
}
DAY_KIND_WORDS: Final[Mapping[str, str]] = {
    "libur_nasional": message("national holiday"),
    "cuti_bersama": message("shared leave (cuti bersama)"),
}
UNIT_WORDS: Final[Mapping[str, str]] = {
    "day of the month": message("day of the month"),
    "share a month": message("share a month"),
    "share of the contract value": message("share of the contract value"),
    "share of the income": message("share of the income"),
    "share of the tariff": message("share of the tariff"),
    "share of the wages": message("share of the wages"),
    "year": message("year"),
    "days": message("days"),
    "decimals": message("decimals"),
    "months": message("months"),
    "people": message("people"),
    "percent": message("percent"),
    "rupiah": message("rupiah"),
    "warnings": message("warnings"),
    "workers": message("workers"),
    "working days": message("working days"),
}

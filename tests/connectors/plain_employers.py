"""What the registers of employers say, judged by plain Python."""

import re
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path

from tests.connectors.plain_reading import (
    Answer,
    Answers,
    Row,
    at_least,
    count,
    day,
    every,
    negated,
    one_of,
    plain,
    rows_of,
    some,
    verdict,
    yes,
)


def payer(*numbers: str) -> str | None:
    """The first 10 digits of a firm's number, all 16 of a person's or a Coretax one; None where it cannot be said."""
    keys = set()
    for number in numbers:
        digits = re.sub(r"[^0-9A-Za-z]", "", number)
        if not digits.strip("0"):
            continue
        if re.fullmatch(r"[0-9]{15}", digits):
            digits = "0" + digits
        if not re.fullmatch(r"[0-9]{16}", digits):
            return None
        keys.add(digits[:10] if digits[0] == "0" else digits)
    return keys.pop() if len(keys) == 1 else None


DUTY_IS_LAW = date(2011, 11, 25)
"""UU 24/2011."""


def counted_on(offices: list[Row]) -> date | None:
    """The earliest day of which an employer's offices were counted; None where one does not say."""
    days = [row["tanggal_data"] for row in offices]
    return None if "" in days else min(datetime.strptime(text, "%d/%m/%Y").date() for text in days)  # noqa: DTZ007


def total(numbers: list[int | None]) -> int | None:
    return None if None in numbers else sum(n for n in numbers if n is not None)


class Employers:
    """Head counts, memberships and the ledger of one province."""

    def __init__(self, folder: Path) -> None:
        self.offices: dict[str, list[Row]] = defaultdict(list)
        for row in rows_of(folder, "wlkp.csv"):
            if (count(row["jumlah_pekerja"]) or 0) >= 0:
                self.offices[row["no_wlkp"]].append(row)
        self.keys = {key: payer(rows[0]["npwp16"], rows[0]["npwp"]) for key, rows in self.offices.items()}
        self.shared = Counter(self.keys.values())
        self.members: dict[str | None, list[Row]] = defaultdict(list)
        self.ledger: dict[str, list[Row]] = defaultdict(list)
        for row in rows_of(folder, "kepesertaan.csv"):
            self.members[payer(row["npwp"])].append(row)
        for row in rows_of(folder, "iuran.csv"):
            self.ledger[plain(row["npp"])].append(row)

    def answers(self) -> Answers:
        return {(rule, key): one for key, rows in self.offices.items() for rule, one in self.judge(key, rows).items()}

    def judge(self, key: str, rows: list[Row]) -> dict[str, str]:
        kinds = {row["status"] for row in rows}
        private = None if kinds in ({""}, {"swasta", "negara"}) else kinds == {"swasta"}
        counted = counted_on(rows)
        employed = total([count(row["jumlah_pekerja"]) for row in rows])
        number = self.keys[key]
        theirs = self.members.get(number, []) if number else []
        known = number is not None and self.shared[number] == 1 and all(int(r["jumlah_tk"] or 0) >= 0 for r in theirs)
        member: Answer = bool(theirs) if known else None
        return {
            "PWBD-01": verdict(
                private, counted is not None and counted >= DUTY_IS_LAW, every([at_least(employed, 1), negated(member)])
            ),
            "PDS-TK-01": self.partly(every([member, private]), rows, theirs, employed),
            "PDS-PROG-01": self.lacking(every([member, private]), rows[0]["skala"], theirs),
            "IUR-02": self.owing(every([member, private]), theirs, range(4, 7)),
            "IUR-03": self.owing(every([member, private]), theirs, range(7, 1000)),
        }

    @staticmethod
    def partly(scope: Answer, offices: list[Row], theirs: list[Row], employed: int | None) -> str:
        if scope is not True:
            return verdict(scope, True, True)
        counted = counted_on(offices)
        dates = [day(row["tanggal_data"]) for row in theirs]
        said = [d for d in dates if d]
        near = None if counted is None or len(said) < len(dates) else abs((counted - min(said)).days) <= 90
        registered = total([count(row["jumlah_tk"]) for row in theirs])
        less = None if registered is None or employed is None else registered < employed
        return verdict(scope, near, less)

    @staticmethod
    def lacking(scope: Answer, scale: str, theirs: list[Row]) -> str:
        if scope is not True:
            return verdict(scope, True, True)
        written = {row["program"] for row in theirs}
        entries = {one.strip() for one in written.pop().split(";")} if written and "" not in written else None
        young = at_least(total([count(row["tk_bawah_usia_pensiun"]) for row in theirs]), 1)

        def without(programme: str) -> Answer:
            return None if entries is None else programme not in entries

        jht = every([one_of(scale, "kecil", "menengah", "besar"), without("JHT")])
        pension = every([one_of(scale, "menengah", "besar"), young, without("JP")])
        return verdict(scope, True, some([without("JKK"), without("JKM"), jht, pension]))

    def owing(self, scope: Answer, theirs: list[Row], unpaid: range) -> str:
        if scope is not True:
            return verdict(scope, True, True)
        numbers = {plain(row["npp"]) for row in theirs}
        rows = self.ledger.get(min(numbers), [])
        # Two memberships of one taxpayer: the ledger of one says nothing about what the other owes.
        usable = len(numbers) == 1 and len(rows) == 1 and int(rows[0]["teguran_habis"] or 0) <= 2
        months = count(rows[0]["bulan_menunggak"]) if usable else None
        kept = yes(rows[0]["cicilan"]) if usable else None
        return verdict(scope, True, every([None if months is None else months in unpaid, negated(kept)]))

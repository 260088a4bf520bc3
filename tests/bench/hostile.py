"""Facts that agree with nobody: the examples of all rules, taken apart and put together again at random.

Fields are exchanged for values of other examples and for days, amounts and texts at the edges; sources fall silent for
whatever reason there is. Two ways of judging that agree on these read the rules alike.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.by_hand import cut_offs
from bench.ground import DAY, keep_assembled
from connectors.landed import SQL_TYPE, Assembled, Standing
from engine.specimen import ARROW_TYPE
from rules.model import Fact, Field, RuleBook

ROWS = 3_000
Subject = dict[str, object]

_DAYS = sorted({day + timedelta(days=n) for day in (DAY, *cut_offs(DAY).values()) for n in (-1, 0, 1)})
_EDGES: Mapping[str, Sequence[object]] = {
    "text": ("", "O'Neil \"Tukang\" \\ Ñ", "-", "a-1.b/2"),
    "integer": (0, 1, 4, 6, 7, 49, 50, 51, 999, 1000),
    "money": tuple(Decimal(text) for text in ("0.00", "0.01", "50.50", "100000000", "5000000000", "5000000000.01")),
    "date": (*_DAYS, date(2001, 12, 31), date(2011, 11, 24), date(2015, 12, 30), date(2015, 12, 31), date(2027, 3, 31)),
    "boolean": (True, False),
    "npwp": ("0123456789012000", "012345678901200", "01.234.567.8-901.200", "3171234567890123", "0000000000000000",
             "12", "0123456789012000000123", "7777777777777777"),
    "nik": ("3171234567890123", "1111111111111111", "3171-2345-6789-0123", "31712345678901"),
    "nib": ("1234567890123", "0000000000000", "12345"),
    "region": ("19", "19.71", "19.71.01.1001", "190", "31.71", "1", ""),
}  # fmt: skip
_LISTS: Mapping[str, Sequence[str]] = {
    "programmes": ("jkk, jkm ;JHT;JP", "JKK;JKM;JHTX;XJP", " JKK ;JKM", "JKK JKM", ";JKK;;JKM;JHT", "JKKJKM;JHT;JP"),
    "fund": ("apbd", " BLUD , apbdp", "XAPBD", "APBD PERUBAHAN", "APBDP;", "APBN;BUMD", ""),
}


def hostile_facts(book: RuleBook, like: Mapping[str, Assembled], seed: int, folder: Path) -> None:
    """Write facts of all rules and what they are into the folder, each field from the source that `like` names."""
    folder.mkdir()
    drawn = random.Random(seed)
    judged = {name: one for name, one in like.items() if any(rule.subject == name for rule in book.rules.values())}
    for name, known in judged.items():
        fact = book.vocabulary.facts[name]
        columns = _columns(fact, known, list(_subjects(book, fact, known, drawn)))
        pq.write_table(columns, folder / f"{name}.parquet", row_group_size=ROWS // 2)
    keep_assembled({name: replace(one, rows=ROWS) for name, one in judged.items()}, folder)


def _subjects(book: RuleBook, fact: Fact, sources: Assembled, drawn: random.Random) -> Iterator[Subject]:
    examples = [
        example.subject for rule in book.rules.values() if rule.subject == fact.name for example in rule.examples
    ]
    whole = {name: value for example in examples for name, value in example.items() if name != "_unknown"}
    pools = {name: _pool(field, examples) for name, field in fact.fields.items()}
    for number in range(ROWS):
        subject = {**whole, **drawn.choice(examples)}
        changed = drawn.sample(list(fact.fields), drawn.choice((0, 1, 2, 3, len(fact.fields) // 2)))
        subject |= {name: drawn.choice(pools[name]) for name in changed}
        yield {**_silenced(fact, sources, subject, drawn), fact.key: f"{fact.name} {number}"}


def _pool(field: Field, examples: Sequence[Mapping[str, object]]) -> list[object]:
    said = list(dict.fromkeys(example[field.name] for example in examples if field.name in example))
    edges = field.values or _LISTS.get(field.name) or _EDGES[field.type]
    return [None, *said, *(edge for edge in edges if field.maximum is None or edge <= field.maximum)]  # type: ignore[operator]


def _silenced(fact: Fact, sources: Assembled, subject: Subject, drawn: random.Random) -> Subject:
    """Let some of the sources say nothing of the subject, and note each one's standing."""
    unknown = subject.get("_unknown", ())
    assert isinstance(unknown, list | tuple)
    standings: dict[str, int] = dict.fromkeys(dict.fromkeys(filter(None, sources.origin.values())), 0)
    for source in standings:
        asked = any(sources.origin.get(name) == source for name in unknown)
        if source == sources.spine:
            silent = Standing.REJECTED_ROW if asked or drawn.random() < 0.02 else Standing.SAID
        else:
            silent = Standing.NOT_COMPLETE if asked else drawn.choice([Standing.SAID] * 8 + list(Standing))
        standings[source] = int(silent)
    kept = (fact.key, fact.region)
    said: Subject = {
        name: subject.get(name)
        for name in fact.fields
        if standings.get(sources.origin[name] or "") == 0 or name in kept
    }
    return said | {f"_standing_{source}": standing for source, standing in standings.items()}


def _columns(fact: Fact, sources: Assembled, subjects: Sequence[Subject]) -> pa.Table:
    types = {name: ARROW_TYPE[SQL_TYPE[field.type]] for name, field in fact.fields.items()}
    types |= {f"_standing_{source}": pa.uint8() for source in set(filter(None, sources.origin.values()))}
    return pa.table({name: pa.array([one.get(name) for one in subjects], kind) for name, kind in types.items()})

"""One night of the product as it runs: detect, match, decide, write."""

from collections.abc import Mapping
from pathlib import Path

from bench.ground import STARTED, judged, night, rule_book, work_on
from cases.match import match
from cases.night import Written
from cases.store.channel import open_bulk
from cases.write import write
from connectors.landed import Assembled
from engine.decide import decide
from engine.detect import detect


def scanned(facts: Mapping[str, Assembled], store: str, number: int, into: Path) -> Written:
    """Run the night with this number on the store with this URL, which holds the nights before it."""
    book = rule_book()
    detection = detect(work_on(book, into / "engine"), facts, into / "detection")
    with open_bulk(store, into / "store") as bulk:
        matched = match(
            detection, judged(book, facts, into / "engine"), bulk, night(book, number, into / "anchors"), into / "store"
        )
        return write(matched, decide(matched.signatures, book.routing, book.ladder), bulk, STARTED)

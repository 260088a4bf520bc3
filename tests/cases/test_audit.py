"""Whoever tampers with the store or its anchor files is found: what was done, and to which case, is named."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from cases.exit_codes import ExitCode
from tests.cases.conftest import Patuh


def tamper(province: Path, *statements: str) -> None:
    """What somebody does who may write the file and takes the triggers away."""
    with closing(sqlite3.connect(province / "patuh.db")) as store, store:
        store.execute("DROP TRIGGER IF EXISTS event_refuses_update")
        store.execute("DROP TRIGGER IF EXISTS event_refuses_delete")
        for statement in statements:
            store.execute(statement)


def anchors(province: Path) -> Sequence[Path]:
    return sorted((province / ".patuh").rglob("*.anchor"))


def faults(patuh: Patuh, province: Path) -> list[tuple[str, int | None, int | None]]:
    said = patuh("audit", "verify", "--json", "--config", province / "rules.yaml")
    assert (said.code is ExitCode.BROKEN) == bool(said.json["faults"]), said.err
    return [(one["kind"], one["case"] or one["anchor"], one["seq"]) for one in said.json["faults"]]


def test_what_was_written_holds_and_each_tampering_is_named(patuh: Patuh, scanned: Path) -> None:
    config = scanned / "rules.yaml"
    assert patuh("cases", "confirm", 3, "--config", config, user="sari").code is ExitCode.DONE
    held = patuh("audit", "verify", "--config", config, "--lang", "en")
    assert held.code is ExitCode.DONE, held.err
    assert "1 anchor files" in held.out
    assert "Everything holds." in held.out
    clean = (scanned / "patuh.db").read_bytes()
    (anchor,) = anchors(scanned)
    kept = anchor.read_bytes()

    for statements, named in TAMPERED:
        tamper(scanned, *statements)
        assert faults(patuh, scanned) == named, statements
        for beside in scanned.glob("patuh.db-*"):
            beside.unlink()
        (scanned / "patuh.db").write_bytes(clean)

    anchor.write_bytes(kept.replace(b'"cases":', b'"casus":'))
    assert faults(patuh, scanned) == []  # its own bytes are proved by the next anchor, and by paper
    anchor.write_bytes(b"x")
    assert ("anchor_unreadable", 1, None) in faults(patuh, scanned)
    anchor.unlink()
    assert faults(patuh, scanned) == [("anchors_missing", None, None)]


TAMPERED: list[tuple[tuple[str, ...], list[tuple[str, int | None, int | None]]]] = [
    (("UPDATE event SET who = 'scam' WHERE case_id = 2",), [("event_changed", 2, 1)]),
    (("UPDATE event_payload SET payload = replace(payload, ':', ': ') WHERE case_id = 3 AND seq = 2",),
     [("payload_changed", 3, 2)]),
    (("DELETE FROM event_payload WHERE case_id = 4",), [("payload_missing", 4, 1)]),
    (("DELETE FROM event WHERE case_id = 3 AND seq = 1",), [("event_missing", 3, 2)]),
    (("DELETE FROM event WHERE case_id = 3 AND seq = 2",), [("stage_changed", 3, 2)]),
    (("UPDATE event SET seq = 9 WHERE case_id = 3 AND seq = 1",
      "UPDATE event SET seq = 1 WHERE case_id = 3 AND seq = 2",
      "UPDATE event SET seq = 2 WHERE case_id = 3 AND seq = 9"), [("event_changed", 3, 1)]),
    (("DELETE FROM event WHERE case_id = 5", "DELETE FROM event_payload WHERE case_id = 5",
      "UPDATE finding SET case_id = NULL WHERE case_id = 5", "DELETE FROM case_file WHERE id = 5"),
     [("case_removed", 5, None)]),
]  # fmt: skip


def test_a_cut_off_tail_is_known_by_the_anchor_of_the_night_after(patuh: Patuh, scanned: Path) -> None:
    config = scanned / "rules.yaml"
    patuh("cases", "confirm", 3, "--config", config, user="sari")
    assert patuh("scan", "--config", config).code is ExitCode.DONE
    assert len(anchors(scanned)) == 2
    assert faults(patuh, scanned) == []
    tamper(
        scanned,
        "DELETE FROM event WHERE case_id = 3 AND seq = (SELECT max(seq) FROM event WHERE case_id = 3)",
        "UPDATE case_file SET stage = (SELECT to_stage FROM event WHERE case_id = 3 ORDER BY seq DESC LIMIT 1) "
        "WHERE id = 3",
    )
    ((kind, case, _),) = faults(patuh, scanned)
    assert (kind, case) == ("tail_missing", 3)
    first, _ = anchors(scanned)
    first.write_bytes(first.read_bytes() + b"\n")
    assert ("anchor_changed", 1, None) in faults(patuh, scanned)

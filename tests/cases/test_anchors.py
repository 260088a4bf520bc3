"""An export leaves an anchor file: what left the house, and what persons did since the newest scan, is proved by it."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cases.exit_codes import ExitCode
from tests.cases.conftest import Office
from tests.cases.office import replaced
from tests.cases.test_audit import disarm

Run = Callable[..., Any]
TOLD = re.compile(r"Anchor (\d{8}): ([0-9a-f]{64})")


def anchors(folder: Path) -> Sequence[Path]:
    return sorted(folder.rglob("*.anchor"))


def told(text: str, file: Path) -> bool:
    """Whether the text names this file and its sha256."""
    (said,) = TOLD.findall(text)
    return bool(said == (file.stem, hashlib.sha256(file.read_bytes()).hexdigest()))


def test_an_export_is_anchored_and_so_is_what_persons_did_before_it(patuh: Run, office: Office) -> None:
    options, store = office.options, office.store
    patuh("cases", "confirm", 1, "--queue", "disnaker", *options, user="sari")
    into = office.folder / "disnaker.csv"
    said = patuh("export", "disnaker", "--format", "csv", "--output", into, *options)
    assert said.code is ExitCode.DONE, said.err
    scanned, exported = anchors(office.folder)
    assert told(said.err, exported)
    head, *lines = exported.read_text().splitlines()
    kept = json.loads(head)
    assert kept["sha256"] == hashlib.sha256(into.read_bytes()).hexdigest()
    assert kept["before"] == hashlib.sha256(scanned.read_bytes()).hexdigest()
    assert (kept["anchor"], kept["export"], kept["cases"], "run" in kept) == (2, "disnaker", 1, False)
    assert lines == [f"1 2 {store.ask('SELECT hash FROM event WHERE case_id = 1 AND seq = 2')[0]}"]
    again = patuh("export", "disnaker", "--format", "json", *options)
    assert json.loads(anchors(office.folder)[2].read_text().splitlines()[0])["sha256"] == (
        hashlib.sha256(again.out.encode()).hexdigest()
    )
    night = patuh("scan", *options)
    assert told(night.out, anchors(office.folder)[3])
    assert "4 anchor files" in patuh("audit", "verify", *options).out

    for late in anchors(office.folder)[2:]:
        late.unlink()
    store.change("DELETE FROM scan WHERE id = 2")
    assert patuh("audit", "verify", "--json", *options).json["faults"] == []
    disarm(store)
    store.change("DELETE FROM event WHERE case_id = 1 AND seq > 1")
    store.change("DELETE FROM event_payload WHERE case_id = 1 AND seq > 1")
    store.change("UPDATE case_file SET stage = 'flagged' WHERE id = 1")
    faults = patuh("audit", "verify", "--json", *options).json["faults"]
    assert [(one["kind"], one["case"], one["seq"]) for one in faults] == [("tail_missing", 1, 2)]


def test_anchors_go_to_the_folder_that_the_run_file_names(patuh: Run, scanned: Path) -> None:
    run_file, options = scanned / "rules.yaml", ("--config", scanned / "rules.yaml", "--lang", "en")
    replaced(run_file, "guards: {}", "anchors: elsewhere\nguards: {}")
    (scanned / "elsewhere").write_text("no folder")
    said = patuh("export", "disnaker", "--format", "csv", *options)
    assert said.code is ExitCode.STORE
    assert "no anchor file can be written to" in said.err
    assert "the list is written, and nothing outside the database would prove what left the house" in said.err
    assert "name another folder with anchors: in rules.yaml" in said.err
    (scanned / "elsewhere").unlink()
    assert patuh("export", "disnaker", "--format", "csv", *options).code is ExitCode.DONE
    assert [file.name for file in anchors(scanned / "elsewhere")] == ["00000001.anchor"]

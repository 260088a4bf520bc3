"""Texts kept by content: once, whole or not at all, and held to their name."""

import hashlib
import os
from pathlib import Path

import pytest

from connectors.kept_content import KeptContent, canonical, sha256_of
from rules.errors import StoreError

TEXT = "aturan: é\n".encode()
NAME = hashlib.sha256(TEXT).hexdigest()


def test_a_text_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    kept = KeptContent(tmp_path)
    assert kept.keep(TEXT) == NAME
    written = (tmp_path / "kept" / NAME).stat()
    assert kept.keep(TEXT) == NAME
    assert (tmp_path / "kept" / NAME).stat() == written
    assert (kept.read(NAME), kept.whole(NAME)) == (TEXT, True)
    assert sha256_of(tmp_path / "kept" / NAME) == NAME


def test_a_changed_text_is_not_whole_and_is_mended_by_keeping_it_again(tmp_path: Path) -> None:
    kept = KeptContent(tmp_path)
    kept.keep(TEXT)
    (tmp_path / "kept" / NAME).write_bytes(b"something else")
    assert (kept.read(NAME), kept.whole(NAME)) == (b"something else", False)
    kept.keep(TEXT)
    assert kept.whole(NAME)


def test_what_is_gone_is_nothing(tmp_path: Path) -> None:
    kept = KeptContent(tmp_path)
    assert kept.read(NAME) is None
    assert not kept.whole(NAME)


def test_what_a_dead_process_left_half_written_is_swept_and_of_a_living_one_is_not(tmp_path: Path) -> None:
    kept = KeptContent(tmp_path)
    kept.keep(TEXT)
    dead, living = (tmp_path / "kept" / f".part-{process}-x" for process in (2**22 + 1, os.getpid()))
    dead.write_bytes(b"half")
    living.write_bytes(b"half")
    kept.settle()
    assert (dead.exists(), living.exists()) == (False, True)


def test_a_disk_that_refuses_is_told_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        KeptContent(tmp_path).keep(TEXT)


def test_one_value_has_one_text() -> None:
    assert canonical({"b": 1, "a": ["é", None]}) == '{"a":["é",null],"b":1}'.encode()

"""An office with one small rule and one parameter of its own, beside the shipped rules."""

import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the office works in; its run file is `rules.yaml`, as a command expects it."""
    folder = tmp_path / "office"
    folder.mkdir()
    shutil.copyfile(HERE / "office.yaml", folder / "rules.yaml")
    monkeypatch.chdir(folder)
    return folder

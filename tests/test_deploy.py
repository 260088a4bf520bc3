"""What an office's administrator is handed: the units and the containers name what is there."""

import re
import shlex
from configparser import RawConfigParser
from pathlib import Path

import yaml

from tests.test_docs import resolve

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


def unit(name: str) -> RawConfigParser:
    parsed = RawConfigParser()
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string((DEPLOY / name).read_text(encoding="utf-8"))
    return parsed


def test_the_nightly_unit_runs_a_scan_as_nobody_special_and_writes_only_where_cases_are() -> None:
    service = unit("patuh-scan.service")["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert program == "/opt/patuh/.venv/bin/patuh"
    command, rest = resolve(words)
    assert command.name == "scan"
    assert rest == ["--config", "/etc/patuh/rules.yaml"]
    assert (service["Type"], service["User"], service["ReadWritePaths"]) == ("oneshot", "patuh", "/var/lib/patuh")
    timer = unit("patuh-scan.timer")
    assert timer["Timer"]["OnCalendar"].endswith("02:00:00")
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_the_containers_say_what_the_page_says() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    server, program = compose["services"]["postgres"], compose["services"]["patuh"]
    assert server["image"] == "postgres:15"
    assert server["environment"]["POSTGRES_INITDB_ARGS"] == "--encoding=UTF8 --locale=C"
    assert "ports" not in server, "the database is nobody's business outside"
    assert program["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for service in (server, program):
        assert set(service["secrets"]) <= set(compose["secrets"])
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= {*compose["volumes"], "./office"}
    assert (ROOT / program["build"]["dockerfile"]).is_file()
    for secret in compose["secrets"].values():
        assert f"deploy/{secret['file'].removeprefix('./')}" in PAGE
    assert "POSTGRES_PASSWORD" not in server["environment"]


def test_every_file_of_deploy_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"/opt/patuh/(deploy/[\w.-]+)", PAGE))
    assert named
    assert all((ROOT / name).is_file() for name in named)

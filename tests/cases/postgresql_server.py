"""A PostgreSQL server for the tests: started from the installed binaries, on a socket in a folder of its own."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

OLDEST = 15
Settings = Mapping[str, str]
QUICK: Settings = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "64MB",
                   "autovacuum": "off", "jit": "off"}  # fmt: skip
"""For tests: nothing has to outlast the machine."""
LASTING: Settings = {"shared_buffers": "256MB", "max_wal_size": "4GB"}
"""For measurements: as an office's administrator would set up a small server; what is committed is on the disk."""


@dataclass(frozen=True)
class Server:
    """A running server; everybody who reaches its socket is let in as whom they say they are."""

    folder: Path
    _numbers: "count[int]" = field(default_factory=count)

    def url(self, database: str, user: str = "patuh") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """Make a database and return its name."""
        name = f"cases_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL that is installed, 15 or newer."""
    found = [Path(path).resolve().parent for path in [shutil.which("postgres")] if path]
    found += Path("/usr/lib/postgresql").glob("*/bin")
    versions = {_version(folder): folder for folder in found if (folder / "initdb").exists()}
    newest = max(versions, default=0)
    return versions[newest] if newest >= OLDEST else None


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", said)
    return int(found.group()) if found else 0


def _somebody() -> dict[str, object]:
    """The server refuses to run as root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            who = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    raise RuntimeError("there is no user postgres or nobody to run the server as")


@contextmanager
def running(binaries: Path, settings: Settings = QUICK) -> Iterator[Server]:
    """Start a server and stop it at the end of the block."""
    somebody = _somebody()
    folder = Path(tempfile.mkdtemp(prefix="patuh-pg-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        if somebody:
            os.chown(folder, int(str(somebody["user"])), int(str(somebody["group"])))
        data = folder / "data"
        made = [binaries / "initdb", "--pgdata", data, "--username=patuh", "--auth=trust", "--encoding=UTF8"]
        subprocess.run(
            [*made, "--locale=C", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, cwd=folder, **somebody,  # type: ignore[call-overload]
        )  # fmt: skip
        reach = {"listen_addresses": "", "unix_socket_directories": str(folder), "max_connections": "100"}
        said = [word for name, value in (reach | dict(settings)).items() for word in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, *said], stdout=log, stderr=log, cwd=folder, **somebody
            )  # type: ignore[call-overload]
        try:
            _await(Server(folder), server)
            yield Server(folder)
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _await(server: Server, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        try:
            psycopg.connect(server.url("postgres")).close()
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    raise RuntimeError((server.folder / "log").read_text(errors="replace"))

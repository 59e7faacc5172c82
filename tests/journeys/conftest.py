"""The program as a user starts it, against the pretend company on a loopback socket, with a real Secret Service."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SECONDS = 120  # a program that has not ended by then hangs


@dataclass
class Outcome:
    """How a run of the program ended."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> dict[str, Any]:
        """The JSON object on the last line of standard output."""
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


class Program:
    """Runs `planner-gui` with words; every run is a process of its own. environment: of the private desktop."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def __call__(self, *words: str | Path, stdin: str = "", **environment: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "planner_gui", *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={**self.environment, **environment},
        )
        return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass
class Served:
    """The pretend company on a socket, in a process of its own."""

    process: subprocess.Popen[str]
    connections: list[dict[str, Any]]
    origin: str = field(init=False)

    def __post_init__(self) -> None:
        first = self.connections[0]["url"]
        self.origin = "/".join(first.split("/")[:3])

    def switch(self, **fault: object) -> None:
        """Make a connection fail: see planner_gui/sandbox/faults.py."""
        self.post("/__sandbox/faults", fault)

    def post(self, path: str, body: object, **headers: str) -> bytes:
        """Send JSON to the company, as another program would."""
        return self._ask(path, json.dumps(body).encode(), headers)

    def get(self, path: str, **headers: str) -> Any:
        """The JSON of an address."""
        return json.loads(self._ask(path, None, headers))

    def _ask(self, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        request = urllib.request.Request(self.origin + path, body, {"Content-Type": "application/json", **headers})
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: bytes = answer.read()
        return found

    def start_again(self) -> None:
        """After `stop`: the same company at the same place, in another process, as it was in the beginning."""
        self.process = serve(port=int(self.origin.rpartition(":")[2])).process

    def stop(self) -> None:
        """Pull the plug."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()


def private_environment() -> dict[str, str]:
    """Today fixed, and the private Secret Service of ./dev test within reach (tests/desktop.py)."""
    return {
        **os.environ,
        "DBUS_SESSION_BUS_ADDRESS": os.environ.get("PLANNER_GUI_TEST_BUS", ""),
        "PLANNER_GUI_TODAY": "2026-11-20",
    }


@pytest.fixture(scope="session")
def program() -> Program:
    """The program, as a user of the private desktop starts it."""
    return Program(private_environment())


def serve(people: int = 20, port: int = 0) -> Served:
    """Start the pretend company; it listens when this returns. port 0: a free one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "planner_gui", "sandbox", "--people", str(people), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=private_environment(),
    )
    assert process.stdout is not None
    return Served(process, json.loads(process.stdout.readline())["connections"])


@pytest.fixture(scope="session")
def shared_company() -> Iterator[Served]:
    """Twenty people behind all their services, for every journey that leaves them running."""
    served = serve()
    yield served
    served.stop()


@pytest.fixture
def company(shared_company: Served) -> Served:
    """The pretend company as it was in the beginning."""
    shared_company.post("/__sandbox/reset", {})
    return shared_company


@pytest.fixture
def own_company() -> Iterator[Served]:
    """A pretend company whose plug may be pulled."""
    served = serve()
    yield served
    served.stop()


@pytest.fixture
def workspace(program: Program, tmp_path: Path) -> Path:
    """A workspace just made."""
    return made(program, tmp_path / "northwind")


def made(program: Program, folder: Path) -> Path:
    """`init`."""
    done = program("init", folder, "--timezone", "Europe/Berlin")
    assert done.code == 0, done.err
    return folder


def connect(program: Program, workspace: Path, entry: dict[str, Any]) -> Outcome:
    """`connect` for one entry that the sandbox printed."""
    words = ["connect", workspace, entry["kind"], "--name", entry["name"], "--url", entry["url"]]
    for key, value in entry["options"].items():
        words += ["--option", f"{key}={value}"]
    return program(*words, stdin=entry["secret"] + "\n")


def connect_all(program: Program, workspace: Path, company: Served) -> Path:
    """`connect` for everything the sandbox offers."""
    for entry in company.connections:
        done = connect(program, workspace, entry)
        assert done.code == 0, done.err
    return workspace


@pytest.fixture(scope="session")
def template(program: Program, shared_company: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with every connection, read once; never written to again."""
    folder = connect_all(program, made(program, tmp_path_factory.mktemp("template") / "northwind"), shared_company)
    done = program("sync", folder, "--json")
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def connected(template: Path, company: Served, tmp_path: Path) -> Path:
    """A copy of the workspace that was read once; its secrets are in the keyring."""
    return Path(shutil.copytree(template, tmp_path / "connected"))

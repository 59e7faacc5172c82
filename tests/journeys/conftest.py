"""The program as a user starts it, against the pretend company on a loopback socket, with a real Secret Service."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
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
    """Runs `planner-gui` with words; every run is a process of its own."""

    def __call__(self, *words: str | Path, stdin: str = "", **environment: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "planner_gui", *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, **environment},
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
        request = urllib.request.Request(
            self.origin + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: bytes = answer.read()
        return found

    def stop(self) -> None:
        """Pull the plug."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


@pytest.fixture
def program(today: date, secret_service: None) -> Program:
    """The program, with today fixed and the private Secret Service within reach."""
    return Program()


@pytest.fixture
def company(today: date) -> Iterator[Served]:
    """Twenty people behind all their services."""
    process = subprocess.Popen(
        [sys.executable, "-m", "planner_gui", "sandbox", "--people", "20"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    served = Served(process, json.loads(line)["connections"])
    yield served
    served.stop()
    process.stdout.close()


@pytest.fixture
def workspace(program: Program, tmp_path: Path) -> Path:
    """A workspace just made."""
    folder = tmp_path / "northwind"
    made = program("init", folder, "--timezone", "Europe/Berlin")
    assert made.code == 0, made.err
    return folder


def connect(program: Program, workspace: Path, entry: dict[str, Any]) -> Outcome:
    """`connect` for one entry that the sandbox printed."""
    words = ["connect", workspace, entry["kind"], "--name", entry["name"], "--url", entry["url"]]
    for key, value in entry["options"].items():
        words += ["--option", f"{key}={value}"]
    return program(*words, stdin=entry["secret"] + "\n")


@pytest.fixture
def connected(program: Program, workspace: Path, company: Served) -> Path:
    """A workspace with every connection the sandbox offers."""
    for entry in company.connections:
        made = connect(program, workspace, entry)
        assert made.code == 0, made.err
    return workspace

"""The tools that make packages are locked, licensed and known, as the program's own dependencies are (K3)."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

LOCKS = ("requirements-build.txt", "requirements-audit.txt")
NAME = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
ROW = re.compile(r"^\| ([a-z0-9-]+) \| (\S.*?) \|", re.MULTILINE)


def locked(repository: Path, lock: str) -> dict[str, str]:
    return dict(NAME.findall((repository / "packaging" / lock).read_text()))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_of_the_tools_names_no_server_and_every_hash(repository: Path, lock: str) -> None:
    text = (repository / "packaging" / lock).read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_package_that_the_program_has_too_is_locked_to_the_same_version(repository: Path, lock: str) -> None:
    program = NAME.findall((repository / "packaging" / "requirements-dev.txt").read_text())
    tools = locked(repository, lock)
    shared = {name for name, _ in program} & tools.keys()
    assert shared
    assert [name for name in shared if (name, tools[name]) not in program] == []


def test_the_tools_are_locked_as_the_project_asks(repository: Path) -> None:
    groups = tomllib.loads((repository / "pyproject.toml").read_text())["dependency-groups"]
    for group, lock in (("bundle", LOCKS[0]), ("audit", LOCKS[1])):
        wanted = {re.split(r"[<>=]", line)[0] for line in groups[group]}
        assert wanted <= locked(repository, lock).keys()


def test_the_page_of_the_tools_names_exactly_what_is_locked_for_them(repository: Path) -> None:
    def names(page: str) -> set[str]:
        return {name for name, _ in ROW.findall((repository / "packaging" / page).read_text())} - {"package"}

    program = {name for name, _ in NAME.findall((repository / "packaging" / "requirements.txt").read_text())}
    tools = set().union(*(locked(repository, lock) for lock in LOCKS))
    assert names("LICENCES-TOOLS.md") == tools - program


@pytest.mark.parametrize("name", ["build-bundle.sh", "build-deb.sh", "build-portable.sh", "smoke-test.sh", "audit.sh"])
def test_a_command_is_sound_shell_and_says_how_it_is_called(repository: Path, name: str) -> None:
    command = repository / "packaging" / name
    subprocess.run(["sh", "-n", str(command)], check=True)
    if name == "audit.sh":
        return  # needs nothing
    result = subprocess.run([str(command)], capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"})
    assert result.returncode == 2
    assert f"packaging/{name} " in result.stderr
    assert "set -eu" not in result.stderr

"""Says which shipped part every file of a bundle belongs to; what licences, bill of materials and sizes are made from.

Runs in the environment that the bundle was built in. Reads contents.json, which planner-gui.spec wrote, and
the two pages of licences; writes nothing. A file of no known part is an error: nothing is shipped unexplained.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import Distribution, distributions, version
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PYTHON, BOOTLOADER, OURS = "python", "pyinstaller", "planner-gui"


class Unexplained(Exception):
    """Files of the bundle that no part owns; the message lists them."""


@dataclass
class Part:
    """One thing with a version and a licence of its own. `kind`: ours, package, python, bootloader, debian."""

    name: str
    version: str
    kind: str
    licence: str
    files: list[tuple[str, Path]] = field(default_factory=list)  # name in the bundle, where it came from


def normal(name: str) -> str:
    """A distribution's name as lock files spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licences(page: str) -> dict[str, str]:
    """Name to SPDX expression, of the tables of LICENCES.md."""
    return dict(re.findall(r"^\| ([a-z0-9-]+) \| (\S.*?) \|", page, re.MULTILINE))


def read(out: Path) -> list[Part]:
    """The parts of the bundle in `out`, by name. Unexplained where a file, or a part's licence, is unknown."""
    listing = [tuple(entry) for entry in json.loads((out / "contents.json").read_text(encoding="utf-8"))]
    found = assign(listing, owners(distributions()))
    known: dict[str, str] = {}
    for page in ("LICENCES-TOOLS.md", "LICENCES.md"):
        known |= licences((PROJECT / "packaging" / page).read_text(encoding="utf-8"))
    for part in found:
        part.licence = part.licence or known.get(part.name, "")
    silent = [part.name for part in found if not part.licence]
    if silent:
        raise Unexplained(f"no licence in packaging/LICENCES.md: {', '.join(silent)}")
    return found


def owners(installed: Iterable[Distribution]) -> dict[str, Distribution]:
    """A file's path below site-packages to what installed it."""
    return {str(file).replace("\\", "/"): one for one in installed for file in one.files or ()}


def assign(listing: Iterable[tuple[str, str, str]], owned: Mapping[str, Distribution]) -> list[Part]:
    """The parts of (name in the bundle, source, kind) entries, sorted by name."""
    parts: dict[str, Part] = {}
    lost: list[str] = []
    for name, source, kind in listing:
        if kind == "SYMLINK":
            continue
        place = name.replace("\\", "/")
        part = _part(place, Path(source), owned)
        if part is None:
            lost.append(place)
        else:
            parts.setdefault(part.name, part).files.append((place, Path(source)))
    if lost:
        raise Unexplained(f"nobody owns {len(lost)} files: {', '.join(lost[:10])}")
    return sorted(parts.values(), key=lambda part: part.name)


def _part(name: str, source: Path, owned: Mapping[str, Distribution]) -> Part | None:
    top = re.split(r"[/.]", name, maxsplit=1)[0]
    if top == "planner_gui":
        return Part(OURS, _own_version(), "ours", "MIT")
    one = owned.get(re.sub(r"\.pyc$", ".py", name)) or owned.get(_below_site_packages(source))
    if one is not None:
        return Part(normal(one.metadata["Name"]), one.version, "package", "")
    if top.startswith(("pyi_", "pyimod", "_pyi_")):
        return Part(BOOTLOADER, version(BOOTLOADER), "bootloader", "")
    core = ("python3", "libpython", "base_library", "lib-dynload", "_sysconfigdata")
    if top in sys.stdlib_module_names or name.startswith(core):
        return _python()
    if source.is_relative_to(sys.base_prefix):
        return _python()
    return _debian_part(source)


def _own_version() -> str:
    text = (PROJECT / "planner_gui" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'__version__ = "(.+?)"', text)
    assert found, "the package says its version"
    return found[1]


def _python() -> Part:
    return Part(PYTHON, ".".join(map(str, sys.version_info[:3])), "python", "PSF-2.0")


def _below_site_packages(source: Path) -> str:
    _, _, below = source.as_posix().rpartition("/site-packages/")
    return below


def _debian_part(source: Path) -> Part | None:
    owner = debian_package(str(source))
    if owner is None:
        return None
    query = ["dpkg-query", "-W", "-f", "${Version}", owner]
    version = subprocess.run(query, capture_output=True, text=True, check=True).stdout
    return Part(owner.partition(":")[0], version, "debian", "LicenseRef-Debian-copyright")


@lru_cache
def debian_package(path: str) -> str | None:
    """The package that installed a file, None where dpkg knows none (or is not here)."""
    real = str(Path(path).resolve())
    for candidate in dict.fromkeys((path, real, real.removeprefix("/usr"), f"/usr{path}")):
        try:
            asked = subprocess.run(["dpkg", "-S", candidate], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            return None
        if asked.returncode == 0:
            return asked.stdout.splitlines()[0].rpartition(": ")[0].split(",")[0]
    return None

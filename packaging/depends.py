"""Computes a Debian package's Depends from the libraries that a bundle's files ask the system for.

    python packaging/depends.py BUNDLE

Every ELF file's NEEDED, minus what the bundle carries, by the package that owns it here; the C library with the newest
version of its symbols that any file asks for. Prints one line. An owner that dpkg does not know is an error.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import parts


class Unowned(Exception):
    """A library that no installed package provides."""


def is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def needs(dump: str) -> tuple[set[str], set[tuple[int, ...]]]:
    """From `objdump -p`: the libraries that a file names, and the versions of the C library that it asks for."""
    libraries = set(re.findall(r"^\s+NEEDED\s+(\S+)", dump, re.MULTILINE))
    versions = re.findall(r"\bGLIBC_(\d+(?:\.\d+)+)\b", dump)
    return libraries, {tuple(map(int, version.split("."))) for version in versions}


def places(cache: str) -> dict[str, str]:
    """From `ldconfig -p`: a library's name to its file; the first is the one that is loaded."""
    found: dict[str, str] = {}
    for name, path in re.findall(r"^\s+(\S+) \(.*\) => (\S+)$", cache, re.MULTILINE):
        found.setdefault(name, path)
    return found


def packages(libraries: Iterable[str], known: dict[str, str]) -> set[str]:
    """The packages that provide them."""
    found = set()
    for library in libraries:
        owner = parts.debian_package(known[library]) if library in known else None
        if owner is None:
            raise Unowned(f"no package provides {library}: install it, or carry it")
        found.add(owner.partition(":")[0])
    return found


def compute(bundle: Path) -> str:
    """The field's value."""
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink() and is_elf(path)]
    wanted: set[str] = set()
    versions: set[tuple[int, ...]] = set()
    for path in files:
        dump = subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True, check=True).stdout
        libraries, asked = needs(dump)
        wanted |= libraries
        versions |= asked
    carried = {path.name for path in bundle.rglob("*.so*")}
    cache = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    found = packages(wanted - carried, places(cache)) - {"libc6"}
    return ", ".join([f"libc6 (>= {'.'.join(map(str, max(versions)))})", *sorted(found)])


if __name__ == "__main__":
    print(compute(Path(sys.argv[1])))

"""Puts the licence of every shipped part into the bundle: `licences/PART/...` and LICENCES.md.

    python packaging/notices.py OUT

Unexplained where a part brings no licence text. Texts come from the part itself (its dist-info, Debian's copyright
file); those that Qt's wheels leave out are kept in packaging/licences/.
"""

from __future__ import annotations

import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path

import parts

TEXTS = parts.PROJECT / "packaging" / "licences"
_LICENCE_LIKE = ("licen", "copying", "notice", "author")
QT = ("pyside6-essentials", "shiboken6")


def texts(part: parts.Part) -> list[tuple[str, Path]]:
    """The licence files of a part, as (path below its folder, source)."""
    if part.kind == "ours":
        return [("LICENSE", parts.PROJECT / "LICENSE")]
    if part.kind == "python":
        return _python_licence()
    if part.kind == "debian":
        return [("copyright", Path("/usr/share/doc") / part.name / "copyright")]
    if part.name in QT:
        return [(str(path.relative_to(TEXTS)), path) for path in sorted(TEXTS.rglob("*.txt"))]
    one = distribution(part.name)
    own = TEXTS / f"{part.name}.txt"
    named = [(file, Path(str(one.locate_file(file)))) for file in one.files or () if ".dist-info" in file.parts[0]]
    found = [
        ("/".join(file.parts[1:]).removeprefix("licenses/"), path)
        for file, path in named
        if "sboms" not in file.parts and any(word in "/".join(file.parts[1:]).lower() for word in _LICENCE_LIKE)
    ]
    return found or ([(own.name, own)] if own.exists() else [])


def _python_licence() -> list[tuple[str, Path]]:
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    base = Path(sys.base_prefix)
    places = (
        base / "lib" / version / "LICENSE.txt",
        base / "LICENSE.txt",
        Path("/usr/share/doc") / version / "copyright",
    )
    return [("LICENSE.txt", place) for place in places if place.exists()][:1]


def write(found: list[parts.Part], folder: Path) -> None:
    """Make `folder` anew with every text. Unexplained where a part has none."""
    silent = [part.name for part in found if not texts(part)]
    if silent:
        raise parts.Unexplained(f"no licence text for {', '.join(silent)}: put one into packaging/licences/")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(parts.PROJECT / "packaging" / "LICENCES.md", folder / "LICENCES.md")
    for part in found:
        for name, source in texts(part):
            target = folder / part.name / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


if __name__ == "__main__":
    out = Path(sys.argv[1])
    write(parts.read(out), out / "planner-gui" / "licences")

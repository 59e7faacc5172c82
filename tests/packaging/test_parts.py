"""Every file of a bundle belongs to a part that has a version, a licence and a text (K3)."""

import json
import sys
from collections.abc import Callable
from importlib.metadata import distribution, distributions
from pathlib import Path
from types import ModuleType

import pytest

Script = Callable[[str], ModuleType]
Entry = tuple[str, str, str]

HTTPX: Entry = ("httpx/_client.pyc", "/work-folder/localpycs/httpx/_client.pyc", "DATA")
OWN: Entry = ("planner_gui/cli.pyc", "/work-folder/localpycs/planner_gui/cli.pyc", "DATA")
STANDARD: Entry = ("json/decoder.pyc", "/work-folder/localpycs/json/decoder.pyc", "DATA")


@pytest.fixture
def parts(script: Script) -> ModuleType:
    return script("parts")


def named(parts: ModuleType, *listing: Entry) -> dict[str, str]:
    return {part.name: part.kind for part in parts.assign(listing, parts.owners(distributions()))}


def test_a_compiled_module_belongs_to_what_installed_its_source(parts: ModuleType) -> None:
    assert named(parts, HTTPX, OWN, STANDARD) == {"httpx": "package", "planner-gui": "ours", "python": "python"}


def test_a_part_says_the_installed_version(parts: ModuleType) -> None:
    (part,) = parts.assign([HTTPX], parts.owners(distributions()))
    assert part.version == distribution("httpx").version


def test_a_library_belongs_to_the_package_whose_file_it_was(parts: ModuleType) -> None:
    source = str(distribution("numpy").locate_file("numpy/__init__.py"))
    assert named(parts, ("elsewhere.bin", source, "BINARY")) == {"numpy": "package"}


def test_a_file_that_nobody_owns_is_an_error_that_names_it(parts: ModuleType) -> None:
    with pytest.raises(parts.Unexplained, match=r"1 files: mystery\.so"):
        named(parts, HTTPX, ("mystery.so", "/nowhere/mystery.so", "BINARY"))


def test_a_link_inside_the_bundle_is_no_file_of_its_own(parts: ModuleType) -> None:
    assert named(parts, HTTPX, ("libmystery.so", "httpx/libmystery.so", "SYMLINK")) == {"httpx": "package"}


def bundle_of(folder: Path, *listing: Entry) -> Path:
    (folder / "contents.json").write_text(json.dumps(listing))
    return folder


def test_a_part_without_a_licence_on_the_pages_is_an_error(
    parts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest_file: Entry = ("_pytest/main.pyc", "/work-folder/localpycs/_pytest/main.pyc", "DATA")
    assert [part.licence for part in parts.read(bundle_of(tmp_path, HTTPX))] == ["BSD-3-Clause"]
    monkeypatch.setattr(parts, "licences", lambda page: {})
    with pytest.raises(parts.Unexplained, match=r"LICENCES\.md: pytest"):
        parts.read(bundle_of(tmp_path, pytest_file))


def test_every_part_gets_its_text_and_qt_the_lgpl(script: Script, parts: ModuleType, tmp_path: Path) -> None:
    qt: Entry = ("PySide6/__init__.pyc", "/work-folder/localpycs/PySide6/__init__.pyc", "DATA")
    script("notices").write(parts.read(bundle_of(tmp_path, HTTPX, OWN, qt)), tmp_path / "licences")
    found = {str(path.relative_to(tmp_path / "licences")) for path in (tmp_path / "licences").rglob("*.*")}
    assert {"LICENCES.md", "httpx/LICENSE.md", "pyside6-essentials/LGPL-3.0.txt"} <= found
    assert {"pyside6-essentials/GPL-3.0.txt", "pyside6-essentials/qt/qtbase.txt"} <= found
    assert "MIT License" in (tmp_path / "licences" / "planner-gui" / "LICENSE").read_text()


def test_a_part_without_a_text_is_an_error(
    script: Script, parts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = parts.Part("libmystery1", "1", "package", "MIT")
    notices = script("notices")
    monkeypatch.setattr(notices, "texts", lambda part: [])
    with pytest.raises(parts.Unexplained, match="libmystery1"):
        notices.write([silent], tmp_path / "licences")


def test_every_locked_package_that_is_shipped_brings_a_text(
    script: Script, parts: ModuleType, repository: Path
) -> None:
    """All of the program's lock that is installed here, so that a bundle cannot fail for want of one."""
    notices = script("notices")
    page = (repository / "packaging" / "LICENCES.md").read_text().partition("## For development only")[0]
    build_only = {"editables", "hatchling", "packaging", "pathspec", "pluggy", "trove-classifiers"}
    installed = {parts.normal(one.metadata["Name"]) for one in distributions()}
    shipped = sorted((parts.licences(page).keys() & installed) - build_only)
    assert len(shipped) > 30
    assert [name for name in shipped if not notices.texts(parts.Part(name, "", "package", ""))] == []


def test_the_bill_of_materials_names_parts_versions_licences_and_archives(script: Script, parts: ModuleType) -> None:
    ours = parts.Part("planner-gui", "1.2", "ours", "MIT")
    httpx = parts.Part("httpx", "0.28.1", "package", "BSD-3-Clause")
    system = parts.Part("libssl3", "3.0.1-1+b2", "debian", "LicenseRef-Debian-copyright")
    bill = script("sbom").bill([httpx, system, ours], {"httpx": "ab" * 32})
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == "1.2"
    first, second = bill["components"]
    assert first["purl"] == "pkg:pypi/httpx@0.28.1"
    assert first["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert first["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    assert second["purl"] == "pkg:deb/debian/libssl3@3.0.1-1%2Bb2"
    assert bill["dependencies"][0]["dependsOn"] == [first["bom-ref"], second["bom-ref"]]


def test_the_hashes_are_those_of_pips_report(script: Script, tmp_path: Path) -> None:
    one = {"metadata": {"name": "Jaraco.Classes"}, "download_info": {"archive_info": {"hashes": {"sha256": "cd" * 32}}}}
    (tmp_path / "installed.json").write_text(json.dumps({"install": [one]}))
    assert script("sbom").archive_hashes(tmp_path / "installed.json") == {"jaraco-classes": "cd" * 32}


def test_sizes_are_summed_by_part_and_links_are_not_counted_twice(script: Script, tmp_path: Path) -> None:
    inside = tmp_path / "_internal"
    for name, size in (("PySide6/Qt/lib/libQt6Gui.so.6", 500), ("libX11.so.6", 30), ("httpx/_client.pyc", 7)):
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_bytes(b"x" * size)
    (inside / "libQt6Gui.so.6").symlink_to("PySide6/Qt/lib/libQt6Gui.so.6")
    rows = [(size, part) for size, part, _ in script("sizes").table(tmp_path)]
    assert rows == [(500, "Qt Core, Gui, Widgets"), (30, "system libraries"), (7, "other modules")]


def test_the_own_version_is_the_programs(parts: ModuleType) -> None:
    import planner_gui

    (part,) = parts.assign([OWN], {})
    assert (part.version, part.licence) == (planner_gui.__version__, "MIT")
    assert sys.version.startswith(parts.assign([STANDARD], {})[0].version)

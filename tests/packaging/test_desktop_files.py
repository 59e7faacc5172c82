"""What a desktop reads of an installed package agrees with the program."""

import configparser
import re
import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

import planner_gui
from planner_gui import cli

Script = Callable[[str], ModuleType]


@pytest.fixture
def linux(repository: Path) -> Path:
    return repository / "resources" / "linux"


def entry(linux: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read(linux / "planner-gui.desktop")
    return read


def test_the_menu_entry_starts_the_program_and_its_windows_are_found_by_it(linux: Path) -> None:
    main = entry(linux)["Desktop Entry"]
    assert main["Exec"] == "planner-gui %f"
    assert main["Icon"] == main["StartupWMClass"] == "planner-gui"
    assert main["Terminal"] == "false"


def test_the_menu_entry_offers_the_demo(linux: Path) -> None:
    assert entry(linux)["Desktop Action demo"]["Exec"] == "planner-gui --demo"


def test_the_software_centre_is_told_of_this_version_and_its_menu_entry(linux: Path) -> None:
    component = ElementTree.parse(linux / "planner-gui.metainfo.xml").getroot()
    newest = component.find("releases/release")
    assert newest is not None
    assert newest.get("version") == planner_gui.__version__
    assert component.findtext("launchable") == "planner-gui.desktop"
    assert component.findtext("project_license") == "MIT"


def test_the_man_page_has_every_command_and_every_option(linux: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (linux / "planner-gui.1").read_text().replace("\\-", "-")
    missing = [name for name in cli._COMMANDS if not re.search(rf'^\.BR {name} "', page, re.MULTILINE)]
    assert missing == []
    for command in ("", *cli._COMMANDS):
        cli.run([*([command] if command else []), "--help"])
        options = set(re.findall(r"(?<!\S)--[a-z-]+", capsys.readouterr().out)) - {"--help"}
        assert {option for option in options if option not in page} == set(), command


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-utils is not installed")
def test_the_menu_entry_is_valid(linux: Path) -> None:
    checked = subprocess.run(
        ["desktop-file-validate", linux / "planner-gui.desktop"], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="appstream is not installed")
def test_the_metadata_is_valid(linux: Path) -> None:
    call = ["appstreamcli", "validate", "--no-net", "--pedantic", str(linux / "planner-gui.metainfo.xml")]
    checked = subprocess.run(call, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_icon_is_drawn_at_every_size_for_every_desktop(script: Script, tmp_path: Path, qapp: object) -> None:
    icons = script("icons")
    icons.write(tmp_path)
    for side in icons.LINUX:
        image = QImage(str(tmp_path / "hicolor" / f"{side}x{side}" / "apps" / "planner-gui.png"))
        assert (image.width(), image.height()) == (side, side)
        assert image.pixelColor(0, 0).alpha() < 255, "round corners"
        assert image.pixelColor(side // 2, side // 8).alpha() == 255, "something is drawn"
    assert (tmp_path / "hicolor/scalable/apps/planner-gui.svg").read_bytes() == icons.DRAWING.read_bytes()
    windows = (tmp_path / "planner-gui.ico").read_bytes()
    assert struct.unpack("<HHH", windows[:6]) == (0, 1, len(icons.WINDOWS))
    for number, side in enumerate(icons.WINDOWS):
        *_, size, place = struct.unpack("<BBBBHHII", windows[6 + 16 * number : 22 + 16 * number])
        assert QImage.fromData(windows[place : place + size]).width() == side
    macos = (tmp_path / "planner-gui.icns").read_bytes()
    assert macos[:4] == b"icns"
    assert struct.unpack(">I", macos[4:8]) == (len(macos),)


DUMP = """
Dynamic Section:
  NEEDED               libz.so.1
  NEEDED               libc.so.6
Version References:
  required from libc.so.6:
    0x0963cf85 0x00 03 GLIBC_PRIVATE
    0x0963cf85 0x00 03 GLIBC_2.9
    0x06969196 0x00 02 GLIBC_2.34
"""
CACHE = "\tlibz.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libz.so.1\n\tlibz.so.1 (libc6) => /lib32/libz.so.1\n"


def test_what_a_library_asks_for_is_read_from_its_dump(script: Script) -> None:
    libraries, versions = script("depends").needs(DUMP)
    assert libraries == {"libz.so.1", "libc.so.6"}
    assert max(versions) == (2, 34), "versions are numbers, not text"


def test_the_first_place_of_a_library_is_the_one_that_is_loaded(script: Script) -> None:
    assert script("depends").places(CACHE) == {"libz.so.1": "/lib/x86_64-linux-gnu/libz.so.1"}


def test_a_library_that_no_package_provides_is_an_error(script: Script) -> None:
    depends = script("depends")
    with pytest.raises(depends.Unowned, match=r"libmystery\.so\.1"):
        depends.packages({"libmystery.so.1"}, {})

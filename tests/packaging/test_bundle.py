"""A finished bundle, where PLANNER_GUI_BUNDLE names the folder that packaging/build-bundle.sh made (its OUT).

    PLANNER_GUI_BUNDLE=build/bundle ./dev test tests/packaging

Without one these are skipped: making it takes minutes. packaging/smoke-test.sh shows the same of the installed package.
"""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

OUT = Path(os.environ.get("PLANNER_GUI_BUNDLE", "no-bundle")).absolute()
pytestmark = pytest.mark.skipif(not (OUT / "planner-gui").is_dir(), reason="PLANNER_GUI_BUNDLE names no bundle")


def started(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        [str(OUT / "planner-gui" / "planner-gui"), *arguments],
        cwd=folder,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_part_in_the_bill_of_materials_has_its_notice_in_the_bundle_and_no_other() -> None:
    bill = json.loads((OUT / "sbom.cdx.json").read_text())
    named = {component["name"] for component in [*bill["components"], bill["metadata"]["component"]]}
    licences = OUT / "planner-gui" / "licences"
    assert {path.name for path in licences.iterdir() if path.is_dir()} == named
    assert [path for path in licences.rglob("*") if path.is_file() and not path.stat().st_size] == []


def test_every_file_of_the_bundle_is_one_that_the_bill_was_made_from() -> None:
    listed = {name for name, _, _ in json.loads((OUT / "contents.json").read_text())}
    inside = OUT / "planner-gui" / "_internal"
    found = {str(path.relative_to(inside)) for path in inside.rglob("*") if path.is_file() or path.is_symlink()}
    assert found - listed - {"base_library.zip"} == set()


def test_every_package_named_in_the_bill_is_the_locked_one(repository: Path) -> None:
    locks = "".join((repository / "packaging" / f"requirements{part}.txt").read_text() for part in ("", "-build"))
    locked = set(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", locks, re.MULTILINE))
    bill = json.loads((OUT / "sbom.cdx.json").read_text())
    packages = {
        (component["name"], component["version"], component["hashes"][0]["content"])
        for component in bill["components"]
        if component["purl"].startswith("pkg:pypi/")
    }
    assert {(name, version) for name, version, _ in packages} <= locked
    assert [name for name, _, digest in packages if f"--hash=sha256:{digest}" not in locks] == []


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A folder of modules and plugins that tell on themselves when they are loaded."""
    for name in ("httpx", "sitecustomize", "usercustomize", "startup", "PySide6"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'loaded')!r}, 'w').close()\n")
    (tmp_path / "platforms").mkdir()
    # A real one, or Qt would pass it over: what is looked at is where it was loaded from.
    plugins = OUT / "planner-gui" / "_internal" / "PySide6" / "Qt" / "plugins"
    shutil.copy(plugins / "platforms" / "libqoffscreen.so", tmp_path / "platforms")
    return tmp_path


def loaded_platform(program: subprocess.Popen[str]) -> str:
    """The file that Qt's platform plugin was loaded from, once it is."""
    until = time.monotonic() + 60
    while time.monotonic() < until and program.poll() is None:
        found = re.findall(r"/\S+libqoffscreen\.so", Path(f"/proc/{program.pid}/maps").read_text())
        if found:
            return str(found[0])
        time.sleep(0.05)
    return ""


def test_K2_planted_modules_and_plugins_are_not_loaded(planted: Path) -> None:
    variables = ("PYTHONPATH", "PYTHONHOME", "QT_PLUGIN_PATH")
    environment = {name: str(planted) for name in variables}
    environment["PYTHONSTARTUP"] = str(planted / "startup.py")
    environment["QT_QPA_PLATFORM_PLUGIN_PATH"] = str(planted / "platforms")
    ended = started("doctor", folder=planted, **environment)
    assert ended.returncode == 0, ended.stderr
    assert "httpx 0." in ended.stdout
    program = subprocess.Popen(
        [str(OUT / "planner-gui" / "planner-gui"), "--demo"],
        cwd=planted,
        env={"HOME": str(planted), "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        loaded = loaded_platform(program)
    finally:
        program.terminate()
        said, _ = program.communicate(timeout=60)
    assert Path(loaded).is_relative_to(OUT), said
    assert not (planted / "loaded").exists()


def test_the_bundle_says_its_version(tmp_path: Path) -> None:
    assert re.fullmatch(r"planner-gui \d+\.\d+\.\d+\n", started("--version", folder=tmp_path).stdout)

"""The log on the disk: private, small, whole lines, never in anybody's way (L1, L2, C1)."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner_gui.session import log, redaction
from planner_gui.session.log import FILE_NAME, Log, RotatingFile, kept

LOGGER = logging.getLogger("planner_gui.example")


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_known", set())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "planner-gui" / "log"


@pytest.fixture
def running(folder: Path) -> Iterator[Log]:
    with kept(folder) as started:
        assert started is not None
        yield started


def lines(running: Log) -> list[str]:
    running.flush()
    return running.path.read_text("utf-8").splitlines()


def test_a_line_has_its_time_level_process_and_place(running: Log) -> None:
    LOGGER.info("sync %s: %d items", "tempo", 7)
    shape = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 INFO \d+ example: sync tempo: 7 items"
    assert re.fullmatch(shape, lines(running)[-1])


def test_C1_the_log_and_its_folder_are_their_owners_alone(running: Log, folder: Path) -> None:
    LOGGER.info("x")
    running.flush()
    assert running.path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_L1_no_secret_reaches_the_disk_wherever_a_record_has_it(running: Log) -> None:
    redaction.know("sentinel-known")
    LOGGER.info("token sentinel-known, header Authorization: Bearer sentinel-shaped")
    try:
        raise TypeError("sentinel-known and password=sentinel-shaped")
    except TypeError:
        LOGGER.info("failed", exc_info=True)
    logging.getLogger("httpx").info("GET https://x/?q=sentinel-shaped")
    text = "\n".join(lines(running))
    assert "failed" in text
    assert "sentinel" not in text


def test_L2_a_record_cannot_forge_a_line(running: Log) -> None:
    LOGGER.info("title\n2026-11-20T00:00:00.000+00:00 ERROR 1 x: forged")
    assert len(lines(running)) == 1


def test_an_errors_traceback_follows_as_lines_that_no_record_begins_like(running: Log, expect_log: object) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        LOGGER.info("failed", exc_info=True)
    head, *below = lines(running)
    assert head.endswith("failed")
    assert below[-1] == "\tZeroDivisionError"
    assert all(line.startswith("\t") for line in below)


def test_L2_five_files_of_a_megabyte_and_no_more(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / FILE_NAME, limit=1000)
    for number in range(100):
        file.write(f"{number:03} {'x' * 95}\n".encode())
    file.close()
    found = sorted(tmp_path.iterdir())
    assert [each.name for each in found] == [FILE_NAME, *(f"{FILE_NAME}.{n}" for n in range(1, 5))]
    assert all(each.stat().st_size <= 1000 for each in found)
    newest_first = [each.read_text().splitlines() for each in found]
    numbers = [int(line[:3]) for each in reversed(newest_first) for line in each]
    assert numbers == list(range(50, 100))
    assert (log.LIMIT, log.FILES) == (1_000_000, 5)


def test_two_programs_write_one_log_and_a_rotation_of_one_loses_nothing_of_the_other(tmp_path: Path) -> None:
    first, second = (RotatingFile(tmp_path / FILE_NAME, limit=200) for _ in range(2))
    for number in range(8):
        (first if number % 2 else second).write(f"line {number} {'x' * 60}\n".encode())
    first.close()
    second.close()
    written = "".join(each.read_text() for each in tmp_path.iterdir())
    assert [f"line {number} " in written for number in range(8)] == [True] * 8


def test_a_link_in_the_place_of_the_log_is_not_followed(running: Log, folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    (tmp_path / "victim").write_text("mine")
    (folder / FILE_NAME).symlink_to(tmp_path / "victim")
    LOGGER.info("x")
    running.flush()
    assert (tmp_path / "victim").read_text() == "mine"


def test_a_place_that_cannot_be_written_costs_the_log_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder would be")
    with kept(tmp_path / "state" / "log") as running:
        assert running is not None
        LOGGER.info("x")
        LOGGER.info("%d", "no number")  # a fault of the caller's costs no more
        running.flush()


def test_whoever_logs_never_waits_for_the_disk(running: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    held, begun = threading.Event(), threading.Event()

    def hangs(_self: RotatingFile, _data: bytes) -> None:
        begun.set()
        held.wait(20)

    monkeypatch.setattr(RotatingFile, "write", hangs)
    LOGGER.info("first")
    assert begun.wait(20)
    for number in range(1000):
        LOGGER.info("more %d", number)  # returns, though nothing is written meanwhile
    held.set()


@pytest.mark.parametrize(("chosen", "seen"), [("debug", 2), ("", 1), ("warning", 0), ("nonsense", 1)])
def test_the_variable_chooses_how_much(folder: Path, monkeypatch: pytest.MonkeyPatch, chosen: str, seen: int) -> None:
    monkeypatch.setenv("PLANNER_GUI_LOG", chosen)
    with kept(folder) as running:
        assert running is not None
        LOGGER.debug("a")
        LOGGER.info("b")
        logging.getLogger("httpx").info("GET https://jira.example.com/?q=1")
        logging.getLogger("httpcore.http11").debug("send_request_headers")
        running.flush()
    assert len(running.path.read_text().splitlines() if running.path.exists() else []) == seen


def test_none_keeps_no_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_GUI_LOG", "none")
    with kept(folder) as running:
        LOGGER.info("x")
    assert running is None
    assert not folder.exists()


def test_the_loggers_are_as_before_afterwards(folder: Path) -> None:
    root, own = logging.getLogger(), logging.getLogger("planner_gui")
    before = (root.level, own.level, list(root.handlers))
    with kept(folder):
        pass
    assert (root.level, own.level, root.handlers) == before


def test_the_first_line_says_what_runs(running: Log) -> None:
    log.began("1.2.3", "sync", Qt="6.11.3")
    assert ": start: planner-gui 1.2.3 sync, Python 3." in lines(running)[-1]
    assert lines(running)[-1].endswith(", Qt 6.11.3")

"""What is typed, before anything is done: dates, spans, exit codes (docs/cli.md)."""

from __future__ import annotations

import argparse
from datetime import date

import pytest

from planner_gui import cli
from planner_gui.domain.entities import Span


@pytest.mark.parametrize("text", ["2026-02-30", "20261120", "2026-W13-7", "26-11-20", "2026-11-20T00:00", "", "today"])
def test_D5_only_plain_dates_are_taken(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        cli.a_date(text)


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        ("2026-11-20", "2026-10-20", "2027-11-20"),
        ("2026-03-31", "2026-02-28", "2027-03-31"),
        ("2028-02-29", "2028-01-29", "2029-02-28"),
        ("2026-01-15", "2025-12-15", "2027-01-15"),
    ],
)
def test_the_default_range_is_the_month_before_today_to_twelve_months_after(
    monkeypatch: pytest.MonkeyPatch, today: str, first: str, last: str
) -> None:
    monkeypatch.setenv("PLANNER_GUI_TODAY", today)
    span = cli.span_of(argparse.Namespace(first=None, last=None))
    assert span == Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("words", [["--nonsense"], ["sync"], ["export", "x"], ["init"], ["sandbox", "--port", "-1"]])
def test_a_faulty_line_is_one_line_and_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(words) == cli.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert said.err.startswith("planner-gui: ")


def test_a_bug_is_one_line_too_and_its_words_stay_inside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(arguments: object) -> int:
        raise ValueError("token-abc")

    monkeypatch.setattr(cli, "_dispatch", broken)
    assert cli.run([]) == cli.FAILED
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "token-abc" not in said
    assert len(said.splitlines()) == 1


def test_help_and_version_end_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == cli.DONE
    assert "commands" in capsys.readouterr().out
    assert cli.run(["--version"]) == cli.DONE


def test_an_option_is_key_and_value() -> None:
    assert cli.an_option("boxes=PROG-1,PROG-2") == ("boxes", "PROG-1,PROG-2")
    assert cli.an_option("cloud-manager=http://127.0.0.1:1/a=b") == ("cloud-manager", "http://127.0.0.1:1/a=b")
    for text in ("boxes", "=x", ""):
        with pytest.raises(argparse.ArgumentTypeError):
            cli.an_option(text)

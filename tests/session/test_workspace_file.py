"""workspace.toml: what is written is what is read, a faulty file is refused and never replaced (C1, X2, Load 6)."""

import os
import stat
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_gui.domain.entities import AccountRef, CountsAs
from planner_gui.domain.errors import WorkspaceError
from planner_gui.domain.plan import Counting, Decision
from planner_gui.session.rules import rules_of
from planner_gui.session.workspace_file import (
    Configuration,
    DayOff,
    OwnSchedule,
    WorkspaceFile,
    add_connection,
    new_configuration,
    remove_connection,
)
from planner_gui.sources.base import Connection

PRIYA, SAM = AccountRef("tempo", "priya"), AccountRef("bigtime", "17")
PLAIN = new_configuration("plan", timezone="Europe/Berlin", schedule="mon-fri 8h", holidays="DE-BY")
FULL = replace(
    PLAIN,
    schedules=(OwnSchedule(PRIYA, date(2026, 1, 1), ("mon-thu 8h", "mon-fri 8h")),),
    holidays_of={PRIYA: "AT"},
    days_off=(DayOff(date(2026, 12, 24), 0.5, "Christmas Eve"), DayOff(date(2026, 12, 31), calendar="AT")),
    connections=(
        Connection(name="tempo", kind="tempo", url="https://jira.example.com", options={"user": "pm"}),
        Connection(name="bigtime", kind="bigtime"),
    ),
    counting=Counting(
        {"bigtime": CountsAs.SHOW},
        {("", "", "meeting"): CountsAs.LOAD, ("calendar", "12", "custom"): CountsAs.ABSENCE},
        frozenset({("tempo", "Time off")}),
    ),
    tasks_by_default=frozenset({"bigtime"}),
    decisions=(Decision("join", (PRIYA, SAM)), Decision("hide", (AccountRef("tempo", "robot"),))),
    names={PRIYA: "Priya R.", AccountRef("tempo", 'a.b "c"'): "Ü\n"},
    stale_after_hours=12.5,
    thresholds=(50, 80, 100, 130),
)


@pytest.fixture
def file(tmp_path: Path) -> WorkspaceFile:
    return WorkspaceFile(tmp_path / "workspace.toml")


@pytest.mark.parametrize("settings", [PLAIN, FULL], ids=["plain", "full"])
def test_what_is_written_is_what_is_read(file: WorkspaceFile, settings: Configuration) -> None:
    file.create(settings)
    assert WorkspaceFile(file.path).read() == settings


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=40)
@given(TEXT, st.dictionaries(st.builds(AccountRef, TEXT, TEXT), TEXT, max_size=3))
def test_any_name_survives(tmp_path_factory: pytest.TempPathFactory, name: str, names: dict[AccountRef, str]) -> None:
    file = WorkspaceFile(tmp_path_factory.mktemp("toml") / "workspace.toml")
    chosen = replace(PLAIN, name=name, names=names)
    file.create(chosen)
    assert file.read() == chosen


def test_c1_the_file_is_the_owners_alone(file: WorkspaceFile) -> None:
    before = os.umask(0)
    try:
        file.create(PLAIN)
        file.change(lambda settings: replace(settings, name="other"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [entry.name for entry in file.path.parent.iterdir()] == ["workspace.toml"]


def test_c1_a_link_is_refused(file: WorkspaceFile, tmp_path: Path) -> None:
    real = WorkspaceFile(tmp_path / "real.toml")
    real.create(PLAIN)
    file.path.symlink_to(real.path)
    with pytest.raises(WorkspaceError, match="link"):
        file.read()


def test_an_edit_made_elsewhere_meanwhile_is_kept(file: WorkspaceFile) -> None:
    file.create(PLAIN)
    other = WorkspaceFile(file.path)
    other.change(lambda settings: replace(settings, stale_after_hours=48.0))
    changed = file.change(lambda settings: replace(settings, name="mine"))
    assert (changed.name, changed.stale_after_hours) == ("mine", 48.0)


def test_keys_that_this_version_does_not_know_are_kept(file: WorkspaceFile) -> None:
    file.create(FULL)
    text = "future = 7\n" + file.path.read_text()
    for known, unknown in (
        ('kind = "bigtime"', ', colour = "red"'),  # the connections are inline tables
        ("[holidays]", "\nregion = 5"),
        ('action = "hide"', '\nwhy = "bot"'),
    ):
        assert known in text
        text = text.replace(known, known + unknown)
    file.path.write_text(text)
    file.change(lambda settings: replace(settings, name="new", stale_after_hours=1.0))
    written = file.path.read_text()
    for kept in ("future = 7", 'colour = "red"', "region = 5", 'why = "bot"'):
        assert kept in written
    assert file.read().name == "new"


def test_what_the_user_removed_does_not_come_back(file: WorkspaceFile) -> None:
    file.create(FULL)
    empty = Counting()
    changed = file.change(lambda s: replace(remove_connection(s, "bigtime"), names={}, counting=empty, decisions=()))
    assert file.read() == changed
    assert changed.names == {}
    assert changed.counting == empty
    assert [connection.name for connection in changed.connections] == ["tempo"]


FAULTS = {
    "not TOML": ("[[[", "not valid TOML"),
    "not text": (b"\xff\xfe", "not valid TOML"),
    "foreign": ('format = "something else"', "no workspace of planner-gui"),
    "no format": ("a = 1", "no workspace of planner-gui"),
    "newer": ('format = "planner-gui/workspace"\nversion = 2', "newer version"),
    "no version": ('format = "planner-gui/workspace"', "version is missing"),
    "version is text": ('format = "planner-gui/workspace"\nversion = "1"', "version: must be a whole number"),
}
ENTRIES = {
    "kind missing": ('[[connections]]\nname = "a"', "connections 1: kind is missing"),
    "url a number": ('[[connections]]\nname = "a"\nkind = "tempo"\nurl = 7', "connections 1: url: must be a text"),
    "two of a name": ('[[connections]]\nname="a"\nkind="tempo"\n' * 2, "two connections called a"),
    "option a list": ('[[connections]]\nname="a"\nkind="tempo"\noptions={x=[1]}', "options]: x: must be a text"),
    "connections a text": ('connections = "a"', "connections: must be a list"),
    "no such count": ('[counting.tasks]\na = "twice"', "a: must be one of ignore, show, load, absence"),
    "action": ('[[people]]\naction = "marry"\naccounts = []', "action: must be join, apart or hide"),
    "accounts": ('[[people]]\naction = "join"\naccounts = ["a"]', "accounts: must be a list of pairs"),
    "share": ("[holidays]\ndays = [{date=2026-12-24, share=2}]", "share: must be more than 0"),
    "date with a time": ("[holidays]\ndays = [{date=2026-12-24T00:00:00}]", "date without a time"),
    "thresholds": ("thresholds = [90, 60, 100, 120]", "four rising percentages"),
    "stale": ("stale_after_hours = -1", "at least 0"),
    "stale nan": ("stale_after_hours = nan", "at least 0"),
    "true is no number": ("stale_after_hours = true", "stale_after_hours: must be a number"),
}
HEAD = 'format = "planner-gui/workspace"\nversion = 1\nid = "x"\ntimezone = "UTC"\n'


@pytest.mark.parametrize("fault", [*FAULTS, *ENTRIES])
def test_a_faulty_file_is_refused_in_words_and_not_replaced(file: WorkspaceFile, fault: str) -> None:
    content, words = FAULTS[fault] if fault in FAULTS else (HEAD + str(ENTRIES[fault][0]), ENTRIES[fault][1])
    file.path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = file.path.read_bytes()
    with pytest.raises(WorkspaceError) as refused:
        file.read()
    assert words in str(refused.value)
    assert str(file.path) in str(refused.value)
    assert "\n" not in str(refused.value)
    with pytest.raises(WorkspaceError):
        file.change(lambda settings: settings)
    assert file.path.read_bytes() == before


def test_the_file_that_the_documents_show_is_one(file: WorkspaceFile) -> None:
    shown = (Path(__file__).parents[2] / "docs" / "workspace.md").read_text(encoding="utf-8")
    file.path.write_text(shown.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    read = file.read()
    rules = rules_of(read, [2026], {})
    assert rules.working_time.zone_of[AccountRef("tempo", "chen")].key == "Europe/Warsaw"  # type: ignore[attr-defined]
    assert [len(each.weeks) for each in (*read.schedule_changes, *read.schedules)] == [1, 2]
    assert file.change(lambda settings: settings) == read
    assert set(tomllib.loads(file.path.read_text(encoding="utf-8"))) == set(
        tomllib.loads(shown.partition("```toml\n")[2].partition("```")[0])
    )


def test_a_minimal_file_has_the_defaults(file: WorkspaceFile) -> None:
    file.path.write_text(HEAD)
    settings = file.read()
    assert (settings.schedule, settings.holidays, settings.stale_after_hours) == ("mon-fri 8h", "", 24.0)


# --- capacity.md, Load 6 ---


def added(settings: Configuration, *kinds: str) -> tuple[Configuration, list[str]]:
    said: list[str] = []
    for kind in kinds:
        settings, words = add_connection(settings, Connection(name=kind, kind=kind))
        said.extend(words)
    return settings, said


def test_load_6_tasks_are_load_where_there_is_no_tempo_connection_and_it_is_said() -> None:
    settings, said = added(PLAIN, "bigtime")
    assert settings.counting.tasks == {"bigtime": CountsAs.LOAD}
    assert said == ["Tasks of bigtime count as load: there is no Tempo connection."]


@pytest.mark.parametrize("tempo", ["tempo", "tempo-cloud"])
@pytest.mark.parametrize("tempo_first", [True, False])
def test_load_6_tasks_are_shown_where_tempo_is_whatever_came_first(tempo: str, tempo_first: bool) -> None:
    kinds = (tempo, "bigtime", "bigpicture") if tempo_first else ("bigtime", "bigpicture", tempo)
    settings, said = added(PLAIN, *kinds)
    assert settings.counting.tasks == {"bigtime": CountsAs.SHOW, "bigpicture": CountsAs.SHOW}
    assert f"Tasks of bigtime are shown and add no load: the load comes from {tempo}." in said


def test_load_6_what_the_user_chose_is_never_flipped() -> None:
    settings, _ = added(PLAIN, "bigtime", "bigpicture")
    chosen = replace(settings, tasks_by_default=settings.tasks_by_default - {"bigtime"})
    settings, said = added(chosen, "tempo")
    assert settings.counting.tasks == {"bigtime": CountsAs.LOAD, "bigpicture": CountsAs.SHOW}
    assert not any("bigtime" in words for words in said)


def test_load_6_nothing_flips_when_tempo_goes() -> None:
    settings, _ = added(PLAIN, "tempo", "bigtime")
    assert remove_connection(settings, "tempo").counting.tasks == {"bigtime": CountsAs.SHOW}


def test_load_6_kinds_without_tasks_are_not_spoken_of() -> None:
    settings, said = added(PLAIN, "tempo", "worktime")
    assert (settings.counting.tasks, said) == ({}, [])

"""The open workspace: made, opened, locked, changed, and one plan announced for each change (K5, C2, C10, D3)."""

import asyncio
import errno
import os
import stat
import subprocess
import sys
from collections.abc import Coroutine
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from planner_gui.domain.entities import AccountRef, CountsAs, Span
from planner_gui.domain.errors import PlannerError, StoreDamaged, UsageError, WorkspaceError
from planner_gui.domain.plan import Decision, State
from planner_gui.domain.snapshot import Snapshot
from planner_gui.session import workspace as module
from planner_gui.session.lock import OpenElsewhere
from planner_gui.session.workspace import Changes, Workspace
from planner_gui.session.workspace_file import OwnSchedule
from planner_gui.sources.base import Connection
from planner_gui.store import files
from tests.session.fakes import TODAY, Clocks, allocation, page
from tests.store.snapshots import snapshot as by_hand
from tests.unprivileged import obey_file_modes


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def opened(folder: Path, clocks: Clocks, **options: Any) -> Workspace:
    return Workspace.open(folder, today=TODAY, now=clocks.now, monotonic=clocks.monotonic, **options)


def reading(connection: str, clocks: Clocks, *titles: str) -> Snapshot:
    from zoneinfo import ZoneInfo

    from planner_gui.domain.reading import Reading

    collected = Reading(connection, "tempo", Span(date(2026, 11, 1), date(2026, 11, 30)), ZoneInfo("Europe/Berlin"))
    collected.add(page([allocation(number, title) for number, title in enumerate(titles)]))
    return collected.finish(clocks.now())


async def with_tempo(workspace: Workspace, clocks: Clocks, *titles: str) -> None:
    await workspace.add_connection(Connection(name="tempo", kind="tempo", url="https://jira.example.com"))
    await workspace.readings.keep(reading("tempo", clocks, *(titles or ("Core services",))))
    await workspace.compose(Changes(frozenset({"tempo"})))


# --- made ---


def test_a_workspace_is_made_private_and_can_be_opened(tmp_path: Path, clocks: Clocks) -> None:
    folder = tmp_path / "a" / "plan"
    before = os.umask(0)
    try:
        made = Workspace.create(folder, schedule="mon-wed 8h, thu 4h", timezone="Europe/Berlin")
        workspace = opened(folder, clocks)
    finally:
        os.umask(before)
    modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in folder.iterdir()}
    workspace.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(modes) >= {"workspace.toml", "cache.db", "lock"}
    assert set(modes.values()) == {0o600}
    assert workspace.settings == made
    assert workspace.plan.people == ()


def test_the_computers_time_zone_is_the_default(tmp_path: Path) -> None:
    from zoneinfo import ZoneInfo

    assert ZoneInfo(Workspace.create(tmp_path / "plan").timezone)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"timezone": "Mars/Olympus"}, "no time zone 'Mars/Olympus'"),
        ({"holidays": "XX-YY"}, "XX-YY"),
        ({"schedule": "never"}, "never"),
        ({"timezone": "../../etc/passwd"}, "no time zone"),
    ],
)
def test_a_choice_that_cannot_be_made_is_a_usage_error_and_makes_nothing(
    tmp_path: Path, choice: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError) as refused:
        Workspace.create(tmp_path / "plan", **{"timezone": "UTC", **choice})
    assert words in str(refused.value)
    assert not (tmp_path / "plan").exists()


def test_what_is_there_already_is_not_touched(folder: Path, tmp_path: Path) -> None:
    before = (folder / "workspace.toml").read_bytes()
    with pytest.raises(UsageError, match="already"):
        Workspace.create(folder, timezone="UTC")
    assert (folder / "workspace.toml").read_bytes() == before
    other = tmp_path / "home"
    other.mkdir(mode=0o755)
    (other / "letter.txt").touch()
    for taken in (other, other / "letter.txt"):
        with pytest.raises(UsageError, match="already"):
            Workspace.create(taken, timezone="UTC")
    assert stat.S_IMODE(other.stat().st_mode) == 0o755


def test_an_empty_folder_becomes_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir(mode=0o755)
    Workspace.create(tmp_path / "plan", timezone="UTC")
    assert stat.S_IMODE((tmp_path / "plan").stat().st_mode) == 0o700


# --- opened, or refused in words ---


def test_a_folder_that_is_no_workspace_is_refused_and_nothing_is_put_into_it(tmp_path: Path, clocks: Clocks) -> None:
    with pytest.raises(WorkspaceError, match="no such folder"):
        opened(tmp_path / "gone", clocks)
    with pytest.raises(WorkspaceError, match=r"is not a workspace.*planner-gui init"):
        opened(tmp_path, clocks)
    assert list(tmp_path.iterdir()) == []


def test_a_newer_workspace_is_refused_and_no_byte_of_it_changes(folder: Path, clocks: Clocks) -> None:
    file = folder / "workspace.toml"
    file.write_text(file.read_text().replace("version = 1", "version = 2"))
    before = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
    with pytest.raises(WorkspaceError, match="newer version"):
        opened(folder, clocks)
    assert {entry.name: entry.read_bytes() for entry in folder.iterdir()} == before


@pytest.mark.parametrize("there", [False, True])
def test_fd2_a_workspace_that_finds_no_room_leaves_nothing_that_passes_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    def full(_path: Path, _content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = tmp_path / "plan"
    if there:
        folder.mkdir()
    with monkeypatch.context() as disk:
        disk.setattr(files, "replace_whole", full)
        with pytest.raises(WorkspaceError, match="No space left"):
            Workspace.create(folder, timezone="Europe/Berlin")
    assert folder.exists() is there
    Workspace.create(folder, timezone="Europe/Berlin")  # when there is room


def test_settings_that_no_rule_follows_from_are_refused_in_words(folder: Path, clocks: Clocks) -> None:
    file = folder / "workspace.toml"
    file.write_text(file.read_text().replace("Europe/Berlin", "Europe/Atlantis"))
    with pytest.raises(WorkspaceError, match="no time zone 'Europe/Atlantis'"):
        opened(folder, clocks)
    file.write_text(file.read_text().replace("Europe/Atlantis", "Europe/Berlin"))
    opened(folder, clocks).close()  # the refusal let go of the lock


def test_k5_one_workspace_has_one_writer_and_any_number_of_readers(folder: Path, clocks: Clocks) -> None:
    window = opened(folder, clocks)
    with pytest.raises(OpenElsewhere, match="open in a window"):
        opened(folder, clocks)
    reader = opened(folder, clocks, writable=False)
    assert not reader.writable
    reader.close()
    assert window.writable
    window.close()
    opened(folder, clocks).close()


HOLDS_AND_IS_KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from planner_gui.session.workspace import Workspace
workspace = Workspace.open(Path(sys.argv[1]), today=date(2026, 11, 20))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_k5_the_lock_of_a_killed_program_frees_itself(folder: Path, clocks: Clocks) -> None:
    killed = subprocess.run([sys.executable, "-c", HOLDS_AND_IS_KILLED, str(folder)], check=False)
    assert killed.returncode == -9
    assert (folder / "lock").exists()
    opened(folder, clocks).close()


def test_c2_a_damaged_cache_is_set_aside_and_one_message_says_so(folder: Path, clocks: Clocks) -> None:
    (folder / "cache.db").write_text("no database")
    workspace = opened(folder, clocks)
    assert workspace.writable
    (notice,) = workspace.notices.current
    assert "kept as cache.db.damaged-" in notice.text
    workspace.close()


def test_c2_one_who_only_reads_is_told_and_touches_nothing(folder: Path, clocks: Clocks) -> None:
    (folder / "cache.db").write_text("no database")
    with pytest.raises(StoreDamaged):
        opened(folder, clocks, writable=False)
    assert (folder / "cache.db").read_text() == "no database"


def test_c2_damage_found_after_the_first_paint_leaves_no_rows_of_the_damaged_file(folder: Path, clocks: Clocks) -> None:
    import sqlite3

    async def use() -> None:
        workspace = opened(folder, clocks)
        await with_tempo(workspace, clocks)
        assert await workspace.check_store()
        workspace.close()
        with sqlite3.connect(folder / "cache.db") as raw:
            raw.execute("UPDATE part SET crc = crc + 1 WHERE name = 'texts/block'")
        raw.close()
        workspace = opened(folder, clocks)
        assert workspace.plan.rows == 1
        announced: list[Changes] = []
        workspace.changed.connect(announced.append)
        assert not await workspace.check_store()
        assert workspace.plan.rows == 0
        assert workspace.plan.connections[0].state is State.NEVER
        assert [changes.connections for changes in announced] == [frozenset({"tempo"})]
        assert "texts/block of tempo" in workspace.notices.current[0].text
        workspace.close()

    run(use())


READ_ONLY = """
import sys
from datetime import date
from pathlib import Path
from planner_gui.session.workspace import Workspace
workspace = Workspace.open(Path(sys.argv[1]), today=date(2026, 11, 20))
print(workspace.writable, workspace.plan.rows, *[notice.text for notice in workspace.notices.current], sep="|")
workspace.close()
"""


@pytest.mark.parametrize("damaged", [False, True])
def test_c10_a_read_only_workspace_is_shown_and_says_that_changes_cannot_be_kept(
    folder: Path, clocks: Clocks, damaged: bool
) -> None:
    async def fill() -> None:
        workspace = opened(folder, clocks)
        await with_tempo(workspace, clocks)
        workspace.close()

    run(fill())
    if damaged:
        (folder / "cache.db").write_text("no database")
    folder.chmod(0o500)
    command = [sys.executable, "-c", READ_ONLY, str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=obey_file_modes)
    folder.chmod(0o700)
    assert answer.stderr == ""
    writable, rows, *notices = answer.stdout.strip().split("|")
    assert (writable, rows) == ("False", "0" if damaged else "1")
    assert "changes cannot be kept" in notices[-1]
    assert damaged == ("not a database" in notices[0])


# --- changed ---


def test_every_change_is_one_new_plan_and_the_old_one_stays_as_it_was(workspace: Workspace, clocks: Clocks) -> None:
    async def use() -> None:
        await with_tempo(workspace, clocks)
        before, announced = workspace.plan, list[Changes]()
        workspace.changed.connect(announced.append)
        await workspace.readings.keep(reading("tempo", clocks, "a", "b"))
        await workspace.compose(Changes(frozenset({"tempo"})))
        assert (before.rows, workspace.plan.rows) == (1, 2)
        assert announced == [Changes(frozenset({"tempo"}))]

    run(use())


def test_changes_that_come_while_a_plan_is_made_share_the_next_one(
    workspace: Workspace, clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use() -> None:
        await with_tempo(workspace, clocks)
        monkeypatch.setattr(module, "MANY_ROWS", 0)  # beside the window, so that others can come
        announced: list[Changes] = []
        workspace.changed.connect(announced.append)
        await asyncio.gather(*(workspace.compose(Changes(frozenset({name}))) for name in "abc"))
        assert announced == [Changes(frozenset("a")), Changes(frozenset("bc"))]
        assert workspace.plan.rows == 1

    run(use())


def test_a_connection_is_written_announced_and_unique(workspace: Workspace, folder: Path) -> None:
    async def use() -> None:
        announced: list[Changes] = []
        workspace.changed.connect(announced.append)
        connection = Connection(name="bigtime", kind="bigtime", options={"realm": "firm"})
        assert await workspace.add_connection(connection) == (
            "Tasks of bigtime count as load: there is no Tempo connection.",
        )
        assert workspace.plan.rules.counting.tasks == {"bigtime": CountsAs.LOAD}
        assert [view.state for view in workspace.plan.connections] == [State.NEVER]
        assert len(announced) == 1
        with pytest.raises(UsageError, match="already"):
            await workspace.add_connection(connection)

    run(use())
    assert (folder / "workspace.toml").read_text().count('name = "bigtime"') == 1


def test_a8_a_connection_that_is_removed_is_gone_from_plan_settings_and_cache(
    workspace: Workspace, clocks: Clocks, folder: Path
) -> None:
    async def use() -> None:
        await with_tempo(workspace, clocks, "Secret project")
        await workspace.remove_connection("tempo")
        assert workspace.plan.rows == 0
        assert workspace.connections == ()

    run(use())
    workspace.close()
    again = opened(folder, clocks)
    assert again.plan.snapshots == ()
    assert again.readings.get("tempo") is None
    again.close()


def test_what_the_user_decides_of_people_holds_after_a_restart(folder: Path, clocks: Clocks) -> None:
    async def use() -> None:
        workspace = opened(folder, clocks)
        await with_tempo(workspace, clocks)
        hide = Decision("hide", (AccountRef("tempo", "priya"),))
        await workspace.configure(lambda settings: replace(settings, decisions=(hide,)))
        assert workspace.plan.people == ()
        workspace.close()

    run(use())
    again = opened(folder, clocks)
    assert again.plan.people == ()
    again.close()


def test_a_setting_that_no_rule_follows_from_is_refused_and_changes_nothing(workspace: Workspace, folder: Path) -> None:
    before = (folder / "workspace.toml").read_bytes()
    wrong = OwnSchedule(AccountRef("tempo", "priya"), date(2026, 1, 1), ("whenever",))
    with pytest.raises(PlannerError, match="whenever"):
        run(workspace.configure(lambda settings: replace(settings, schedules=(wrong,))))
    assert (folder / "workspace.toml").read_bytes() == before
    assert workspace.settings.schedules == ()


def test_own_schedules_and_days_off_reach_the_rules(workspace: Workspace) -> None:
    from planner_gui.session.workspace_file import DayOff

    priya = AccountRef("tempo", "priya")
    schedule = OwnSchedule(priya, date(2026, 1, 19), ("mon 4h",))
    off = DayOff(date(2026, 12, 24), 0.5, "Christmas Eve")
    run(workspace.configure(lambda settings: replace(settings, schedules=(schedule,), days_off=(off,))))
    time = workspace.plan.rules.working_time
    assert time.own[priya][0].weeks == ((240, 0, 0, 0, 0, 0, 0),)
    assert time.holidays[time.default_calendar].shares == {date(2026, 12, 24): 0.5}
    assert time.default[0].weeks == ((480, 480, 480, 480, 480, 0, 0),)


def test_without_a_schedule_the_default_is_unknown_and_never_eight_hours(tmp_path: Path, clocks: Clocks) -> None:
    Workspace.create(tmp_path / "plan", schedule="none", timezone="UTC")
    workspace = opened(tmp_path / "plan", clocks)
    assert workspace.plan.rules.working_time.default == ()
    workspace.close()


def test_the_chosen_holidays_cover_the_years_of_the_readings(tmp_path: Path, clocks: Clocks) -> None:
    Workspace.create(tmp_path / "plan", holidays="DE-BY", timezone="UTC")
    workspace = opened(tmp_path / "plan", clocks)
    days = workspace.plan.rules.working_time.holidays["DE-BY"].shares
    assert date(2026, 6, 4) in days  # Corpus Christi is one in Bavaria
    assert date(2027, 1, 6) in days
    workspace.close()


def test_a_new_day_is_a_new_plan_and_the_same_day_is_none(workspace: Workspace) -> None:
    async def use() -> None:
        announced: list[Changes] = []
        workspace.changed.connect(announced.append)
        await workspace.set_today(TODAY)
        assert announced == []
        await workspace.set_today(TODAY + timedelta(days=1))
        assert workspace.plan.today == TODAY + timedelta(days=1)
        assert len(announced) == 1

    run(use())


def test_ids_of_people_stay_after_a_restart_and_after_a_join(folder: Path, clocks: Clocks) -> None:
    def ids(workspace: Workspace) -> dict[AccountRef, str]:
        return {account: person.id for person in workspace.plan.people for account in person.accounts}

    async def use() -> None:
        workspace = opened(folder, clocks)
        await with_tempo(workspace, clocks)
        first = ids(workspace)
        workspace.close()
        again = opened(folder, clocks)
        assert ids(again) == first
        await again.add_connection(Connection(name="bigtime", kind="bigtime"))
        other = by_hand("bigtime", accounts=reading("tempo", clocks).accounts)
        await again.readings.keep(other)
        await again.compose(Changes(frozenset({"bigtime"})))
        joined = ids(again)
        assert joined[AccountRef("tempo", "priya")] == first[AccountRef("tempo", "priya")]
        assert len(set(joined.values())) == 1
        again.close()

    run(use())


# --- D3: how old a reading is ---


def test_d3_a_reading_grows_stale_by_the_clock_that_nobody_sets(workspace: Workspace, clocks: Clocks) -> None:
    async def use() -> None:
        await with_tempo(workspace, clocks)
        announced: list[Changes] = []
        workspace.changed.connect(announced.append)
        clocks.wall += timedelta(days=3650)  # somebody sets the clock
        workspace.refresh_states()
        assert workspace.plan.connections[0].state is State.FRESH
        clocks.ticks += 24 * 3600 + 1
        clocks.wall -= timedelta(days=3651)
        workspace.refresh_states()
        assert workspace.plan.connections[0].state is State.STALE
        workspace.refresh_states()
        assert announced == [Changes(states=True)]

    run(use())


@pytest.mark.parametrize(
    ("hours", "state"), [(23.9, State.FRESH), (24.1, State.STALE), (-0.05, State.FRESH), (-24, State.STALE)]
)
def test_d3_a_reading_of_an_earlier_run_is_as_old_as_the_wall_clock_says_and_one_from_the_future_stale(
    folder: Path, clocks: Clocks, hours: float, state: State
) -> None:
    async def use() -> None:
        workspace = opened(folder, clocks)
        await with_tempo(workspace, clocks)
        workspace.close()

    run(use())
    clocks.wall += timedelta(hours=hours)
    clocks.ticks = 5.0  # the computer was restarted
    again = opened(folder, clocks)
    assert again.plan.connections[0].state is state
    again.close()


def test_a_raw_record_is_never_that_of_another_reading(workspace: Workspace, clocks: Clocks) -> None:
    async def use() -> None:
        await with_tempo(workspace, clocks)
        old = workspace.plan.snapshots[0]
        assert await workspace.readings.raw(old, 0) == b'{"id": 0}'
        await workspace.readings.keep(reading("tempo", clocks, "new"))
        assert await workspace.readings.raw(old, 0) is None

    run(use())


def test_a_reading_whose_saving_was_cancelled_is_shown_if_it_was_kept(workspace: Workspace, clocks: Clocks) -> None:
    async def use() -> None:
        task = asyncio.create_task(workspace.readings.keep(reading("tempo", clocks, "kept")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert workspace.readings.get("tempo") is not None
        assert [one.connection for one in workspace.readings._cache.load()] == ["tempo"]

    run(use())

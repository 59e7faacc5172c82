"""Opening a file of the workspace, and every way in which it may not be what it should be (C1-C6, C10, FD3-FD5)."""

import errno
import hashlib
import multiprocessing
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from planner_gui.domain.errors import StoreBusy, StoreDamaged, StoreUnwritable
from planner_gui.store import database, files
from planner_gui.store.database import Access, Database, Schema, open_database
from planner_gui.store.places import is_on_network

SCHEMA = Schema(7, 2, frozenset({"word"}), ("CREATE TABLE word (text TEXT)",), {1: ("CREATE TABLE word (text TEXT)",)})
NOW = datetime(2026, 11, 20, 9, 12, 30, tzinfo=UTC)


def opened(path: Path, **options: Any) -> Database:
    return open_database(path, options.pop("schema", SCHEMA), clock=lambda: NOW, **options)


def words(path: Path, **options: Any) -> list[str]:
    found = opened(path, **options)
    try:
        with found.reading() as cursor:
            return [row[0] for row in cursor.execute("SELECT text FROM word")]
    finally:
        found.close()


def write(path: Path, *texts: str, **options: Any) -> None:
    made = opened(path, **options)
    with made.writing() as cursor:
        cursor.executemany("INSERT INTO word VALUES (?)", [(text,) for text in texts])
    made.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- C1: private files ---


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o377])
def test_c1_a_database_and_its_companions_are_the_owners_alone_whatever_the_umask(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        made = opened(path)
        with made.writing() as cursor:
            cursor.execute("INSERT INTO word VALUES ('a')")
        modes = {file.name: mode(file) for file in path.parent.iterdir()}
        made.close()
    finally:
        os.umask(before)
    assert modes == {"cache.db": 0o600, "cache.db-wal": 0o600, "cache.db-shm": 0o600}


def test_c1_a_new_folder_is_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        files.make_private_folder(tmp_path / "a" / "plan")
    finally:
        os.umask(before)
    assert mode(tmp_path / "a" / "plan") == 0o700


def test_c1_a_database_that_others_can_read_is_closed_to_them(path: Path) -> None:
    write(path, "a")
    path.chmod(0o666)
    assert words(path) == ["a"]
    assert mode(path) == 0o600


def test_c1_a_link_is_set_aside_and_what_it_points_to_stays_as_it_was(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "real.db"
    target.parent.mkdir()
    write(target, "theirs")
    before = target.read_bytes()
    path.symlink_to(target)
    found = opened(path)
    assert found.access is Access.WRITABLE
    assert not path.is_symlink()
    found.close()
    assert target.read_bytes() == before
    assert "link" in found.messages[0]


def test_c1_a_file_is_replaced_whole_and_privately(tmp_path: Path) -> None:
    path = tmp_path / "workspace.toml"
    files.replace_whole(path, b"old")
    files.replace_whole(path, b"new")
    assert (path.read_bytes(), mode(path), len(list(tmp_path.iterdir()))) == (b"new", 0o600, 1)


def test_x2_a_replacement_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "workspace.toml"
    files.replace_whole(path, b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.replace_whole(path, b"new")
    assert (path.read_bytes(), [file.name for file in tmp_path.iterdir()]) == (b"old", ["workspace.toml"])


# --- C2: a file that is not what it should be is renamed aside ---


def damaged_files() -> dict[str, Any]:
    def foreign(path: Path) -> None:
        with sqlite3.connect(path) as other:
            other.execute("PRAGMA application_id = 99")
            other.execute("CREATE TABLE word (text TEXT)")
        other.close()

    def without_tables(path: Path) -> None:
        write(path, "a")
        with sqlite3.connect(path) as other:
            other.execute("DROP TABLE word")
        other.close()

    def zeroed_page(path: Path) -> None:
        write(path, *("x" * 900 for _ in range(40)))
        content = path.read_bytes()
        path.write_bytes(content[:100] + bytes(4096 - 100) + content[4096:])

    def truncated(path: Path) -> None:
        write(path, *("x" * 900 for _ in range(40)))
        path.write_bytes(path.read_bytes()[:5000])

    return {
        "empty": lambda path: path.touch(),
        "text": lambda path: path.write_text("Dear diary, " * 50),
        "short": lambda path: path.write_bytes(b"SQLite format 3\x00"),
        "foreign": foreign,
        "without tables": without_tables,
        "zeroed page": zeroed_page,
        "truncated": truncated,
        "folder": lambda path: path.mkdir(),
        "pipe": os.mkfifo,
    }


@pytest.mark.parametrize("shape", damaged_files())
def test_c2_a_file_that_is_no_database_of_ours_is_kept_aside_with_the_date(path: Path, shape: str) -> None:
    damaged_files()[shape](path)
    before = path.read_bytes() if path.is_file() else None
    found = opened(path)
    with found.writing() as cursor:
        cursor.execute("INSERT INTO word VALUES ('fresh')")
    found.close()
    aside = path.with_name("cache.db.damaged-2026-11-20-091230")
    assert os.path.lexists(aside)
    assert before is None or aside.read_bytes() == before
    assert len(found.messages) == 1
    assert aside.name in found.messages[0]
    assert words(path) == ["fresh"]


def test_c2_two_damaged_files_of_one_second_are_both_kept(path: Path) -> None:
    for content in ("one", "two"):
        path.write_text(content)
        opened(path).close()
        path.unlink()
    kept = sorted(file.read_text() for file in path.parent.glob("*.damaged-*"))
    assert kept == ["one", "two"]


def test_c2_a_log_goes_aside_with_its_database(path: Path) -> None:
    path.write_text("no database")
    Path(f"{path}-wal").write_text("its log")
    opened(path).close()
    assert path.with_name("cache.db.damaged-2026-11-20-091230-wal").read_text() == "its log"


def test_c2_the_log_of_a_lost_database_never_enters_the_next_one(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    lost = opened(other / "cache.db")
    with lost.writing() as cursor:
        cursor.execute("INSERT INTO word VALUES ('of another file')")
    Path(f"{path}-wal").write_bytes((other / "cache.db-wal").read_bytes())
    lost.close()
    assert words(path) == []
    assert len(list(path.parent.glob("*.damaged-*"))) == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_c2_nothing_is_renamed_where_the_disk_is_at_fault(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    write(path, "a")
    real = os.open

    def refusing(name: Any, *arguments: Any, **options: Any) -> int:
        if Path(name) == path:
            raise OSError(number, os.strerror(number))
        return real(name, *arguments, **options)

    monkeypatch.setattr(os, "open", refusing)
    found = opened(path)
    assert found.access is Access.MEMORY
    assert "changes cannot be kept" in found.messages[0]
    found.close()
    assert [file.name for file in path.parent.iterdir()] == ["cache.db"]


def test_c2_a_damaged_file_is_not_touched_by_one_who_only_reads(path: Path) -> None:
    path.write_text("no database")
    with pytest.raises(StoreDamaged, match="not a database"):
        opened(path, writable=False)
    assert [file.name for file in path.parent.iterdir()] == ["cache.db"]


def test_c2_the_full_check_finds_what_the_cheap_one_leaves(path: Path) -> None:
    write(path, *("x" * 900 for _ in range(200)))
    content = bytearray(path.read_bytes())
    content[-4096:-2048] = os.urandom(2048)
    path.write_bytes(content)
    found = opened(path)
    assert found.messages == []
    damage = found.quick_check()
    found.close()
    assert damage is not None
    assert "damaged" in str(damage)


# --- C4: newer ---


def contents(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


@pytest.mark.parametrize("writable", [True, False])
def test_c4_a_newer_file_is_shown_and_no_byte_of_it_changes(path: Path, writable: bool) -> None:
    newer = Schema(7, 3, frozenset({"word"}), ("CREATE TABLE word (text TEXT, more TEXT)",))
    opened(path, schema=newer).close()
    with sqlite3.connect(path) as other:
        other.execute("INSERT INTO word VALUES ('from later', '')")
    other.close()
    before = contents(path.parent)
    found = opened(path, writable=writable)
    with found.reading() as cursor:
        assert cursor.execute("SELECT text FROM word").fetchall() == [("from later",)]
    with pytest.raises(StoreUnwritable, match="cannot be kept"), found.writing():
        pass
    found.close()
    assert contents(path.parent) == before
    assert "newer version" in found.messages[0]


def test_c4_a_newer_file_without_our_tables_is_left_alone(path: Path) -> None:
    opened(path, schema=Schema(7, 3, frozenset(), ("CREATE TABLE other (x)",))).close()
    before = contents(path.parent)
    found = opened(path)
    assert found.access is Access.MEMORY
    found.close()
    assert contents(path.parent) == before


# --- C5: two writers ---


def test_c5_a_reader_who_then_writes_waits_for_the_other_writer_and_loses_nothing(path: Path) -> None:
    one, two = opened(path), opened(path, busy_seconds=0.05)
    with one.writing() as mine:
        mine.execute("INSERT INTO word VALUES ('one')")
        with pytest.raises(StoreBusy, match="another window"), two.writing():
            pass
    with two.writing() as theirs:
        theirs.execute("SELECT count(*) FROM word").fetchone()
        theirs.execute("INSERT INTO word VALUES ('two')")
    one.close()
    two.close()
    assert sorted(words(path)) == ["one", "two"]


def test_c5_a_reader_sees_one_state_while_another_writes(path: Path) -> None:
    one, two = opened(path), opened(path)
    with two.reading() as cursor:
        assert cursor.execute("SELECT count(*) FROM word").fetchone() == (0,)
        with one.writing() as mine:
            mine.execute("INSERT INTO word VALUES ('later')")
        assert cursor.execute("SELECT count(*) FROM word").fetchone() == (0,)
    one.close()
    two.close()


def test_f7_a_close_leaves_no_log_beside_the_file_though_something_was_interrupted(path: Path) -> None:
    write(path, "kept")
    database = opened(path)
    with database.writing() as cursor:
        cursor.execute("INSERT INTO word VALUES ('in the log')")
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    database.interrupt()
    database.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert words(path) == ["kept", "in the log"]


def test_c5_a_block_that_fails_leaves_nothing_of_itself(path: Path) -> None:
    made = opened(path)
    with pytest.raises(ZeroDivisionError), made.writing() as cursor:
        cursor.executemany("INSERT INTO word VALUES (?)", ((str(1 // (2 - n)),) for n in range(3)))
    made.close()
    assert words(path) == []


# --- C6: migrations (synthetic: no version has been released) ---

OLD = Schema(7, 1, frozenset({"old"}), ("CREATE TABLE old (x)",))


def test_c6_an_older_file_is_brought_up_to_date(path: Path) -> None:
    opened(path, schema=OLD).close()
    write(path, "after")
    assert words(path) == ["after"]
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (2,)
    raw.close()


@pytest.mark.parametrize("reached", [1, 2, 3])
def test_c6_a_migration_cut_short_leaves_the_old_schema_whole(path: Path, reached: int) -> None:
    opened(path, schema=OLD).close()
    steps = ("CREATE TABLE word (text TEXT)", "ALTER TABLE old RENAME TO older", "DROP TABLE older")
    faulty = Schema(7, 2, frozenset({"word"}), (), {1: (*steps[:reached], "SELECT nonsense(")})
    with pytest.raises(sqlite3.OperationalError):
        opened(path, schema=faulty)
    old = opened(path, schema=OLD)
    assert old.access is Access.WRITABLE
    assert old.messages == []
    old.close()


def killed_after(path: Path, statements: str) -> None:
    """A process that wrote to the file and was killed before it could tidy up: all of it is in the log."""
    code = (
        "import os, signal, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('PRAGMA journal_mode = WAL')\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "for statement in sys.argv[2].split(';'):\n"
        "    connection.execute(statement)\n"
        "connection.execute('COMMIT')\n"
        f"os.kill(os.getpid(), {int(signal.SIGKILL)})"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path), statements], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


GROWN = Schema(
    7,
    3,
    frozenset({"word", "later"}),
    ("CREATE TABLE word (text TEXT)", "CREATE TABLE later (n)"),
    {1: ("CREATE TABLE word (text TEXT)",), 2: ("CREATE TABLE later (n)",)},
)


def test_c6_a_migration_that_a_crash_left_in_the_log_alone_is_not_done_again(path: Path) -> None:
    write(path, "kept")
    killed_after(path, "CREATE TABLE later (n);PRAGMA user_version = 3")
    assert path.read_bytes()[60:64] == b"\0\0\0\2"  # the file's own first bytes know nothing of it
    assert words(path, schema=GROWN) == ["kept"]


def test_c4_a_newer_version_in_the_log_alone_is_seen_and_no_byte_of_it_changes(path: Path) -> None:
    write(path, "kept")
    killed_after(path, "CREATE TABLE later (n);PRAGMA user_version = 3")
    before = path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()
    database = opened(path)
    assert database.newer
    assert database.access is Access.READ_ONLY
    database.close()
    assert (path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()) == before


def test_c6_whoever_only_reads_sees_an_older_file_as_this_version_has_it(path: Path) -> None:
    write(path, "kept")
    before = path.read_bytes()
    database = opened(path, schema=GROWN, writable=False)
    with database.reading() as cursor:
        assert cursor.execute("SELECT text FROM word").fetchall() == [("kept",)]
        assert cursor.execute("SELECT n FROM later").fetchall() == []
    assert database.access is Access.READ_ONLY
    database.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("precious", [True, False])
def test_c6_it_is_said_that_a_file_was_brought_up_to_date_and_where_the_old_one_is(path: Path, precious: bool) -> None:
    write(path, "kept", schema=replace(SCHEMA, precious=precious))
    database = opened(path, schema=replace(GROWN, precious=precious))
    (message,) = database.messages
    assert "made by an earlier version and is up to date now" in message
    assert (f"{path.name}.version-2" in message) is precious
    database.close()
    again = opened(path, schema=replace(GROWN, precious=precious))
    assert again.messages == []
    again.close()


# --- C10: places ---


def test_c10_a_missing_folder_works_from_memory_and_says_so(tmp_path: Path) -> None:
    found = opened(tmp_path / "gone" / "cache.db")
    assert found.access is Access.MEMORY
    assert "changes cannot be kept" in found.messages[0]
    found.close()


@pytest.mark.parametrize("name", ["ü日本.db", "with space # and % and ?.db", f"{'n' * 200}/{'m' * 200}.db"])
def test_c10_any_file_name_works(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    write(tmp_path / name, "a")
    assert words(tmp_path / name) == ["a"]
    assert words(tmp_path / name, writable=False) == ["a"]


MOUNTS = "/dev/sda1 / ext4 rw 0 0\nserver:/home /home/net nfs4 rw 0 0\nme@host: /mnt/my\\040disk fuse.sshfs rw 0 0\n"


@pytest.mark.parametrize(
    ("place", "network"),
    [
        ("/home/net/plan/cache.db", True),
        ("/home/network/cache.db", False),
        ("/mnt/my disk/cache.db", True),
        ("/var/cache.db", False),
    ],
)
def test_c10_a_network_folder_is_known_by_its_mount(place: str, network: bool) -> None:
    assert is_on_network(Path(place), MOUNTS) is network


def test_c10_a_network_folder_keeps_no_write_ahead_log_even_for_a_file_that_had_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, "before")
    monkeypatch.setattr(database, "read_mounts", lambda: f"server:/x {path.parent} nfs4 rw 0 0\n")
    made = opened(path)
    with made.writing() as cursor:
        cursor.execute("INSERT INTO word VALUES ('after')")
    assert [file.name for file in path.parent.iterdir()] == ["cache.db"]
    assert made.messages == []
    made.close()
    assert words(path) == ["before", "after"]


READS_AS_ANOTHER_USER = """
import os, sys
from pathlib import Path
from tests.store.test_database import opened
os.setgid(65534); os.setuid(65534)  # after the imports: root's Python may be closed to others
found = opened(Path(sys.argv[1]))
with found.reading() as cursor:
    print(found.access.value, cursor.execute("SELECT text FROM word").fetchall(), *found.messages, sep="|")
found.close()
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("read_only", ["file", "folder"])
def test_c10_a_read_only_place_is_read_and_says_that_changes_cannot_be_kept(path: Path, read_only: str) -> None:
    write(path, "a")
    path.chmod(0o444 if read_only == "file" else 0o666)
    path.parent.chmod(0o755)
    for folder in path.parents:
        if folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(folder.stat().st_mode | 0o005)
    before = contents(path.parent)
    answer = subprocess.run(
        [sys.executable, "-c", READS_AS_ANOTHER_USER, str(path)], capture_output=True, text=True, check=False
    )
    access, texts, message = answer.stdout.strip().split("|")
    assert (access, texts) == ("read-only", "[('a',)]")
    assert "changes cannot be kept" in message
    assert contents(path.parent) == before


def test_fd2_a_full_disk_is_said_and_what_was_there_stays(path: Path) -> None:
    write(path, "kept")
    made = opened(path)
    made._connection.execute("PRAGMA max_page_count = 3")
    with pytest.raises(StoreUnwritable, match="disk is full"), made.writing() as cursor:
        cursor.execute("INSERT INTO word VALUES (?)", ("x" * 100_000,))
    made.close()
    assert words(path) == ["kept"]


def _write_until_killed(path: Path, ready: Any) -> None:
    made = opened(path)
    number = 0
    while True:
        with made.writing() as cursor:
            cursor.executemany("INSERT INTO word VALUES (?)", [(str(number),)] * 10)
        number += 1
        if number == 20:
            ready.set()


def test_a_writer_killed_at_any_moment_leaves_whole_transactions(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    writer = context.Process(target=_write_until_killed, args=(path, ready))
    writer.start()
    assert ready.wait(30)
    writer.kill()
    writer.join()
    writer.close()
    left = words(path)
    assert len(left) >= 200
    assert len(left) % 10 == 0

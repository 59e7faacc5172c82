"""FD: what goes wrong on this computer: damaged stores (FD3), places that cannot be used (FD5), keyrings (FD9)."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from planner_gui.domain.errors import SecretError, StoreError, StoreNewer
from planner_gui.session.accounts import Accounts
from planner_gui.session.notices import Notices
from planner_gui.session.vault import Vault
from planner_gui.sources.base import Connection
from planner_gui.store.cache import SCHEMA, Cache
from tests.faults.cases import Case, NotApplicable
from tests.store.snapshots import snapshot
from tests.unprivileged import obey_file_modes

SENTINEL = "sentinel-keyring-9b2e"
TITLES = tuple(f"Plan {n}" for n in range(400))


def cases(_targets: object) -> Iterator[Case | NotApplicable]:
    yield from _damaged_stores()
    yield from _places()
    yield from _keyrings()
    for fault, reason in {
        "FD7": "there is no released version to migrate from; C6 is in tests/store, its kills are FD1/migrate",
        "FD8": "not asked of the reading half; D1 to D4 are in tests/domain",
    }.items():
        yield NotApplicable(fault, reason)


def plainly(work: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """A case that needs no event loop."""

    async def run() -> None:
        work()

    return run


# -- FD3: a damaged cache ----------------------------------------------------------------------------------------------


def _made(folder: Path) -> Path:
    path = folder / "cache.db"
    cache = Cache.open(path)
    cache.save(snapshot("tempo", TITLES))
    cache.close()
    return path


def _bytes_changed(at: int, new: bytes) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[at : at + len(new)] = new
        path.write_bytes(bytes(content))

    return act


def _pages_swapped(path: Path) -> None:
    content = path.read_bytes()
    size = int.from_bytes(content[16:18], "big")
    path.write_bytes(content[:size] + content[2 * size : 3 * size] + content[size : 2 * size] + content[3 * size :])


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


def _zeroed(path: Path) -> None:
    content = path.read_bytes()
    size = int.from_bytes(content[16:18], "big")
    path.write_bytes(content[:size] + bytes(size) + content[2 * size :])


def _with_log(path: Path) -> Path:
    """A change that is in the write-ahead log only, as a crash leaves it; returns the log."""
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("INSERT INTO kept VALUES ('late', x'01')")
    writer.commit()
    log = path.with_name(path.name + "-wal")
    copies = {file: file.read_bytes() for file in (path, log)}
    writer.close()
    for file, content in copies.items():
        file.write_bytes(content)
    return log


def _log_flipped(path: Path) -> None:
    log = _with_log(path)
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(bytes(content))


def _log_missing(path: Path) -> None:
    _with_log(path).unlink()


def _log_of_another(path: Path) -> None:
    with TemporaryDirectory() as other:
        shutil.copy(_with_log(_made(Path(other))), path.with_name(path.name + "-wal"))


def _shm_missing(path: Path) -> None:
    _with_log(path)
    path.with_name(path.name + "-shm").unlink(missing_ok=True)


def _pragma(statement: str) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        other = sqlite3.connect(path)
        other.execute(statement)
        other.commit()
        other.close()

    return act


def _linked(path: Path) -> None:
    real = path.with_name("elsewhere.db")
    path.rename(real)
    path.symlink_to(real)


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


SHAPES: dict[str, Callable[[Path], object]] = {
    "header": _bytes_changed(0, b"SQLite format 4\0"),
    "page-swap": _pages_swapped,
    "truncated": _truncated,
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("Dear diary, " * 500),
    "zeroed-page": _zeroed,
    "wal-flip": _log_flipped,
    "wal-missing": _log_missing,
    "wal-of-another": _log_of_another,
    "shm-missing": _shm_missing,
    "foreign": _pragma("PRAGMA application_id = 99"),
    "newer": _pragma(f"PRAGMA user_version = {SCHEMA.version + 1}"),
    "mode-0666": lambda path: path.chmod(0o666),
    "symlink": _linked,
    "directory": _directory,
}
WHOLE = ("wal-flip", "wal-missing", "wal-of-another", "shm-missing", "mode-0666")  # the file itself is sound
UNTOUCHED = ("newer",)  # C4: another version's, no byte is changed


def _damaged_stores() -> Iterator[Case | NotApplicable]:
    for name, shape in SHAPES.items():
        yield Case(f"FD3/{name}", f"cache.db: {name}", _damaged(name, shape))


def _damaged(name: str, shape: Callable[[Path], object]) -> Callable[[], Awaitable[None]]:
    def work() -> None:
        with TemporaryDirectory() as folder:
            path = _made(Path(folder))
            shape(path)
            before = _contents(path)
            messages, rows, usable = _opened(path)
            if name in UNTOUCHED:
                assert _contents(path) == before, "a newer version's file was changed (C4)"
                assert messages, "nobody says that it is newer"
            elif name in WHOLE:
                assert rows == len(TITLES), f"{rows} rows of {len(TITLES)}: {messages}"
                assert path.stat().st_mode & 0o077 == 0, "others can read it (C1)"
            else:
                assert len(messages) == 1, f"not one message: {messages}"
                assert rows in (0, len(TITLES)), f"a part of a snapshot: {rows}"
                kept = {content for file, content in _contents(path).items() if "damaged" in file}
                assert set(before.values()) <= kept | set(_contents(path).values()), "bytes were lost (C2)"
                assert any("damaged" in file.name for file in path.parent.iterdir()), "nothing was kept aside"
                assert usable, "no cache to go on with"
            for message in messages:
                assert "Traceback" not in message
                assert "\n" not in message
                assert "cache.db" in message, f"the file is not named: {message}"

    return plainly(work)


def _opened(path: Path) -> tuple[list[str], int, bool]:
    """(messages, rows that are shown, whether a next reading can be kept)."""
    try:
        cache = Cache.open(path)
    except StoreNewer as error:
        return [str(error)], 0, False
    try:
        rows = sum(found.rows for found in cache.load())
        cache.check()
        messages = cache.messages()
        try:
            cache.save(snapshot("bigtime", ("x",)))
        except StoreError as error:
            return messages or [str(error)], rows, False
        return messages, rows, "bigtime" in {found.connection for found in cache.load()}
    finally:
        cache.close()


def _contents(path: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(path.parent)): file.read_bytes()
        for file in path.parent.rglob("*")
        if file.is_file() and not file.is_symlink() and not file.name.endswith("-shm")
    }


# -- FD5: places -------------------------------------------------------------------------------------------------------

OPENS = """
import sys
from pathlib import Path
from planner_gui.store.cache import Cache
from planner_gui.domain.errors import PlannerError
from tests.store.snapshots import snapshot
cache = Cache.open(Path(sys.argv[1]))
rows = sum(found.rows for found in cache.load())
try:
    cache.save(snapshot("bigtime", ("x",)))
    kept = "kept"
except PlannerError as error:
    kept = "refused: " + str(error).replace("|", "/")
print(rows, kept, *cache.messages(), sep="|")
cache.close()
"""


def _places() -> Iterator[Case | NotApplicable]:
    for name in ("read-only-home", "read-only-directory", "read-only-file"):
        yield Case(f"FD5/{name}", f"{name}: works, and says that nothing can be kept (C10)", _read_only(name))
    for name, make in {
        "missing": lambda folder: folder / "gone" / "cache.db",
        "too-long": lambda folder: folder / ("x" * 260) / "cache.db",
    }.items():
        yield Case(f"FD5/{name}", f"the place is {name}: works from memory", _from_memory(make))
    yield Case("FD5/non-ascii", "a folder named in Greek, with blanks", _works(lambda folder: folder / "Σχέδιο 2 ü"))
    deep = "/".join(["a long folder name of forty characters.."] * 8)
    yield Case("FD5/over-260", "a path of more than 260 characters", _works(lambda folder: folder / deep))
    yield Case("FD5/no-home", "HOME is not set", _without_home())
    yield NotApplicable("FD5/network", "needs a network mount; which mounts count as one is in tests/store")
    yield NotApplicable("FD5/low-inode", "needs a file system of its own; a full disk is in tests/store")


def _child(path: Path, **environment: str | None) -> list[str]:
    variables = {name: value for name, value in os.environ.items() if environment.get(name, "") is not None}
    answer = subprocess.run(
        [sys.executable, "-c", OPENS, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env=variables,
        cwd=Path(__file__).resolve().parents[2],
        timeout=60,
        preexec_fn=obey_file_modes,
    )
    assert answer.returncode == 0, f"ended with a traceback: {answer.stderr[-300:]}"
    return answer.stdout.strip().split("|")


def _read_only(what: str) -> Callable[[], Awaitable[None]]:
    def work() -> None:
        with TemporaryDirectory() as folder:
            home = Path(folder, "home")
            home.mkdir()
            path = _made(home)
            for opened in (Path(folder), home):
                opened.chmod(0o755)
            path.chmod(0o444 if what == "read-only-file" else 0o644)
            home.chmod(0o555)
            before = _contents(path)
            rows, kept, *messages = _child(path)
            home.chmod(0o755)
            assert rows == str(len(TITLES)), f"{rows} rows are shown"
            assert kept.startswith("refused")
            assert "changes cannot be kept" in kept + " ".join(messages)
            assert _contents(path) == before

    return plainly(work)


def _from_memory(make: Callable[[Path], Path]) -> Callable[[], Awaitable[None]]:
    def work() -> None:
        with TemporaryDirectory() as folder:
            rows, kept, *messages = _child(make(Path(folder)))
            assert (rows, kept.partition(":")[0]) == ("0", "refused")
            assert any("changes cannot be kept" in message for message in messages), messages

    return plainly(work)


def _works(make: Callable[[Path], Path]) -> Callable[[], Awaitable[None]]:
    def work() -> None:
        with TemporaryDirectory() as folder:
            place = make(Path(folder))
            place.mkdir(parents=True)
            rows, kept, *messages = _child(_made(place))
            assert (rows, kept, messages) == (str(len(TITLES)), "kept", [])

    return plainly(work)


def _without_home() -> Callable[[], Awaitable[None]]:
    def work() -> None:
        with TemporaryDirectory() as folder:
            rows, kept, *messages = _child(_made(Path(folder)), HOME=None)
            assert (rows, kept, messages) == (str(len(TITLES)), "kept", [])

    return plainly(work)


# -- FD9: keyrings -----------------------------------------------------------------------------------------------------


class Keyring:
    """A working one, to be broken by a subclass."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.released = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class _Failing(Keyring):
    """Every call raises; the text holds what a careless back end may put into it."""

    error: Callable[[], Exception]

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error()

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error()

    delete_password = get_password  # type: ignore[assignment]


def _failing(name: str, base: type[Exception] = Exception) -> Callable[[], Keyring]:
    """A keyring whose every call raises an error of that name."""
    error = type(name, (base,), {})
    return type("Broken", (_Failing,), {"error": staticmethod(lambda: error(SENTINEL))})


class _Null(Keyring):
    def get_password(self, service: str, username: str) -> str | None:
        return None


class _SetAndForgotten(Keyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        return

    def delete_password(self, service: str, username: str) -> None:
        return


class _Hanging(Keyring):
    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait(30)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.released.wait(30)

    delete_password = get_password  # type: ignore[assignment]


class _OtherUser(Keyring):
    """Gives what somebody else stored there."""

    def get_password(self, service: str, username: str) -> str | None:
        return super().get_password(service, "somebody-else")


STATES: dict[str, Callable[[], Keyring] | None] = {
    "none": None,
    "null": _Null,
    "fail": _failing("NoKeyringError", RuntimeError),
    "locked": _failing("KeyringLocked"),
    "prompt-dismissed": _failing("PromptDismissedException"),
    "hangs": _Hanging,
    "denied": _failing("KeyringError"),
    "foreign-exception": _failing("error", OSError),
    "too-long": Keyring,
    "set-ok-get-none": _SetAndForgotten,
    "removed-outside": Keyring,
    "other-user": _OtherUser,
}
ONE = Connection("tempo", "tempo", "https://jira.example.com")


def _keyrings() -> Iterator[Case]:
    for name, make in STATES.items():
        for action in ("read", "write", "delete"):
            yield Case(f"FD9/{name}/{action}", f"keyring {name}: {action}", _keyring(name, make, action))


def _keyring(name: str, make: Callable[[], Keyring] | None, action: str) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        keyring = make() if make else Keyring()

        def vault() -> Vault:
            if make is None:
                raise SecretError("this computer offers no keyring that planner-gui trusts")
            return Vault(keyring, name, limit=1280 if name == "too-long" else None, locked=lambda: False)

        notices = Notices()
        accounts = Accounts("w", notices, open_vault=vault, seconds=0.2, prompt_seconds=0.2)
        if name not in ("null", "removed-outside", "too-long", "other-user"):
            keyring.kept[accounts.entry(ONE)] = SENTINEL  # was stored in better times
        began = time.monotonic()
        try:
            said = await _ACTIONS[action](name, accounts, notices)
        finally:
            keyring.released.set()
        assert time.monotonic() - began < 5, "the keyring held everything up (A3)"
        for text in (*said, *(notice.text for notice in notices.current)):
            assert SENTINEL not in text, f"the token is shown: {text}"
            assert "Traceback" not in text

    return run


async def _read(name: str, accounts: Accounts, _notices: Notices) -> list[str]:
    """No token where none can be had, and never a wrong one."""
    try:
        found = await accounts.secret(ONE)
    except SecretError as error:
        return [str(error)]
    assert found == (SENTINEL if name in ("set-ok-get-none",) else None), "a token from nowhere"
    return []


async def _write(name: str, accounts: Accounts, notices: Notices) -> list[str]:
    """A1: kept and proved, or for this session only, and said."""
    secret = SENTINEL * 100 if name == "too-long" else SENTINEL + "-new"
    stored = await accounts.store(ONE, secret)
    assert await accounts.secret(ONE) == secret, "the token of this session is lost"
    sound = name == "removed-outside"
    assert stored.in_keyring is sound, f"said to be stored: {stored}"
    if not sound:
        assert stored.why
        assert len(notices.current) == 1, "not one notice"
        assert "no file" in notices.current[0].text
    return [stored.why]


async def _delete(name: str, accounts: Accounts, _notices: Notices) -> list[str]:
    """A8: gone, or said that it may still be there."""
    try:
        await accounts.forget(ONE)
    except SecretError as error:
        return [str(error)]
    assert name in ("null", "removed-outside", "too-long", "other-user"), "said to be gone"
    assert await accounts.secret(ONE) is None
    return []


_ACTIONS = {"read": _read, "write": _write, "delete": _delete}

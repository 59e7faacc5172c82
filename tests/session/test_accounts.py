"""Secrets: kept only where they prove to be kept, never in a file, and no keyring holds the window up (A1-A8, FD9)."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from planner_gui.domain.errors import SecretError
from planner_gui.session import accounts
from planner_gui.session.accounts import Accounts, open_vault, origin
from planner_gui.session.notices import Notices, Severity
from planner_gui.session.vault import Backend, Vault
from planner_gui.sources.base import Connection
from tests.scenarios import until
from tests.session.fakes import Keyring, Refusing

TEMPO = Connection(name="tempo", kind="tempo", url="https://jira.example.com/")
SENTINEL = "s3cr3t-sentinel"
QUICK = 0.05  # seconds, in place of three


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def with_keyring(backend: Backend, **vault: Any) -> Accounts:
    return Accounts("w1", Notices(), open_vault=lambda: Vault(backend, **vault), seconds=QUICK, prompt_seconds=QUICK)


def unlocked(backend: Backend) -> Accounts:
    return with_keyring(backend, locked=lambda: False)


def told(chosen: Accounts) -> list[str]:
    return [notice.text for notice in chosen._notices.current]


# --- a keyring that works ---


def test_a1_a_secret_is_stored_read_back_and_compared() -> None:
    keyring = Keyring()
    chosen = unlocked(keyring)
    assert run(chosen.store(TEMPO, SENTINEL)).in_keyring
    assert keyring.calls == ["set", "get"]
    assert run(unlocked(keyring).secret(TEMPO)) == SENTINEL
    assert told(chosen) == []


def test_a4_the_entry_names_workspace_connection_kind_origin_and_account() -> None:
    keyring = Keyring()
    connection = Connection(
        name="tempo", kind="tempo", url="https://JIRA.example.com:443/jira/", options={"user": "pm"}
    )
    run(unlocked(keyring).store(connection, SENTINEL))
    assert list(keyring.entries) == [("planner-gui/w1/tempo", "tempo|https://jira.example.com|pm")]


def test_a6_another_address_or_workspace_finds_no_secret() -> None:
    keyring = Keyring()
    run(unlocked(keyring).store(TEMPO, SENTINEL))
    moved = Connection(name="tempo", kind="tempo", url="https://jira.example.org/")
    elsewhere = Accounts("w2", Notices(), open_vault=lambda: Vault(keyring, locked=lambda: False))
    assert run(unlocked(keyring).secret(moved)) is None
    assert run(elsewhere.secret(TEMPO)) is None
    assert run(unlocked(keyring).secret(TEMPO)) == SENTINEL


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "-"),
        ("https://Jira.Example.com/jira/rest/tempo", "https://jira.example.com"),
        ("https://jira.example.com:8443", "https://jira.example.com:8443"),
        ("http://127.0.0.1:80/x", "http://127.0.0.1"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://jira.bücher.example/", "https://jira.xn--bcher-kva.example"),
        ("jira.example.com", "https://jira.example.com"),
    ],
)
def test_a4_an_origin_has_one_spelling(url: str, expected: str) -> None:
    assert origin(url) == expected


def test_a8_forgetting_one_connection_leaves_another_workspaces_entry() -> None:
    keyring = Keyring()
    other = Accounts("w2", Notices(), open_vault=lambda: Vault(keyring, locked=lambda: False))
    run(unlocked(keyring).store(TEMPO, SENTINEL))
    run(other.store(TEMPO, "theirs"))
    run(unlocked(keyring).forget(TEMPO))
    assert run(unlocked(keyring).secret(TEMPO)) is None
    assert run(other.secret(TEMPO)) == "theirs"


def test_a8_forgetting_what_is_not_there_is_done() -> None:
    run(unlocked(Keyring()).forget(TEMPO))


# --- FD9: twelve states of a keyring, each read, written and deleted ---


class KeyringLocked(Exception):
    """Named like keyring's own."""


class SetOkGetNone(Keyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        self.calls.append("set")


class Changing(Keyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:-1])


class OfAnotherUser(Keyring):
    def get_password(self, service: str, username: str) -> str | None:
        return None

    def delete_password(self, service: str, username: str) -> None:
        raise PermissionError("not yours")


class NotText(Keyring):
    def get_password(self, service: str, username: str) -> Any:
        return b"bytes"


class Hanging(Keyring):
    """Answers when it is let go, which is when the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.let_go.wait()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.let_go.wait()

    delete_password = get_password  # type: ignore[assignment]


STATES: dict[str, Callable[[], Backend]] = {
    "fails": lambda: Refusing(lambda: RuntimeError("no keyring")),
    "locked": lambda: Refusing(KeyringLocked),
    "prompt dismissed": lambda: Refusing(type("PromptDismissedException", (Exception,), {})),
    "denied": lambda: Refusing(PermissionError),
    "foreign exception": lambda: Refusing(lambda: type("error", (Exception,), {})(1, "CredWrite", "?")),
    "null": SetOkGetNone,
    "keeps something else": Changing,
    "other user": OfAnotherUser,
    "no text": NotText,
    "hangs": Hanging,
}


@pytest.fixture(params=STATES)
def faulty(request: pytest.FixtureRequest) -> Iterator[Backend]:
    backend = STATES[request.param]()
    yield backend
    if isinstance(backend, Hanging):
        backend.let_go.set()


def test_fd9_written_a_secret_that_is_not_kept_holds_for_this_session_and_is_said(faulty: Backend) -> None:
    chosen = unlocked(faulty)
    stored = run(chosen.store(TEMPO, SENTINEL))
    assert not stored.in_keyring
    assert stored.why
    assert run(chosen.secret(TEMPO)) == SENTINEL
    (text,) = told(chosen)
    assert "tempo" in text
    assert "in no file" in text
    assert SENTINEL not in text
    assert "\n" not in text


GIVE_NOTHING = ("null", "keeps something else", "other user")


@pytest.mark.parametrize("state", GIVE_NOTHING)
def test_fd9_read_a_keyring_without_the_entry_gives_nothing(state: str) -> None:
    assert run(unlocked(STATES[state]()).secret(TEMPO)) is None


@pytest.mark.parametrize("state", [state for state in STATES if state not in GIVE_NOTHING])
def test_fd9_read_a_keyring_that_fails_is_one_error_in_words(state: str) -> None:
    backend = STATES[state]()
    with pytest.raises(SecretError, match=r"^tempo: the keyring [^\n]*$"):
        run(unlocked(backend).secret(TEMPO))
    if isinstance(backend, Hanging):
        backend.let_go.set()


def test_fd9_deleted_a_keyring_that_still_has_it_says_so() -> None:
    class Keeping(Keyring):
        def delete_password(self, service: str, username: str) -> None:
            self.calls.append("delete")

    keyring = Keeping()
    run(unlocked(keyring).store(TEMPO, SENTINEL))
    with pytest.raises(SecretError, match="did not remove"):
        run(unlocked(keyring).forget(TEMPO))


@pytest.mark.parametrize("state", ["fails", "locked", "denied", "foreign exception", "hangs"])
def test_fd9_deleted_a_failing_keyring_says_so(state: str) -> None:
    backend = STATES[state]()
    with pytest.raises(SecretError):
        run(unlocked(backend).forget(TEMPO))
    if isinstance(backend, Hanging):
        backend.let_go.set()


def test_fd9_without_any_keyring_the_token_is_kept_for_this_session() -> None:
    def none() -> Vault:
        raise SecretError("this computer offers no keyring that planner-gui trusts")

    chosen = Accounts("w1", Notices(), open_vault=none)
    assert run(chosen.store(TEMPO, SENTINEL)).why.startswith("this computer offers no keyring")
    assert run(chosen.secret(TEMPO)) == SENTINEL


def test_fd9_an_entry_removed_outside_is_simply_not_there() -> None:
    keyring = Keyring()
    chosen = unlocked(keyring)
    run(chosen.store(TEMPO, SENTINEL))
    keyring.entries.clear()
    assert run(chosen.secret(TEMPO)) is None


def test_a4_a_token_longer_than_windows_keeps_is_refused_before_it_is_stored() -> None:
    keyring = Keyring()
    chosen = with_keyring(keyring, limit=1280, locked=lambda: False)
    stored = run(chosen.store(TEMPO, "x" * 1281))
    assert "1281 characters" in stored.why
    assert keyring.calls == []
    assert run(chosen.store(TEMPO, "x" * 1280)).in_keyring


# --- A3: how long a keyring is waited for ---


def test_a3_a_keyring_that_hangs_is_given_up_and_does_not_hold_the_loop() -> None:
    async def ask() -> int:
        turns = 0

        async def window() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0.001)
                turns += 1

        task = asyncio.create_task(window())
        with pytest.raises(SecretError, match="did not answer"):
            await unlocked(backend).secret(TEMPO)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return turns

    backend = Hanging()
    assert run(ask()) > 1  # a held loop turns not once; a busy machine turns it seldom
    backend.let_go.set()


@pytest.mark.parametrize("locked", [True, None], ids=["locked", "not known"])
def test_a3_while_the_keyring_asks_the_user_the_wait_is_visible_and_longer(locked: bool | None) -> None:
    class Asking(Keyring):
        answered = threading.Event()

        def get_password(self, service: str, username: str) -> str | None:
            self.answered.wait()
            return SENTINEL

    async def ask() -> None:
        backend = Asking()
        vault = Vault(backend, locked=None if locked is None else (lambda: True))
        notices = Notices()
        chosen = Accounts("w1", notices, open_vault=lambda: vault, seconds=QUICK, prompt_seconds=60)
        task = asyncio.create_task(chosen.secret(TEMPO))
        await until(lambda: [n.text for n in notices.current] == [accounts.WAITING])
        backend.answered.set()
        assert await task == SENTINEL
        assert notices.current == ()

    run(ask())


def test_a3_the_user_can_stop_waiting() -> None:
    async def ask() -> None:
        backend, notices = Hanging(), Notices()
        vault = Vault(backend, locked=lambda: True)
        chosen = Accounts("w1", notices, open_vault=lambda: vault, seconds=QUICK, prompt_seconds=60)
        task = asyncio.create_task(chosen.secret(TEMPO))
        await until(lambda: notices.current)
        notices.current[0].actions[0].call()
        with pytest.raises(SecretError, match="not waited for"):
            await task
        assert notices.current == ()
        backend.let_go.set()

    run(ask())


def test_a3_a_prompt_that_nobody_answers_ends_too() -> None:
    backend = Hanging()
    chosen = with_keyring(backend, locked=lambda: True)
    with pytest.raises(SecretError, match="did not answer"):
        run(chosen.secret(TEMPO))
    backend.let_go.set()


def test_a3_a_cancelled_caller_is_cancelled_and_not_told_an_error() -> None:
    async def ask() -> None:
        backend, notices = Hanging(), Notices()
        vault = Vault(backend, locked=lambda: True)
        chosen = Accounts("w1", notices, open_vault=lambda: vault, seconds=QUICK, prompt_seconds=60)
        task = asyncio.create_task(chosen.secret(TEMPO))
        await until(lambda: notices.current)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert notices.current == ()
        backend.let_go.set()

    run(ask())


# --- A2: which keyring ---


def test_a2_neither_the_environment_nor_a_config_file_names_a_module_that_is_imported(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("import pathlib; pathlib.Path(__file__).with_suffix('.ran').touch()\nclass Keyring: pass\n")
    for folder in ("config/python_keyring", "data/python_keyring"):
        place = tmp_path / folder
        place.mkdir(parents=True)
        text = f"[backend]\ndefault-keyring=planted.Keyring\nkeyring-path={tmp_path}\n"
        (place / "keyringrc.cfg").write_text(text)
    environment = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "planted.Keyring",
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.getcwd()}",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    program = (
        "import asyncio, sys\n"
        "from planner_gui.session.accounts import Accounts\n"
        "from planner_gui.session.notices import Notices\n"
        "from planner_gui.sources.base import Connection\n"
        "stored = asyncio.run(Accounts('w', Notices()).store(Connection(name='n', kind='tempo'), 's'))\n"
        "print(stored.in_keyring, 'planted' in sys.modules)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["False", "False"]
    assert not planted.with_suffix(".ran").exists()
    # The plant works: keyring's own search does run it.
    search = subprocess.run(
        [sys.executable, "-c", "import keyring; keyring.get_keyring()"], env=environment, check=False
    )
    assert search.returncode in (0, 1)
    assert planted.with_suffix(".ran").exists()


def test_a2_no_back_end_but_the_operating_systems_is_on_the_list() -> None:
    allowed = {*accounts.LINUX, *accounts.MAC, *accounts.WINDOWS}
    for word in ("null", "fail", "chainer", "file", "Plain", "keyrings.alt"):
        assert not any(word in name for name in allowed)


def test_a2_without_a_session_bus_there_is_no_keyring() -> None:
    with pytest.raises(SecretError, match="no keyring that planner-gui trusts"):
        open_vault("linux")


def test_a4_windows_keeps_secrets_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    class WinVault(Keyring):
        persist = "enterprise"

    backend = WinVault()
    import keyring

    monkeypatch.setattr(accounts, "_backend", lambda name: backend if name == accounts.WINDOWS[0] else None)
    chosen: list[object] = []
    monkeypatch.setattr(keyring, "set_keyring", chosen.append)
    vault = open_vault("win32")
    assert backend.persist == "local machine"
    assert chosen == [backend]
    with pytest.raises(SecretError, match="1281 characters"):
        vault.set("s", "u", "x" * 1281)


def test_the_demo_keeps_secrets_in_memory_and_says_nothing() -> None:
    chosen = Accounts("demo", Notices(), open_vault=None)
    run(chosen.store(TEMPO, SENTINEL))
    assert run(chosen.secret(TEMPO)) == SENTINEL
    run(chosen.forget(TEMPO))
    assert run(chosen.secret(TEMPO)) is None
    assert told(chosen) == []


def test_a_fallback_to_this_session_is_a_warning() -> None:
    chosen = unlocked(SetOkGetNone())
    run(chosen.store(TEMPO, SENTINEL))
    assert chosen._notices.current[0].severity is Severity.WARNING


# --- the real thing ---


@pytest.mark.secret_service
@pytest.mark.usefixtures("secret_service")
def test_a1_a_real_secret_service_keeps_gives_and_forgets_a_secret() -> None:
    async def ask() -> None:
        first = Accounts("real", Notices())
        assert "SecretService" in await first.describe()
        two_lines = f"{SENTINEL}\ncookie with ü"
        assert (await first.store(TEMPO, two_lines)).in_keyring
        another_start = Accounts("real", Notices())
        assert await another_start.secret(TEMPO) == two_lines
        await another_start.store(TEMPO, "new")
        assert await Accounts("real", Notices()).secret(TEMPO) == "new"
        await another_start.forget(TEMPO)
        assert await Accounts("real", Notices()).secret(TEMPO) is None

    run(ask())

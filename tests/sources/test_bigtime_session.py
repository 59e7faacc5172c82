"""BigTime's log-in: the password is used once, the session outlives the program, a 401 logs in once (A7, A9)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from planner_gui.domain.errors import AnswerUnusable, CredentialRefused
from tests.sources.contract import SECRET, Fake, pages_of, read, records, run
from tests.sources.fake_bigtime import API, FIRM, fake

USER = "priya@example.com"
LOGIN = f"{API}/session"


class Door:
    """Gives out numbered sessions and lets in only with the newest one."""

    def __init__(self, service: Fake) -> None:
        self.service = service
        self.logins: list[dict[str, Any]] = []
        self.refuse_password = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == LOGIN:
            self.service.requests.append(request)
            self.logins.append(json.loads(request.content))
            assert not [name for name in request.headers if name.lower().startswith("x-auth")]
            if self.refuse_password:
                return httpx.Response(401, text=f"wrong: {self.logins[-1]['Pwd']}")
            token = f"session-{len(self.logins)}"
            return httpx.Response(200, json={"token": token, "firm": FIRM, "staffsid": 41, "userid": USER})
        if request.headers.get("X-Auth-Token") != f"session-{len(self.logins)}":
            self.service.requests.append(request)
            return httpx.Response(401, json={"Message": "Authorization has been denied for this request."})
        assert request.headers["X-Auth-Realm"] == FIRM
        return self.service.respond(request)


def session(secret: str = SECRET, **options: str) -> tuple[Fake, Door]:
    service = fake(**({"auth": "session", "user": USER} | options))
    service.secret = secret
    return service, Door(service)


def kept(**more: str) -> str:
    return json.dumps({"token": "session-0", "realm": FIRM, "user": USER} | more)


def test_the_password_logs_in_once_for_all_requests() -> None:
    service, door = session()
    assert records(read(service.open(door)))
    assert door.logins == [{"UserId": USER, "Pwd": SECRET}]


def test_the_realm_that_was_given_is_the_firm_of_the_log_in() -> None:
    service, door = session(realm=FIRM)
    read(service.open(door))
    assert door.logins == [{"UserId": USER, "Pwd": SECRET, "Firm": FIRM}]


def test_a9_after_the_log_in_the_session_is_kept_and_the_password_is_not() -> None:
    service, door = session()
    read(service.open(door))
    assert [json.loads(text) for text in service.saved] == [{"token": "session-1", "realm": FIRM, "user": USER}]


def test_a9_with_remember_the_password_is_kept_beside_it() -> None:
    service, door = session(remember="yes")
    read(service.open(door))
    assert json.loads(service.saved[-1])["password"] == SECRET


def test_what_was_kept_needs_no_log_in() -> None:
    service, door = session()
    read(service.open(door))
    service.secret = service.saved[-1]
    assert records(read(service.open(door)))
    assert len(door.logins) == 1


def test_a7_a_401_with_a_remembered_password_logs_in_once_and_asks_again() -> None:
    service, door = session(kept(password=SECRET), remember="yes")
    door.logins.append({})  # session-0 has ended
    source = service.open(door)
    assert records(read(source))
    assert len(door.logins) == 2
    assert json.loads(service.saved[-1])["token"] == "session-2"
    assert source.requests == len(service.requests)


def test_a9_a_401_without_it_asks_for_the_password_again() -> None:
    service, door = session(kept())
    door.logins.append({})
    with pytest.raises(CredentialRefused, match=r"the bigtime one: log-in: the session has ended.*password.*again"):
        read(service.open(door))
    assert len(door.logins) == 1


def test_a9_a_password_that_is_not_to_be_remembered_is_not_used_again_in_the_same_program() -> None:
    service, door = session()

    async def ended() -> None:
        source = service.open(door)
        await source.check()
        door.logins.append({})  # the session ends
        await pages_of(source)

    with pytest.raises(CredentialRefused, match="session has ended"):
        run(ended())
    assert [login for login in door.logins if login] == [{"UserId": USER, "Pwd": SECRET}]


def test_a_new_session_that_is_refused_too_ends_the_reading_after_one_log_in() -> None:
    service, door = session(kept(password=SECRET), remember="yes")

    def never(request: httpx.Request) -> httpx.Response:
        return door(request) if request.url.path == LOGIN else httpx.Response(401, text="no")

    with pytest.raises(CredentialRefused):
        read(service.open(never))
    assert len(door.logins) == 1


def test_a_wrong_password_is_sent_once_however_many_requests_wait_for_it() -> None:
    service, door = session(kept(password=SECRET), remember="yes")
    door.logins.append({})
    door.refuse_password = True
    with pytest.raises(CredentialRefused, match="password was refused") as caught:
        read(service.open(door))
    assert len(door.logins) == 2
    assert SECRET not in str(caught.value)
    assert service.saved == []


@pytest.mark.parametrize("wrong", [False, True], ids=["right password", "wrong password"])
def test_many_requests_that_are_refused_at_once_log_in_once(wrong: bool) -> None:
    """Both lists of tasks are under way with the old session when it ends."""
    service, door = session(kept(password=SECRET), remember="yes")
    door.refuse_password = wrong
    refused: list[str] = []
    both = asyncio.Event()

    async def respond(request: httpx.Request) -> httpx.Response:
        if request.headers.get("X-Auth-Token") != "session-0":
            return door(request)
        if "listByProject" not in request.url.path:
            return service.respond(request)
        refused.append(request.url.path)
        if len(refused) == 2:
            both.set()
        await both.wait()
        return httpx.Response(401, text="The session has ended")

    if wrong:
        with pytest.raises(CredentialRefused, match="password was refused"):
            read(service.open(respond))
    else:
        assert len(records(read(service.open(respond)))) == 4
    assert len(refused) == 2
    assert len(door.logins) == 1


@pytest.mark.parametrize("answer", [{}, {"token": ""}, {"token": "t"}, {"token": None, "firm": FIRM}], ids=str)
def test_a_log_in_that_gives_no_session_is_an_error(answer: Any) -> None:
    service, _door = session()
    service.routes[f"POST {LOGIN}"] = answer
    with pytest.raises(AnswerUnusable, match="log-in"):
        read(service.open())


@pytest.mark.parametrize("secret", ["{not json", '{"a": 1}', "[1]", '{"Pwd{"'])
def test_a_password_may_look_like_json(secret: str) -> None:
    service, door = session(secret)
    read(service.open(door))
    assert door.logins[0]["Pwd"] == secret


def test_the_line_end_of_standard_input_is_no_part_of_the_password() -> None:
    service, door = session(f"{SECRET}\n")
    read(service.open(door))
    assert door.logins[0]["Pwd"] == SECRET


def test_a_user_without_auth_means_a_log_in() -> None:
    service, door = session()
    service.options = {"user": USER}
    read(service.open(door))
    assert len(door.logins) == 1


def test_check_says_who_and_settles_the_realm() -> None:
    service, door = session()
    checked = run(service.open(door).check())
    assert (checked.account, dict(checked.options)) == (USER, {"realm": FIRM})
    assert len(service.requests) == 2

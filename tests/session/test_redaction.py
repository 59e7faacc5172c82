"""What may stand in a log: no secret however it is written, no name, one line for one line (L1, L2)."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from planner_gui.session import redaction
from planner_gui.session.redaction import HIDDEN, escaped, hashed, without_secrets


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_known", set())


@pytest.mark.parametrize(
    "written",
    [
        "s3cr/t sentinel+1",
        quote("s3cr/t sentinel+1", safe=""),
        base64.b64encode(b"s3cr/t sentinel+1").decode(),
        "s3cr%2Ft+sentinel%2B1",
    ],
)
def test_L1_a_secret_in_use_is_hidden_however_it_is_written(written: str) -> None:
    redaction.know("s3cr/t sentinel+1")
    assert without_secrets(f"asked <{written}> twice <{written}>") == f"asked <{HIDDEN}> twice <{HIDDEN}>"


def test_L1_both_lines_of_a_token_with_a_cookie_are_secrets_and_a_short_one_hides_nothing_else() -> None:
    redaction.know("first-line\n second-line ", "a", "")
    assert without_secrets("first-line, second-line, a day") == f"{HIDDEN}, {HIDDEN}, a day"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer SENTINEL",
        "{'Authorization': 'Basic SENTINEL', 'Accept': 'x'}",
        "[(b'Authorization', b'SENTINEL')]",
        "X-Auth-Token=SENTINEL",
        "proxy-authorization : SENTINEL",
        "Cookie: JSESSIONID=SENTINEL; other=1",
        "Set-Cookie: a=SENTINEL",
        "sent Bearer SENTINEL-123 there",
        "GET https://host/x?token=SENTINEL&from=1",
        "https://host/x?access_token=SENTINEL",
        "jsessionid=SENTINEL;",
        '{"user": "u", "password": "SENTINEL"}',
        "{'api_key': 'SENTINEL'}",
        "http://user:SENTINEL@proxy:3128",
        "eyJhbGciOiJIUzI1NiJ9.SENTINEL.abc",
    ],
)
def test_L1_what_looks_like_a_credential_is_hidden_whoever_it_belongs_to(text: str) -> None:
    assert "SENTINEL" not in without_secrets(text)
    assert HIDDEN in without_secrets(text)


def test_what_is_no_credential_stays_as_it_is() -> None:
    text = "sync tempo (tempo): fresh, 412 items, in 1.2 s; a token was refused; GET teams at jira.example.com: 401"
    assert without_secrets(text) == text


def test_L2_a_control_character_cannot_forge_a_line_nor_colour_a_terminal() -> None:
    forged = escaped("Priya\n2026-11-20 ERROR forged\r\x1b[31m\u2028x\u202ey\x00\udcff")
    assert forged == "Priya\\n2026-11-20 ERROR forged\\r\\x1b[31m\\u2028x\\u202ey\\x00\\udcff"
    assert len(forged.splitlines()) == 1
    assert escaped("Grüße, 你好") == "Grüße, 你好"


def test_L2_a_name_is_the_same_hash_again_and_another_ones_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hashed("Priya Raman") == hashed("Priya Raman") != hashed("Diego Costa")
    assert "Priya" not in hashed("Priya Raman")
    before = hashed("Priya Raman")
    monkeypatch.setattr(redaction, "_key", b"of another run")
    assert hashed("Priya Raman") != before  # nobody looks it up in a list of names

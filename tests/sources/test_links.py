"""U4: only http and https, only on the connection's own origin; where no page is known there is no link."""

from __future__ import annotations

import json

import pytest

from planner_gui.sources.base import KINDS, Connection
from planner_gui.sources.links import page_of

JIRA = "https://jira.example.com/jira"


def page(url: object, *, kind: str = "tempo", base: str = JIRA) -> tuple[str, str, str] | None:
    record = json.dumps({"id": 41, "planItem": {"key": "TO", "planItemUrl": url}}).encode()
    return page_of(Connection("tempo", kind, base), record)


@pytest.mark.parametrize(
    ("given", "base", "host", "url"),
    [
        ("browse/TO", JIRA, "jira.example.com", "https://jira.example.com/jira/browse/TO"),
        ("/jira/browse/TO", JIRA, "jira.example.com", "https://jira.example.com/jira/browse/TO"),
        ("browse/TO", f"{JIRA}/rest/tempo-planning/1", "jira.example.com", "https://jira.example.com/jira/browse/TO"),
        (f"{JIRA}/browse/TO", JIRA, "jira.example.com", "https://jira.example.com/jira/browse/TO"),
        ("browse/TO", "http://127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080/browse/TO"),
        ("browse/TO", "https://jïra.example", "xn--jra-zma.example", "https://xn--jra-zma.example/browse/TO"),
    ],
)
def test_U4_a_tempo_plans_item_leads_to_its_page_in_jira(given: str, base: str, host: str, url: str) -> None:
    assert page(given, base=base) == ("Jira", host, url)


@pytest.mark.parametrize(
    "given",
    [
        "https://evil.example/browse/TO",
        "//evil.example/browse/TO",
        "https://jira.example.com@evil.example/",
        "https://jira.example.com.evil.example/",
        "http://jira.example.com/jira/browse/TO",  # another scheme is another origin
        "https://jira.example.com:8443/",
        "https://me:secret@jira.example.com/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ssh://jira.example.com/",
        "\\\\evil.example\\share",
        "\\/evil.example",
        "https:\n//evil.example",
        "https://[::1",
        "",
        " ",
        None,
        ["browse/TO"],
    ],
)
def test_U4_any_other_address_is_no_link(given: object) -> None:
    assert page(given) is None


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"planItem": null}', b'{"planItem": "TO"}', b"\xff"])
def test_a_record_without_a_page_has_no_link(raw: bytes) -> None:
    assert page_of(Connection("tempo", "tempo", JIRA), raw) is None


def test_the_other_services_document_no_page_and_have_no_link() -> None:
    assert {kind for kind in KINDS if page("browse/TO", kind=kind)} == {"tempo"}


def test_a_connection_whose_address_cannot_be_used_has_no_link() -> None:
    assert page("browse/TO", base="") is None
    assert page("browse/TO", base="http://jira.example.com") is None

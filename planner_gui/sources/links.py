"""The page of an item in its own service, where its record names one: an address to show, never one to ask (U4).

Tempo for Jira Server and Data Center gives `planItemUrl`, relative to the Jira address (vendors.md 2); no document of
BigPicture, Tempo Cloud, Work Time Calendar or BigTime names a page of an item, so that there is none for them.
"""

from __future__ import annotations

from typing import NamedTuple

from planner_gui.domain.errors import OriginRefused, UsageError
from planner_gui.sources.address import origin, within
from planner_gui.sources.base import Connection
from planner_gui.sources.decode import Fields, Unreadable
from planner_gui.sources.options import jira_address


class WebPage(NamedTuple):
    """Where an item can be looked at: whose page it is, its host as it goes over the wire, its whole address."""

    service: str
    host: str
    url: str


def page_of(connection: Connection, raw: bytes) -> WebPage | None:
    """The page of an item by its raw record; None where none is known, or it lies outside the connection's origin."""
    if connection.kind != "tempo":
        return None
    try:
        item = Fields(raw).nested("planItem")
        given = "" if item is None else item.text("planItemUrl").strip()
        base = jira_address(connection)
        if not given or "\\" in given:
            return None
        url = within(given, base, connection=connection.name, subject="link")
    except (Unreadable, OriginRefused, UsageError):
        return None
    here = origin(base)
    return WebPage("Jira", str(here).partition("://")[2], url)

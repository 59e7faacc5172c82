"""Asks the pretend company in-process, as a plain HTTP client would; for the tests of the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import httpx

from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.server import Sandbox

TODAY = date(2026, 11, 20)
BASE = "http://127.0.0.1:8740"


@cache
def _made(people: int, seed: int, today: date) -> Organisation:
    """The frozen tree, made once for all tests; what a sandbox changes is its own."""
    return Organisation.make(people, seed, today=today)


class Company:
    """A sandbox of its own, and one call a request with the right credential of a connection."""

    def __init__(self, people: int = 60, seed: int = 1, today: date = TODAY) -> None:
        self.sandbox = Sandbox(today=today, base_url=BASE, organisation=_made(people, seed, today))
        self.entries = {entry["name"]: entry for entry in self.sandbox.connections()}

    def headers(self, name: str) -> dict[str, str]:
        """The credential of this connection."""
        entry = self.entries[name]
        secret, *cookie = entry["secret"].split("\n")
        if entry["kind"] == "bigtime":
            return {"X-Auth-ApiToken": secret, "X-Auth-Realm": entry["options"]["realm"]}
        headers = {"Authorization": f"Bearer {secret}"}
        if entry["kind"] == "bigpicture" and entry["options"].get("scheme") != "Bearer":
            headers["Authorization"] = f"APIToken {secret}"
        if cookie:
            headers["Cookie"] = f"JSESSIONID={cookie[0]}"
        return headers

    def ask(
        self,
        method: str,
        path: str,
        name: str | None = None,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        params: Any = None,
    ) -> httpx.Response:
        """The answer to one request, with the credential of connection `name`, or with `headers` alone."""
        sent = dict(headers or {}) | (self.headers(name) if name else {})

        async def asking() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.sandbox.app)
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
                return await client.request(method, path, headers=sent, json=json, params=params)

        return asyncio.run(asking())

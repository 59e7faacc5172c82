"""The company's services, each at an origin of its own with secrets of its own, and all that it was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from planner_gui.sandbox.server import Sandbox
from tests.faults.vendors import _asked
from tests.session.fakes import TODAY
from tests.sources.writing_contract import company

NAMES = ("bigpicture", "bigpicture-labs", "tempo", "worktime", "bigtime")


class _Company(Sandbox):
    """Nobody else's secrets."""

    whose = ""

    def _secret(self, name: str) -> str:
        return f"SENTINEL+{self.whose or name}/0x5ec7e7"


class Recorder:
    """One service on a loopback socket.

    received: every request as it came. leads_to: where it redirects to, "" for nowhere; echoes: it refuses everything
    and repeats the credential; moved_to: what where-am-i names.
    """

    def __init__(self, name: str, *, whose: str = "") -> None:
        self.name = name
        self.received: list[bytes] = []
        self.leads_to, self.echoes, self.moved_to = "", False, ""
        self._turn = threading.Lock()
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                status, headers, answer = recorder._answer(self.command, self.path, dict(self.headers.items()), body)
                recorder.received.append(f"{self.requestline}\n{self.headers}".encode() + body)
                self.send_response(status)
                for key, value in {**headers, "Content-Length": str(len(answer))}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815  (the library's names)

            def log_message(self, *_words: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        made = type("Company", (_Company,), {"whose": whose})
        self.sandbox: Sandbox = made(today=TODAY, organisation=company(), base_url=self.url)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def entry(self) -> dict[str, Any]:
        return next(entry for entry in self.sandbox.connections() if entry["name"] == self.name)

    @property
    def secrets(self) -> list[str]:
        return str(self.entry["secret"]).split("\n")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if self.echoes:
            said = json.dumps({"message": f"refused: {headers}", "errorMessages": [str(headers)]})
            return 401, {"Content-Type": "application/json"}, said.encode()
        if self.leads_to:
            return 307, {"Location": f"{self.leads_to}{path}"}, b""
        with self._turn:
            reply = _asked(self.sandbox, method, path, headers, body)
        content = reply.body
        if self.moved_to and "where-am-i" in path:
            content = content.replace(self.url.encode(), self.moved_to.encode())
        return reply.status, dict(reply.headers), content


@contextmanager
def recorders(*names: str) -> Iterator[dict[str, Recorder]]:
    """Those services, and a stranger that nobody should ask."""
    found = {name: Recorder(name) for name in names} | {"stranger": Recorder("bigtime", whose="stranger")}
    try:
        yield dict(found)
    finally:
        for each in found.values():
            each.close()

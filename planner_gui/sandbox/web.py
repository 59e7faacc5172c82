"""What every pretend vendor needs of HTTP: routes behind a check of the credential, JSON answers, refusals.

No vendor's shape is known here. A handler raises `Refused`; its service words it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request], Awaitable[Response]]
Json = dict[str, Any]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Log in</title></head><body><h1>Welcome back</h1></body></html>"


class Refused(Exception):
    """A request that the vendor refuses, with the status and the vendor's words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def json_bytes(data: object) -> bytes:
    """`data` as compact JSON."""
    return msgspec.json.encode(data)


def encoded(body: bytes, status: int = 200) -> Response:
    """JSON that was encoded before."""
    return Response(body, status, media_type="application/json")


def answer(data: object, status: int = 200) -> Response:
    """`data` as a JSON answer."""
    return encoded(json_bytes(data), status)


def page(text: str, status: int = 200) -> Response:
    """A web page, as vendors send them where JSON is due."""
    return Response(text, status, media_type="text/html")


def day_of(text: object, what: str) -> date:
    """A date written YYYY-MM-DD; anything else is refused with 400."""
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Refused(400, f"{what} is not a date of the form yyyy-MM-dd")


async def body_of(request: Request) -> Any:
    """The JSON body; anything else is refused with 400."""
    try:
        return json.loads(await request.body())
    except ValueError:
        raise Refused(400, "The request body is not valid JSON") from None


async def object_of(request: Request) -> Json:
    """The JSON body, which must be an object."""
    body = await body_of(request)
    if not isinstance(body, dict):
        raise Refused(400, "The request body is not a JSON object")
    return body


class Service:
    """One pretend vendor: an ASGI application of routes, each behind `authorise`."""

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        self._router = Router(
            [Route(path, self._guarded(handler), methods=[method]) for method, path, handler in self.routes()],
            redirect_slashes=False,
            default=self._unknown,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._router(scope, receive, send)

    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        """(method, path, handler) of everything that is served."""
        raise NotImplementedError

    def authorise(self, request: Request) -> None:
        """Raises Refused where the credential is missing or wrong."""
        raise NotImplementedError

    def refusal(self, status: int, message: str) -> Response:
        """The vendor's own form of an error."""
        raise NotImplementedError

    def connection(self, base_url: str) -> Mapping[str, Any]:
        """What one `planner-gui connect` call needs: kind, name, url, options and secret."""
        raise NotImplementedError

    def _guarded(self, handler: Handler) -> Handler:
        async def endpoint(request: Request) -> Response:
            try:
                self.authorise(request)
                return await handler(request)
            except Refused as refused:
                return self.refusal(refused.status, refused.message)

        return endpoint

    async def _unknown(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.refusal(404, "There is nothing at this address")(scope, receive, send)

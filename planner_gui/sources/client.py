"""All HTTP policy, once: origin pin, credentials, deadlines, body limits, retries, rate limit, errors (N1-N9, N13).

An adapter says what to read; this module says how, and turns every status and failure into a SourceError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from planner_gui.sources.base import Context


class Client:
    """Requests to one origin.

    name: the connection's name, for messages. base: https URL (http for loopback only, N3), without a trailing slash.
    headers: gives the credential headers; asked for each request, sent to `base`'s origin only (N1).
    """

    requests: int
    base: str

    def __init__(
        self, name: str, base: str, context: Context, *, headers: Callable[[], Mapping[str, str]], service: str = ""
    ) -> None:
        raise NotImplementedError

    async def read(
        self,
        *path: str,
        params: Sequence[tuple[str, str]] = (),
        body: object | None = None,
        subject: str = "",
        slash: bool = False,
    ) -> bytes:
        """The whole decoded JSON text of a GET, or of a POST that only searches where `body` is given (N8).

        path: segments under the base, each percent-encoded as one (V6). params: in order, names may repeat.
        subject: the object in words, for messages. slash: keep a trailing slash. Raises a SourceError.
        """
        raise NotImplementedError

    async def follow(self, link: str, *, subject: str = "") -> bytes:
        """Read an absolute `next` link of the service, after the origin check of N1."""
        raise NotImplementedError

    async def post_once(self, *path: str, body: object, subject: str = "") -> bytes:
        """A POST that is sent once and never retried, such as a login."""
        raise NotImplementedError

    def rebase(self, base: str) -> None:
        """Use another base from now on; the caller has checked it (A5)."""
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

"""What the failure of a write proves: nothing left, it was refused, or nobody knows (reliability 4.2; W4, N2).

The one place that decides it. A type of NotSent, RateLimited, CredentialRefused, Forbidden, NotFound, NotOffered and
RequestRefused is proof; every other SourceError means that the change may have arrived. How reads fail is `refusals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from planner_gui.domain.errors import (
    AnswerLost,
    AnswerUnusable,
    CertificateRefused,
    CredentialRefused,
    Forbidden,
    NotFound,
    NotOffered,
    NotSent,
    OriginRefused,
    ProxyFailed,
    RateLimited,
    RequestRefused,
    ServiceFailed,
    SourceError,
)
from planner_gui.sources.http_body import web_page
from planner_gui.sources.refusals import WEB_PAGE, words

KEPT = "The change is kept here"
SEND_AGAIN = f"{KEPT}; send it again when the service can be reached."
UNKNOWN = f"{KEPT}; nobody knows whether it arrived, so look at the service before it is sent again."
_REFUSED = f"{KEPT}; change or drop it."

PROOF = (NotSent, RateLimited, CredentialRefused, Forbidden, NotFound, NotOffered, RequestRefused)

_SAID = {
    400: "refused it as invalid",
    409: "refused it",
    412: "says that it was changed meanwhile",
    413: "says it is too large",
    415: "refused its form",
    428: "wants to be told what it was changed from",
}


def of_status(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    connection: str,
    subject: str,
    secrets: Iterable[str] = (),
    wait: float | None = None,
) -> SourceError:
    """The error of an answer to a write that is no 2xx. wait: seconds of its Retry-After, None without one.

    503 is unknown, with or without Retry-After (N8): who sends it may have passed the request on.
    """
    detail = words(body, headers, secrets)

    def told(kind: type[SourceError], what: str, advice: str) -> SourceError:
        said = f"{what}: {detail}" if detail else what
        return kind(said, connection=connection, subject=subject, advice=advice, detail=detail)

    match status:
        case 401:
            return told(CredentialRefused, "the token was refused (401)", f"{KEPT}; enter a new token, then send it.")
        case 403:
            return told(Forbidden, "you lack the right to change this (403)", f"{KEPT}; ask for the right, or drop it.")
        case 404 | 410:
            return told(NotFound, f"does not exist there ({status})", f"{KEPT}; read the service again, or drop it.")
        case 405:
            return told(NotOffered, "the service does not offer this (405)", _REFUSED)
        case 407:
            return told(ProxyFailed, "the proxy wants a login (407)", f"{KEPT}; put the login into HTTPS_PROXY.")
        case 408:
            return told(AnswerLost, "the service gave up waiting for the request (408)", UNKNOWN)
        case 429:
            return RateLimited(
                "the service asks to wait (429)",
                retry_after=wait or 0.0,
                connection=connection,
                subject=subject,
                advice=f"{KEPT} and waits.",
            )
        case 400 | 409 | 412 | 413 | 415 | 422 | 428:  # FB7 to FB9
            said = _SAID.get(status, "refused it as it is")
            return told(RequestRefused, f"the service {said} ({status})", _REFUSED)
    if 300 <= status < 400:
        return told(AnswerUnusable, f"redirects to {_host(headers)} ({status}), which is not followed", UNKNOWN)
    if status >= 500:
        return told(ServiceFailed, f"the service failed ({status})", UNKNOWN)
    return told(AnswerUnusable, f"gave an answer that cannot be used ({status})", UNKNOWN)


def of_web_page(*, connection: str, subject: str) -> SourceError:
    """The error of a 2xx that is a web page: a login page or a proxy may have answered in the service's place."""
    return AnswerUnusable(WEB_PAGE, connection=connection, subject=subject, advice=UNKNOWN)


def of_failure(error: SourceError, *, left: bool) -> SourceError:
    """The error of a write that got no answer, with what it proves. left: some of the request is known to have left.

    A library's error names where it was noticed, not how far the request came: encryption that breaks while the answer
    is read looks like a certificate that was refused.
    """
    if isinstance(error, NotSent) and left:
        what = "the connection broke before the answer was whole"
        return AnswerLost(what, connection=error.connection, subject=error.subject, advice=UNKNOWN)
    if isinstance(error, CertificateRefused | ProxyFailed):
        error.advice = f"{KEPT}. {error.advice}"
    elif isinstance(error, CredentialRefused):
        error.advice = f"{KEPT}; enter a new token, then send it."
    elif isinstance(error, RateLimited):
        error.advice = f"{KEPT} and waits."
    elif isinstance(error, NotSent):
        error.advice = SEND_AGAIN
    elif isinstance(error, PROOF):
        error.advice = _REFUSED
    elif isinstance(error, OriginRefused):  # an id that cannot be in an address: it never will be
        return RequestRefused(error.what, connection=error.connection, subject=error.subject, advice=_REFUSED)
    else:
        error.advice = UNKNOWN
    return error


def unsent(error: SourceError) -> SourceError:
    """The error of what a write needs first, such as a log-in: nothing of the write itself has left."""
    if isinstance(error, PROOF):
        return error if KEPT in error.advice else of_failure(error, left=False)
    what = f"{error.what}; the change was not sent"
    return NotSent(what, connection=error.connection, subject=error.subject, advice=SEND_AGAIN)


def useful(status: int, headers: Mapping[str, str], body: bytes) -> bytes:
    """The body of a 2xx where it may tell of the object, else b"": it then proves nothing (N7, W16).

    202 is not done yet, 204 and 205 are empty, 206 is a part, 207 speaks of several: of none of these an id is taken.
    """
    if status not in (200, 201, 203) or web_page(body, headers):
        return b""
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    return b"" if text == b"null" or text[:1] not in (b"{", b"[", b'"') else body


def _host(headers: Mapping[str, str]) -> str:
    """The host of a Location in plain ASCII, or words where it names none; no more of the address is shown (N1)."""
    try:
        host = urlsplit(headers.get("location", "")).hostname or ""
        return host.encode("idna").decode("ascii") or "somewhere else"
    except (ValueError, UnicodeError):
        return "somewhere else"

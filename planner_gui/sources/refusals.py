"""What a status means to the user: the one place that turns statuses into the errors tree (A7, N2, N8, N9).

The service's own words are kept as plain text, shortened, without markup, control characters or credentials (N7, L1).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping

import msgspec

from planner_gui.domain.errors import (
    AnswerLost,
    AnswerUnusable,
    CredentialRefused,
    Forbidden,
    NotFound,
    NotOffered,
    OriginRefused,
    ProxyFailed,
    RateLimited,
    RequestRefused,
    ServiceFailed,
    SourceError,
)
from planner_gui.sources.http_body import web_page

LONGEST_DETAIL = 300
WHOLE = (200, 201, 203)  # 202, 204, 206, 207 are no whole answer to a read
WEB_PAGE = "answered with a web page (login or proxy?)"
CHECK_ADDRESS = "Check the address, and whether a login page or a proxy stands in between; what was read before stays."
PROXY_LOGIN = "Enter it under File, Connections, Network, or put it into HTTPS_PROXY."
RETRIED = (429, 500, 502, 503, 504)  # N8; no other 4xx is

_MARKUP = re.compile(r"<[^<>]*>?")
_WORD_KEYS = ("errormessages", "message", "errors", "error", "error_msg", "errormessage", "detail", "title")


def refusal(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    connection: str,
    subject: str,
    secrets: Iterable[str] = (),
    wait: float | None = None,
) -> SourceError:
    """The error of an answer that is no success. wait: seconds of its Retry-After, None without one."""
    detail = words(body, headers, secrets)

    def told(kind: type[SourceError], what: str, advice: str = "") -> SourceError:
        said = f"{what}: {detail}" if detail else what
        return kind(said, connection=connection, subject=subject, advice=advice, detail=detail)

    if status == 429 or (status == 503 and wait is not None):
        return RateLimited(
            f"the service asks to wait ({status})",
            retry_after=wait or 0.0,
            connection=connection,
            subject=subject,
            advice="What was read before stays; sync again later.",
        )
    match status:
        case 401:
            return told(CredentialRefused, "the token was refused (401)", "Enter a new token for this connection.")
        case 403:
            return told(Forbidden, "you lack the right to read this (403)", "Ask the service's administrator for it.")
        case 404 | 410:
            missing = told(NotFound, f"does not exist there ({status})")
            if isinstance(missing, NotFound):
                missing.page = web_page(body, headers)
            return missing
        case 405 | 501:
            return told(NotOffered, f"the service does not offer this ({status})")
        case 407:
            return told(ProxyFailed, "the proxy wants a login (407)", PROXY_LOGIN)
        case 408:
            return told(AnswerLost, "the service gave up waiting for the request (408)", "Sync again.")
        case 202:
            return told(AnswerUnusable, "the service has not finished its answer (202)", "Sync again later.")
        case 204 | 205:
            return told(AnswerUnusable, f"answered with nothing where data was due ({status})", CHECK_ADDRESS)
    if 300 <= status < 400:
        return told(OriginRefused, f"redirects to somewhere else ({status}), which is not followed", CHECK_ADDRESS)
    if status >= 500:
        return told(ServiceFailed, f"the service failed ({status})", "What was read before stays; sync again later.")
    if status >= 400:
        return told(RequestRefused, f"the service refused the request ({status})")
    return told(AnswerUnusable, f"gave an answer that cannot be used ({status})", CHECK_ADDRESS)


def words(body: bytes, headers: Mapping[str, str], secrets: Iterable[str] = ()) -> str:
    """What the service says in an error's body, as plain text of at most 300 characters; "" for a web page."""
    if not body or web_page(body, headers):
        return ""
    try:
        said = _said(msgspec.json.decode(body), 0)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        kind = headers.get("content-type", "")
        said = body.decode("utf-8", "replace").strip().splitlines()[:1] if "text/plain" in kind else []
    text = "; ".join(dict.fromkeys(part for part in map(plain, said) if part))
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "•••")
    return text if len(text) <= LONGEST_DETAIL else text[: LONGEST_DETAIL - 1] + "…"


def plain(text: str) -> str:
    """One line without markup and without characters that nobody sees."""
    text = html.unescape(_MARKUP.sub(" ", text))
    visible = (" " if unicodedata.category(mark) in ("Cc", "Zl", "Zp") else mark for mark in text)
    return " ".join("".join(mark for mark in visible if unicodedata.category(mark)[0] != "C").split())


def _said(value: object, depth: int) -> list[str]:
    """The texts in the shapes that the vendors use: errorMessages, errors as list, object or text, message, error."""
    if depth > 4:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for element in value[:10] for text in _said(element, depth + 1)]
    if not isinstance(value, dict):
        return []
    folded = {str(name).lower(): (name, inner) for name, inner in value.items()}
    named = [folded[key][1] for key in _WORD_KEYS if key in folded]
    if named:
        return [text for inner in named for text in _said(inner, depth + 1)]
    # An object of fault by field: {"start": "is required"}
    return [f"{name}: {text}" for name, inner in list(value.items())[:10] for text in _said(inner, depth + 1)]

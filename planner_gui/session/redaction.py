"""What a log, a report or the clipboard may hold of a text: no secret, no name, no line that was not ours (L1, L2).

Two nets: the secrets in use are known here, whatever they look like, and what looks like a credential is hidden,
whoever it belongs to. Both are nets: nothing here is a reason to hand a secret or a name to the log.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import unicodedata
from functools import cache
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"
SHORTEST = 4  # characters: what is shorter stands in too many words to be hidden in them
_ESCAPED = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}  # control, format (bidi), private, surrogate, line separators

_known: set[str] = set()
_key = os.urandom(16)  # of this process: a hash tells the same from another in one run, and nobody a name


def know(*secrets: str) -> None:
    """These are secrets in use: each of their lines is hidden from now on, also encoded as addresses and headers do."""
    for secret in secrets:
        for part in secret.split("\n"):
            if len(part := part.strip()) >= SHORTEST:
                encoded = base64.b64encode(part.encode("utf-8", "surrogatepass")).decode()
                _known.update((part, quote(part, safe=""), quote_plus(part), encoded, encoded.rstrip("=")))


def without_secrets(text: str) -> str:
    """The text with every known secret, and everything that looks like one, replaced by `HIDDEN`."""
    for secret in sorted(_known, key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, HIDDEN)
    for shape, instead in _shapes():
        text = shape.sub(instead, text)
    return text


@cache
def _shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compiled with the first use, which is beside the window."""
    word = r"[\w.-]*(?:token|secret|passw(?:or)?d|pwd|api[_-]?key|jsessionid|session[_-]?id|signature)[\w.-]*"
    return (
        # A header to the end of its line, as text, in a dictionary or in a list of pairs.
        (
            re.compile(r"(?i)\b((?:proxy-)?authorization|x-auth-[a-z]+|(?:set-)?cookie)(b?[\"']?\s*[:=,]\s*)[^\r\n]+"),
            rf"\1\2{HIDDEN}",
        ),
        (re.compile(r"(?i)\b(bearer|basic|apitoken|negotiate)\s+[\w.~+/=-]{6,}"), rf"\1 {HIDDEN}"),
        (re.compile(rf"(?i)\b({word})=[^\s&;,\"'<>]+"), rf"\1={HIDDEN}"),
        (re.compile(rf"(?i)([\"']{word}[\"']\s*:\s*b?[\"'])[^\"']*"), rf"\1{HIDDEN}"),
        (re.compile(r"(://)[^/\s@\"']+@"), rf"\1{HIDDEN}@"),
        (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), HIDDEN),  # a JSON web token
    )


def hashed(text: str) -> str:
    """A name as the log may hold it: the same for the same text within one run of the program (L2)."""
    return "#" + hashlib.blake2s(text.encode("utf-8", "surrogatepass"), key=_key, digest_size=4).hexdigest()


def escaped(text: str) -> str:
    """The text on one line, its control characters as codes: nobody forges a line or colours a terminal (L2)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_code(char) if unicodedata.category(char) in _ESCAPED else char for char in text)


def _code(char: str) -> str:
    number = ord(char)
    if char in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char]
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"

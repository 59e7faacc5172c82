"""Cutting a JSON list or object into its elements without understanding them, for answers with one bad record (V2).

The fast decoder refuses a whole answer for one NaN or half a character in it. This scan only follows brackets and
strings, so that the bad record can be set aside alone. It is slow, not recursive, and runs only after a refusal.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},"]', re.DOTALL)
_CLOSES = {b"]": b"[", b"}": b"{"}


def split(text: bytes) -> list[bytes] | None:
    """The elements of a list, or the `"key": value` pairs of an object, as text without surrounding blanks.

    None where brackets or quotes do not pair up, or something follows the end: the text was cut, or is no JSON.
    Between two commas nothing is an element, too: the caller finds that it is no JSON.
    """
    open_brackets: list[bytes] = []
    elements: list[bytes] = []
    start = 1
    for token in _TOKEN.finditer(text):
        mark = token.group()[:1]
        if mark == b'"':
            if len(token.group()) == 1:
                return None  # a string without an end
        elif mark in (b"[", b"{"):
            open_brackets.append(mark)
        elif mark == b",":
            if len(open_brackets) == 1:
                elements.append(text[start : token.start()].strip())
                start = token.end()
        else:
            if not open_brackets or open_brackets.pop() != _CLOSES[mark]:
                return None
            if not open_brackets:
                return _finished(elements, text[start : token.start()].strip(), text[token.end() :])
    return None


def _finished(elements: list[bytes], last: bytes, rest: bytes) -> list[bytes] | None:
    if rest.strip():
        return None
    if last or elements:
        elements.append(last)
    return elements

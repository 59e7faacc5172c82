"""The body of an answer, whole or not at all: limits on the wire and decoded (N5), complete gzip (N6), JSON only (N7).

httpx itself takes a gzip body that was cut short, and a body of any size; so bodies are read raw, here.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterable, Mapping

WIRE_LIMIT = 16 * 1024 * 1024
DECODED_LIMIT = 64 * 1024 * 1024
STEP = 64 * 1024  # decoded at a time, so that a bomb never holds more than the limit and a step
TURN = 16  # steps between two turns of the event loop
_JSON_TYPES = ("application/json", "text/json")


class BodyRefused(Exception):
    """The body is too large, cut short, or encoded in a way nobody asked for; the text says which."""


async def whole(
    chunks: AsyncIterable[bytes], headers: Mapping[str, str], *, wire: int = WIRE_LIMIT, decoded: int = DECODED_LIMIT
) -> bytes:
    """The decoded body; raises BodyRefused, and whatever `chunks` raises. headers: case-insensitive."""
    length = headers.get("content-length", "")
    if length.isdecimal() and len(length) < 20 and int(length) > wire:
        raise BodyRefused(_too_large(wire))
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return await _plain(chunks, wire)
    if encoding in ("gzip", "x-gzip"):
        return await _gunzipped(chunks, wire, decoded)
    raise BodyRefused("answered in an encoding that was not asked for")


async def _plain(chunks: AsyncIterable[bytes], limit: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        if len(body) + len(chunk) > limit:
            raise BodyRefused(_too_large(limit))
        body += chunk
    return bytes(body)


async def _gunzipped(chunks: AsyncIterable[bytes], wire: int, limit: int) -> bytes:
    gzip = zlib.decompressobj(31)
    body = bytearray()
    received = steps = 0
    async for chunk in chunks:
        received += len(chunk)
        if received > wire:
            raise BodyRefused(_too_large(wire))
        rest = chunk
        while rest and not gzip.eof:
            try:
                body += gzip.decompress(rest, STEP)
            except zlib.error:
                raise BodyRefused("answered with damaged compressed data") from None
            if len(body) > limit:
                raise BodyRefused(_too_large(limit))
            rest = gzip.unconsumed_tail
            steps += 1
            if steps % TURN == 0:
                await asyncio.sleep(0)
        if gzip.eof and (gzip.unused_data or rest):
            raise BodyRefused("answered with compressed data and something behind it")
    if not gzip.eof:
        raise BodyRefused("answered with compressed data that was cut short")
    return bytes(body)


def web_page(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether the answer is markup, by its type or its first character."""
    return "html" in headers.get("content-type", "").lower() or body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def is_json(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether the answer says it is JSON. Without a content type a body that begins like JSON is taken for it:

    old servers leave the type out, and what a login page or a proxy sends has one.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind:
        return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[", b"n")
    return kind in _JSON_TYPES or kind.endswith("+json")


def _too_large(limit: int) -> str:
    return f"answered with more than {limit // (1024 * 1024)} MiB"

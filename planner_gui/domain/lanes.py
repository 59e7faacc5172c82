"""Lanes: which of a person's bars stand side by side, so that two that share a day never overlap.

Each item takes the first free lane, in the order of start. Done for all people at once: chains of overlapping items are
independent, so the first items of all chains take their lanes together, then the second ones ...
"""

from __future__ import annotations

import heapq
from functools import cache

import numpy as np
from numpy.typing import NDArray

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

_STEP_ITEMS = 40  # a step of all chains at once costs about as much as that many items walked one by one
_FREE = -(2**31)
_WORD = 16
MAX_LANES = 2**15 - 1


def lanes(person: Int32, start: Int32, end: Int32) -> NDArray[np.int16]:
    """The lane of each row, from 0; rows are sorted by person, then start, and end >= start."""
    lane = np.zeros(len(person), np.int16)
    if len(person) < 2:
        return lane
    first = _chains(person, start, end)
    sizes = np.diff(np.append(first, len(person)))
    several = np.flatnonzero(sizes > 1)
    order = several[np.argsort(-sizes[several], kind="stable")]
    first, sizes = first[order], sizes[order]
    # The few longest chains are walked alone, so that the others need few steps.
    walked = np.concatenate([[0], np.cumsum(sizes)])
    alone = int((walked + _STEP_ITEMS * np.append(sizes, 0)).argmin())
    for at, size in zip(first[:alone].tolist(), sizes[:alone].tolist(), strict=True):
        lane[at : at + size] = _walk(start[at : at + size].tolist(), end[at : at + size].tolist())
    _step(lane, start, end, first[alone:], sizes[alone:])
    return lane


def _chains(person: Int32, start: Int32, end: Int32) -> Int64:
    """First rows of the chains: an item that begins when all before it of its person have ended begins a new one."""
    reached = np.maximum.accumulate((person.astype(np.int64) << 32) + end)
    begins = (person[1:].astype(np.int64) << 32) + start[1:] > reached[:-1]
    return np.concatenate([[0], np.flatnonzero(begins) + 1])


def _step(lane: NDArray[np.int16], start: Int32, end: Int32, first: Int64, sizes: Int64) -> None:
    """Give lanes to the n-th items of all chains at once; chains come longest first, each of two items or more."""
    if not len(first):
        return
    until = np.full((len(first), _WORD), _FREE, np.int32)  # the last day of each lane of each chain
    until[:, 0], until[:, 1] = end[first], end[first + 1]
    lane[first + 1] = 1  # the second item of a chain overlaps the first
    place = np.arange(len(first)) * _WORD
    actives = np.searchsorted(-sizes, -np.arange(sizes[0])).tolist()
    for n in range(2, int(sizes[0])):
        rows = first[: actives[n]] + n
        taken = _first_free(until[: actives[n]] < start[rows][:, None])
        full = taken == until.shape[1]
        if full.any():
            until = np.concatenate([until, np.full_like(until, _FREE)], axis=1)
            place *= 2
        until.reshape(-1)[place[: actives[n]] + taken] = end[rows]
        lane[rows] = np.minimum(taken, MAX_LANES)


def _first_free(free: NDArray[np.bool_]) -> Int64:
    """The first True of each row, the row's width where there is none."""
    if free.shape[1] == _WORD:
        # A row is a number of 16 bits: looked up, several times faster than searched.
        found: Int64 = _lowest_bits()[np.packbits(free.reshape(-1), bitorder="little").view("<u2")]
        return found
    found = free.argmax(axis=1)
    found[~free[np.arange(len(free)), found]] = free.shape[1]
    return found


@cache
def _lowest_bits() -> Int64:
    """The place of the lowest bit of every number of 16 bits, 16 for 0."""
    numbers = np.arange(2**_WORD)
    lowest: Int64 = np.full(2**_WORD, _WORD, np.int64)
    for bit in range(_WORD - 1, -1, -1):
        lowest[numbers >> bit & 1 == 1] = bit
    return lowest


def _walk(start: list[int], end: list[int]) -> list[int]:
    """The lanes of one chain, item by item."""
    busy: list[tuple[int, int]] = []
    free: list[int] = []
    lane = []
    for first, last in zip(start, end, strict=True):
        while busy and busy[0][0] < first:
            heapq.heappush(free, heapq.heappop(busy)[1])
        # Every lane below the number of busy and free ones has been used once.
        mine = heapq.heappop(free) if free else len(busy)
        heapq.heappush(busy, (last, mine))
        lane.append(min(mine, MAX_LANES))
    return lane

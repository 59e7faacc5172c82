"""Exact sharing of whole minutes over days, for many items at once: arrays in, arrays out.

A pair is an item on a day; pairs are sorted by item, then day. Nothing here knows a plan, a person or a vendor: which
amount goes over which days is `amounts`'.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


def pairs(first: Int32, last: Int32) -> tuple[Int32, Int32]:
    """(item, day) of every day from first to last of every item, both inclusive; an item with last < first has none."""
    counts = np.maximum(last.astype(np.int64) - first + 1, 0)
    item = np.repeat(np.arange(len(first), dtype=np.int32), counts)
    begins = np.cumsum(counts) - counts
    offset = (first - begins).astype(np.int64)
    day = np.arange(len(item), dtype=np.int64) + offset[item]
    return item, day.astype(np.int32)


def rank(item: Int32, items: int) -> tuple[Int32, Int32]:
    """Position of each pair within its item, and the number of pairs of each item (int32[items])."""
    counts = np.bincount(item, minlength=items).astype(np.int32)
    begins = np.cumsum(counts) - counts
    return (np.arange(len(item), dtype=np.int64) - begins[item]).astype(np.int32), counts


def equal_parts(item: Int32, total: Int32) -> Int32:
    """Each item's total in equal parts over its pairs, the remainder to the earlier days."""
    position, counts = rank(item, len(total))
    divisor = np.maximum(counts, 1)
    part, rest = total // divisor, total % divisor
    out: Int32 = part[item] + (position < rest[item])
    return out


def in_proportion(item: Int32, weight: NDArray[np.integer], total: Int32) -> Int32:
    """Each item's total in proportion to the weights of its pairs (all > 0), by largest remainder (Load 1).

    Earlier days first on a tie; the parts of an item with pairs add up to exactly its total.
    """
    if not len(item):
        return np.zeros(0, np.int32)
    out = equal_parts(item, total)
    begins = np.flatnonzero(np.diff(item, prepend=-1))
    uneven = np.zeros(len(total), np.bool_)
    # Most items have days of one length, where the proportional parts are the equal ones: no sort is needed for them.
    uneven[item[begins]] = np.minimum.reduceat(weight, begins) != np.maximum.reduceat(weight, begins)
    chosen = np.flatnonzero(uneven[item])
    if len(chosen):
        out[chosen] = _largest_remainder(item[chosen], weight[chosen], total)
    return out


def _largest_remainder(item: Int32, weight: NDArray[np.integer], total: Int32) -> Int32:
    sums = np.bincount(item, weights=weight, minlength=len(total)).astype(np.int64)
    exact = total.astype(np.int64)[item] * weight
    part, remainder = np.divmod(exact, sums[item])
    given = np.bincount(item, weights=part, minlength=len(total)).astype(np.int64)
    missing = total - given
    # By item, then the largest remainder; the sort is stable, so that earlier days come first on a tie.
    order = np.lexsort((-remainder, item))
    position, _ = rank(item[order], len(total))
    part[order] += position < missing[item[order]]
    return part.astype(np.int32)


def half_up(numerator: NDArray[np.integer], denominator: NDArray[np.integer] | int) -> Int32:
    """Quotients of non-negative integers rounded half up; 0 where the denominator is 0."""
    safe = np.maximum(denominator, 1)
    out: Int32 = ((2 * numerator.astype(np.int64) + safe) // (2 * safe)).astype(np.int32)
    return np.where(np.asarray(denominator) > 0, out, 0).astype(np.int32)

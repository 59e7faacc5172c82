"""Rows and y: people in groups, folded or not, each as high as its lanes need. Pure arithmetic, no painting.

Ten thousand people cost one pass of NumPy when grouping or folding changes, and a binary search a frame.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GONE = -3  # in place of a person who is in the plan no more, until the rows are made anew


@dataclass(frozen=True, slots=True)
class Metrics:
    """Heights in logical pixels; `compact` and `comfortable` are the two densities."""

    group: int = 30
    pad: int = 6
    strip: int = 9
    lane: int = 20
    gap: int = 3
    least: int = 50  # a row never gets smaller than name and role need

    def row_height(self, lanes: NDArray[np.int16]) -> NDArray[np.int32]:
        """Height of a person's row with that many lanes."""
        need = 2 * self.pad + self.strip + self.gap + lanes.astype(np.int32) * (self.lane + self.gap)
        return np.maximum(need, self.least).astype(np.int32)


COMFORTABLE = Metrics()
COMPACT = Metrics(group=24, pad=3, strip=7, lane=17, gap=2, least=30)
FLAT = Metrics(group=25, pad=3, strip=18, lane=0, gap=0, least=25)
"""Zoomed out: a row is its strip, and the bars are thin lines below."""
COMPACT_FLAT = Metrics(group=22, pad=2, strip=15, lane=0, gap=0, least=20)


@dataclass(frozen=True, slots=True)
class Group:
    """Some people under a heading; "" for no heading at all."""

    name: str
    people: NDArray[np.int32]  # indices into plan.people, in display order
    folded: bool = False
    items: int = 0  # of nobody, whose bars stand in the heading's own row: only `groups.UNASSIGNED` has any
    lanes: int = 0  # that those bars need


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at a y: a group's heading (person -1) or a person within a group."""

    group: int
    person: int
    top: int
    height: int
    barred: bool = False  # a heading with bars below its name

    @property
    def is_heading(self) -> bool:
        return self.person < 0

    @property
    def has_bars(self) -> bool:
        """Whether bars stand in it: in every person's row, and below the heading of what is nobody's."""
        return self.person >= 0 or self.barred


_NOBODY = np.zeros(0, np.int32)
_HEADING = np.full(1, -1, np.int32)


class Rows:
    """The rows of a timeline from top to bottom.

    group: int32[n], person: int32[n] (-1 for a heading), top: int64[n + 1]; top[n] is the whole height.
    """

    def __init__(self, groups: Sequence[Group], lanes: NDArray[np.int16], metrics: Metrics) -> None:
        self.groups = tuple(groups)
        self.metrics = metrics
        parts: list[NDArray[np.int32]] = [_NOBODY]
        sizes = []
        for group in self.groups:
            if group.name:
                parts.append(_HEADING)
            if not group.folded:
                parts.append(group.people)
            sizes.append(bool(group.name) + (0 if group.folded else len(group.people)))
        self.person = np.concatenate(parts)
        self.group = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        heights = np.full(len(self.person), metrics.group, np.int32)
        ours = self.person >= 0
        heights[ours] = metrics.row_height(lanes[self.person[ours]])
        self._barred = [bool(group.lanes) and not group.folded for group in self.groups]
        for index in np.flatnonzero(self._barred).tolist():
            here = (self.group == index) & ~ours
            heights[here] += 2 * metrics.pad + self.groups[index].lanes * (metrics.lane + metrics.gap)
        self.top = np.concatenate([[0], np.cumsum(heights, dtype=np.int64)])

    def __len__(self) -> int:
        return len(self.person)

    @property
    def height(self) -> int:
        return int(self.top[-1])

    def __getitem__(self, index: int) -> Row:
        top, group, person = int(self.top[index]), int(self.group[index]), int(self.person[index])
        return Row(group, person, top, int(self.top[index + 1]) - top, person < 0 and self._barred[group])

    def at(self, y: float) -> int | None:
        """Index of the row at y, None above the first and below the last."""
        if not 0 <= y < self.height:
            return None
        return int(np.searchsorted(self.top, y, side="right")) - 1

    def visible(self, top: float, height: float) -> range:
        """Indices of the rows that show between top and top + height."""
        if not len(self) or height <= 0:
            return range(0)
        first = max(0, int(np.searchsorted(self.top, max(0.0, top), side="right")) - 1)
        last = int(np.searchsorted(self.top, top + height, side="left"))
        return range(first, min(last, len(self)))

    def of_person(self, person: int) -> int | None:
        """The first row that shows a person, None where folded away or filtered out."""
        found = np.flatnonzero(self.person == person)
        return int(found[0]) if len(found) else None

    @property
    def of_nobody(self) -> int | None:
        """The row of what is nobody's, None where there is none."""
        group = next((at for at, each in enumerate(self.groups) if each.items), None)
        return None if group is None else int(np.flatnonzero(self.group == group)[0])

    def key(self, index: int) -> tuple[str, int]:
        """What a row is, also in rows made anew: its group's name and its person (-1 for the heading)."""
        return self.groups[int(self.group[index])].name, int(self.person[index])

    def find(self, name: str, person: int) -> int | None:
        """The row with that key; where the person has left the group, their first row."""
        group = next((at for at, each in enumerate(self.groups) if each.name == name), -1)
        found = np.flatnonzero((self.group == group) & (self.person == person))
        if len(found):
            return int(found[0])
        return self.of_person(person) if person >= 0 else None

    def renumber(self, people: Sequence[int | None]) -> None:
        """Another plan came: people[old index] is each one's new index, None where they are gone."""
        numbers = np.array([GONE if each is None else each for each in people], np.int32)
        ours = self.person >= 0
        self.person[ours] = numbers[self.person[ours]]

    def renumbered(self, people: Mapping[int, int]) -> Rows:
        """The same rows for a plan of only some of the people: theirs with their numbers in it, all others GONE."""
        other = copy.copy(self)
        other.person = np.where(self.person >= 0, np.int32(GONE), self.person)
        for person, number in people.items():
            other.person[self.person == person] = number
        return other

    def heading(self, group: int) -> int | None:
        """The row of a group's heading."""
        found = np.flatnonzero((self.group == group) & (self.person < 0))
        return int(found[0]) if len(found) else None

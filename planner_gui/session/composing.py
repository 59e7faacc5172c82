"""One plan from what is known: snapshots, rules and who is whom. Pure, so that it can run beside the window.

Who is whom is kept between runs: joining 10,000 people at every start is waste. It is used again only where nothing
that decides it has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import msgspec
import numpy as np

from planner_gui.domain.assembly import assemble
from planner_gui.domain.entities import AccountRef
from planner_gui.domain.matching import match
from planner_gui.domain.people import People, fingerprint
from planner_gui.domain.plan import ConnectionView, Person, Plan, Rules
from planner_gui.domain.snapshot import Snapshot, day_number
from planner_gui.domain.working import working

_MARK = 32  # characters of a fingerprint
_decoder = msgspec.msgpack.Decoder(tuple[tuple[Person, ...], tuple[bytes, ...]])  # typed: no loop over 10,000 people


@dataclass(frozen=True)
class Known:
    """The people of the last plan and what they were made from. packed: as kept, read when needed."""

    mark: str = ""
    people: People | None = None
    packed: bytes = field(default=b"", repr=False)

    @classmethod
    def unpack(cls, kept: bytes | None) -> Known:
        """From what `pack` made; nothing known where there is none."""
        if kept is None:
            return cls()
        return cls(kept[:_MARK].decode("ascii", "replace"), None, kept[_MARK:])

    def pack(self) -> bytes:
        """As bytes for the cache."""
        packed = self.packed if self.people is None else packed_people(self.people)
        return self.mark.encode("ascii") + packed

    def read(self) -> People | None:
        """The people; None where nothing usable was kept."""
        if self.people is None and self.packed:
            try:
                return unpacked_people(self.packed)
            except ValueError:
                return None
        return self.people

    def ids(self) -> dict[AccountRef, str]:
        """The id that the person of each account had."""
        people = self.read()
        return {ref: person.id for person in people.persons for ref in person.accounts} if people else {}


def packed_people(people: People) -> bytes:
    """As bytes for the cache."""
    index = [array.astype("<i4").tobytes() for array in people.account_person]
    return msgspec.msgpack.encode((people.persons, index))


def unpacked_people(packed: bytes) -> People:
    """What `packed_people` made; raises ValueError where the bytes are damaged."""
    try:
        persons, index = _decoder.decode(packed)
        return People(persons, tuple(np.frombuffer(array, "<i4") for array in index))
    except (msgspec.MsgspecError, ValueError) as error:
        raise ValueError(f"the kept people are damaged: {error}") from None


def compose(
    snapshots: Sequence[Snapshot], views: Sequence[ConnectionView], rules: Rules, today: date, known: Known
) -> tuple[Plan, Known]:
    """The plan, and who is whom for the next one. Changes nothing: safe in any thread."""
    mark = fingerprint(snapshots, rules, today)
    people = known.read() if mark == known.mark else None
    if people is None:
        rules = replace(rules, known_ids={**rules.known_ids, **known.ids()})
        people = match(snapshots, rules, today)
    plan = assemble(snapshots, views, rules, today, people)
    if plan.people:
        # The first question about working time makes an index of everybody's: asked here, the window need not wait.
        working(plan, np.zeros(1, np.int32), day_number(today), 1)
    return plan, Known(mark, people)

"""A team plan's shares on its members, each only while the membership lasts (capacity.md, Load 2).

Only memberships that the service told of clip: where it says nothing of a member, the reflection stays as it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from planner_gui.domain.rows import Made
from planner_gui.domain.snapshot import NO_DAY, Flag, Form, day_number

Period = tuple[int, int]  # day numbers, both inclusive


def period(start: date | None, end: date | None) -> Period:
    """A membership's dates as day numbers, open ends as far as a date goes."""
    return day_number(start or date.min), day_number(end or date.max)


def clipped(
    reflections: Iterable[Made], parents: Mapping[int, int], periods: Mapping[tuple[int, int], list[Period]]
) -> Iterator[Made]:
    """The rows of reflections within their memberships; one that left and came back gives two rows, a stranger none.

    parents: external id of a team plan -> its team; periods: (team, account) -> memberships in any order, which may
    overlap. A TOTAL keeps the rate of its full span.
    """
    joined = {key: _joined(found) for key, found in periods.items()}
    for row, extra in reflections:
        team = extra.team or parents.get(row.external_id, 0)
        known = joined.get((team, row.account))
        if known is None or row.flags & Flag.BAD_DATES:
            yield row, extra
            continue
        for start, end in known:
            first, last = max(start, row.start), min(end, row.end)
            if (first, last) == (row.start, row.end):
                yield row, extra
            elif first <= last:
                if row.form == Form.TOTAL and extra.first_start == NO_DAY:
                    part = extra._replace(first_start=row.start, first_end=row.end)
                else:
                    part = extra
                yield row._replace(start=first, end=last), part


def _joined(periods: Iterable[Period]) -> list[Period]:
    """Periods by date, those that overlap or follow one another as one."""
    joined: list[Period] = []
    for start, end in sorted(periods):
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined

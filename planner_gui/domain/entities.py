"""The things a plan is made of, as the adapters yield them: frozen values with the vendor's own ids.

Nothing here knows a service, a person's other accounts or a number of minutes a day: those follow from the rules of
capacity.md in the modules beside this one. Dates are `date` and inclusive at both ends (D1); effort is in the vendor's
unit as its name says, and becomes integer minutes in `snapshot`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """The four kinds of item, in the order they are listed."""

    ABSENCE = 0
    ALLOCATION = 1
    EVENT = 2
    TASK = 3


class CountsAs(IntEnum):
    """What an item does to its person's numbers (capacity.md, Load 6; Absence 3)."""

    IGNORE = 0
    SHOW = 1
    LOAD = 2
    ABSENCE = 3
    DUPLICATE = 4


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Dates from start to end, both inclusive; raises ValueError where end comes before start."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a span cannot end ({self.end}) before it starts ({self.start})")

    def __len__(self) -> int:
        return (self.end - self.start).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=i) for i in range(len(self)))

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def touches(self, other: Span) -> bool:
        """Whether the two share a day."""
        return self.start <= other.end and other.start <= self.end


def months_later(day: date, months: int) -> date:
    """The same day of the month some months later (earlier where negative), or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def default_span(today: date) -> Span:
    """The month before today to twelve months after: what is read and written where nothing else is asked (cli.md)."""
    return Span(months_later(today, -1), months_later(today, 12))


class AccountRef(NamedTuple):
    """One account in one connection: the connection's name and the vendor's key, as given."""

    connection: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account in one service.

    key: the vendor's own id as text (`EXT_USER@2@priya`, `priya`, an Atlassian account id, a StaffSid).
    atlassian: the Atlassian user id that rule 2 of capacity.md People compares, "" where the service has none;
    platform: BigPicture's external platform id ("2" is the connection's own Jira), "" for every other service.
    """

    key: str
    name: str = ""  # "" where only the id is known
    email: str = ""
    atlassian: str = ""
    platform: str = ""
    title: str = ""  # role or job title
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team of one service; teams of the same name in two services are one group on screen."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An account's membership of a team; open ends are None; availability in percent, None where not said."""

    team: str
    account: str
    start: date | None = None
    end: date | None = None
    availability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project of one service; start and end where the service knows them (BigTime)."""

    key: str
    name: str
    code: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSource:
    """An event source of a calendar: what its events are and how they are drawn. `key` is the vendor's source id."""

    key: str
    name: str
    type: str  # vacation, sickness, trip, meeting, custom, or the vendor's own word
    calendar: str = ""
    calendar_key: str = ""
    colour: str = ""  # "#rrggbb"


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorSchedule:
    """Working minutes a day that a service reports for an account, from `start` on; None: the service said nothing."""

    account: str
    start: date
    minutes: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Leave of one account. percent: share of each day, 0 to 100. type: the service's word, unknown ones kept."""

    external_id: str
    account: str
    start: date
    end: date
    type: str
    percent: float
    comment: str = ""
    resource: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Planned work of one account (or of a team: `team` set, `account` "", a parent that adds no load).

    Amounts as the service gave them, None where it did not; capacity.md Load 1 says which one rules.
    rule: NEVER, WEEKLY, BI-WEEKLY, MONTHLY in this spelling, or the service's unknown word.
    expanded: the service returned the later occurrences itself, as items of their own with `occurrence` set.
    reflection: a team plan's share on one member; carries its parent's external_id, as an occurrence does.
    """

    external_id: str
    account: str
    team: str = ""
    start: date
    end: date
    title: str
    project: str = ""  # the project's name as shown
    type: str = ""  # PROJECT, ISSUE, EPIC ...
    item: str = ""  # the planned item's id or key, for "time off" and edits
    seconds_per_day: float | None = None
    seconds: float | None = None
    commitment: float | None = None  # percent
    include_non_working: bool = False
    rule: str = "NEVER"
    until: date | None = None
    count: int | None = None  # occurrences, the first included
    expanded: bool = False
    reflection: bool = False
    occurrence: date | None = None
    resource: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A calendar event of any number of accounts; either dates (all day, inclusive) or aware instants (timed).

    source: key of a CalendarSource. occurrence: start date of a later occurrence, whose external_id is its parent's.
    """

    external_id: str
    accounts: tuple[str, ...]
    title: str
    source: str
    dates: Span | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    occurrence: date | None = None
    unknown_rule: bool = False
    resource: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Work with a budget rather than days. assignees in the service's order; () is the row "Unassigned".

    remaining_minutes: for all assignees together, by capacity.md Load 4; None where the service gave no budget.
    original_estimate: the number is not what remains but the first estimate (BigPicture's effort modes).
    status: in the service's words, with the Jira it is of where that is not the connection's own (seed 002).
    """

    external_id: str
    assignees: tuple[str, ...]
    title: str
    project: str = ""
    type: str = ""
    start: date | None = None
    due: date | None = None
    remaining_minutes: int | None = None
    percent_complete: float | None = None  # 0 to 100
    archived: bool = False
    original_estimate: bool = False
    resource: str = ""
    status: str = ""


Item = Absence | Allocation | Event | Task


@dataclass(frozen=True, slots=True)
class Record:
    """An item with the vendor's own JSON text, kept so that nothing the service said is lost (V1)."""

    item: Item
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """A record that could not be read: counted, shown as such and kept raw (V1)."""

    what: str  # "allocation", "absence of EXT_USER@2@priya"
    reason: str
    raw: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReadable:
    """One resource (a person, box, project or calendar) that answered 403 or 404; its last reading stays (C8).

    resource: the same text as on the items read from it, such as "calendar/12".
    """

    resource: str
    what: str  # in words: "calendar 12", "absences of Priya Raman"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A step of a reading: some of everything. At most 2,000 records, so that no step holds the GUI thread (V3)."""

    accounts: tuple[Account, ...] = ()
    teams: tuple[Team, ...] = ()
    memberships: tuple[Membership, ...] = ()
    projects: tuple[Project, ...] = ()
    sources: tuple[CalendarSource, ...] = ()
    schedules: tuple[VendorSchedule, ...] = ()
    records: tuple[Record, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    not_readable: tuple[NotReadable, ...] = ()
    warnings: tuple[str, ...] = field(default=())

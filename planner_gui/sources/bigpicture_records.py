"""BigPicture's answers become boxes, teams, absences and tasks; no request is sent here.

The bodies of these answers are known from no document: field names are best readings [I] with their likely variants
(vendors.md 5, BigPicture 1, 5, 6, 9; section 7). What fits none of them is Unreadable, never a zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from planner_gui.domain.entities import Absence, Account, Membership, NotUnderstood, Span, Task, Team
from planner_gui.domain.errors import AnswerUnusable
from planner_gui.domain.matching import OWN_PLATFORM
from planner_gui.sources.decode import Fields, Unreadable, document, listing
from planner_gui.sources.gathering import is_segment

PERSON = ("individualId", "key", "resourceId", "id")
ABSENCE_TYPES = ("HOLIDAY", "LEAVE AT REQUEST", "MATERNITY LEAVE", "SICK LEAVE", "OTHER REASON")
LONGEST_TASK = 366  # days assumed for a task without dates, to tell hours from seconds
FEWEST_SECONDS = 900  # less is taken as hours: 40 h on a task of one day is an everyday estimate

_EXTERNAL = re.compile(r"EXT_USER@([^@]*)@(.+)", re.IGNORECASE | re.DOTALL)
_SEPARATORS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box of the hierarchy: a programme, project, iteration or the like. parent: the id of the one it lies in."""

    id: str
    name: str
    start: date | None = None
    end: date | None = None
    archived: bool = False
    parent: str = ""


@dataclass(frozen=True, slots=True)
class TeamRead:
    """A team with its members, and what of them was not understood."""

    team: Team
    accounts: list[Account]
    memberships: list[Membership]
    misread: list[NotUnderstood]


@dataclass(frozen=True, slots=True)
class Effort:
    """How to read a `workload`: `mode` as asked for, "" for the service's default, ORIGINAL_EFFORT_ESTIMATE [D].

    Other modes have names that no document gives [I], so a mode is judged by the words in it.
    """

    mode: str = ""

    @property
    def original(self) -> bool:
        return "REMAINING" not in self.mode

    @property
    def in_points(self) -> bool:
        """Story points are no time: no minutes are made of them."""
        return "POINT" in self.mode


def account_of(key: str, name: str = "", email: str = "") -> Account:
    """An account by its individualId, `EXT_USER@<platform>@<user id>` [D]; an "@" of the user id is doubled in it [D].

    A key of another form (a resource that is no user of a Jira) has neither platform nor Atlassian id.
    """
    match = _EXTERNAL.fullmatch(key)
    if match is None:
        return Account(key=key, name=name, email=email)
    return Account(key=key, name=name, email=email, platform=match[1], atlassian=match[2].replace("@@", "@"))


def boxes_of(body: bytes, connection: str) -> tuple[list[Box], list[NotUnderstood]]:
    """Every box of a hierarchy, parents first; the invisible ROOT is none [D, vendors.md 1.8].

    Archived ones are included, marked. Raises AnswerUnusable where there is no hierarchy at all.
    """
    found: list[Box] = []
    misread: list[NotUnderstood] = []
    waiting = [(top, "") for top in reversed(_tops(body, connection, misread))]
    while waiting:
        fields, parent = waiting.pop()
        try:
            children = fields.objects("boxChildren", "children")
            inside = fields.text("boxId", "id", "key").strip()
            waiting.extend((child, "" if inside.upper() == "ROOT" else inside) for child in reversed(children))
            key = _key(fields.required_text("boxId", "id", "key"))
            if key.upper() != "ROOT":
                found.append(
                    Box(
                        id=key,
                        name=fields.text("boxName", "name").strip() or key,
                        start=_day_or_none(fields, "boxStartDate", "startDate"),
                        end=_day_or_none(fields, "boxEndDate", "endDate"),
                        archived=fields.flag("boxArchived", "archived") or False,
                        parent=parent,
                    )
                )
        except Unreadable as error:
            misread.append(NotUnderstood(what="box", reason=str(error), raw=fields.raw))
    return found, misread


def _tops(body: bytes, connection: str, misread: list[NotUnderstood]) -> list[Fields]:
    """The top of the hierarchy: one object [D], or a list of them."""
    try:
        top = document(body, subject="boxes", connection=connection)
        if top.has("boxId", "id", "key"):
            return [top]
    except AnswerUnusable:
        pass  # a list, or nothing of use: the listing says which
    tops: list[Fields] = []
    for record in listing(body, "boxes", "boxChildren", subject="boxes", connection=connection).records:
        try:
            tops.append(Fields(record))
        except Unreadable as error:
            misread.append(NotUnderstood(what="box", reason=str(error), raw=record))
    return tops


def team_of(raw: bytes) -> TeamRead:
    """A team of `/teams`; raises Unreadable where neither an id nor a name is there."""
    fields = Fields(raw)
    key = fields.required_text("teamId", "id", "key", "teamName", "name")
    read = TeamRead(Team(key=key, name=fields.text("teamName", "name").strip() or key), [], [], [])
    for member, text in _members(fields):
        try:
            _read_member(member, text, read)
        except Unreadable as error:
            misread = member.raw if member else text.encode("utf-8", "backslashreplace")
            read.misread.append(NotUnderstood(what=f"member of {read.team.name}", reason=str(error), raw=misread))
    return read


def _members(fields: Fields) -> Iterator[tuple[Fields | None, str]]:
    """The members, each an object, or its bare id."""
    names = ("members", "individuals", "resources")
    objects = iter(fields.objects(*names))
    for value in fields.values(*names):
        yield (next(objects), "") if isinstance(value, dict) else (None, value if isinstance(value, str) else "")


def _read_member(member: Fields | None, text: str, read: TeamRead) -> None:
    if member is None:
        if not text.strip():
            raise Unreadable("is neither an object nor an id")
        key = _key(text.strip())
        read.accounts.append(account_of(key))
        read.memberships.append(Membership(team=read.team.key, account=key))
        return
    account = person_of(member)
    read.accounts.append(account)
    # Start and share are shown in the vendor's screens; that the answer has them, under these names, is a guess [I].
    membership = Membership(
        team=read.team.key,
        account=account.key,
        start=member.day("startDate", "start"),
        end=member.day("endDate", "end"),
        availability=member.number("availability", "availabilityPercentage", low=0, high=1000),
    )
    read.memberships.append(membership)


def _key(text: str) -> str:
    if not is_segment(text):
        raise Unreadable("the id cannot be part of an address")
    return text


def person_of(fields: Fields) -> Account:
    """The account of a person in a team or an assignment; raises Unreadable where it has no usable id."""
    return account_of(
        _key(fields.required_text(*PERSON)),
        fields.text("name", "displayName", "fullName").strip(),
        fields.text("email", "emailAddress").strip(),
    )


def absence_of(raw: bytes, account: str, resource: str) -> Absence:
    """An absence, by the five fields of the documented request body [D]; that answers have the same is inferred [I].

    It has no id of its own: person and start date name it. Any share from 0 to 100 is taken, though only 50 and 100 can
    be sent. An end before the start is kept as it is (V5).
    """
    fields = Fields(raw)
    start = fields.required_day("startDate", "start")
    percent = fields.number("percentageUnavailability", "percentage", low=0, high=100)
    if percent is None:
        raise Unreadable("percentageUnavailability is missing")
    return Absence(
        external_id=f"{account}@{start.isoformat()}",
        account=account,
        start=start,
        end=fields.required_day("endDate", "end"),
        type=absence_type(fields.text("absenceType", "type")),
        percent=percent,
        comment=fields.text("comment").strip(),
        resource=resource,
    )


def absence_type(text: str) -> str:
    """One of the five types in the spelling with spaces, which two of them are documented in; another as it came."""
    spaced = _SEPARATORS.sub(" ", text).strip().upper()
    return spaced if spaced in ABSENCE_TYPES else text.strip()


def tasks_of(person: Fields) -> tuple[list[Fields], int]:
    """The task records of a person's assignment, and how many elements are no records."""
    values = person.values("tasks", "assignments")
    objects = person.objects("tasks", "assignments")
    return objects, len(values) - len(objects)


def task_of(fields: Fields, account: str, *, project: str, effort: Effort, resource: str) -> Task:
    """One person's share of a task, as one box shows it: `workload` is this person's own (capacity.md, Load 4)."""
    key = fields.required_text("taskId", "id", "key")
    start = fields.day("startDate", "start")
    due = fields.day("endDate", "end", "dueDate")
    return Task(
        external_id=key,
        assignees=(account,),
        title=fields.text("name", "taskName", "summary", "key").strip() or f"Task {key}",
        project=project,
        type=fields.text("type", "taskType").strip(),
        start=start,
        due=due,
        remaining_minutes=_minutes(fields, start, due, effort),
        original_estimate=effort.original,
        resource=resource,
        status=_status(fields, key),
    )


def _status(fields: Fields, key: str) -> str:
    """The status in Jira's words, "" where the answer has none [I]: text, or an object with a name.

    A task of an additional Jira, which the first part of its id says (vendors.md 1.7), names that Jira: statuses of two
    are never one (seed 002).
    """
    value = fields.value("status", "statusName", "taskStatus")
    if isinstance(value, dict):
        value = value.get("name")
    status = value.strip() if isinstance(value, str) else ""
    platform = key.partition("@")[0] if "@" in key else OWN_PLATFORM
    return status if not status or platform == OWN_PLATFORM else f"{status} (Jira {platform})"


def _minutes(fields: Fields, start: date | None, due: date | None, effort: Effort) -> int | None:
    """The workload in minutes, None where there is none.

    Hours by the vendor's screens [I]. Seconds where the value could not be hours: from FEWEST_SECONDS on, more than
    24 hours on every day of the task (of LONGEST_TASK days where it has no dates).
    """
    value = fields.number("workload", "effort", low=0, high=1e9)
    if value is None or effort.in_points:
        return None
    days = (due - start).days + 1 if start and due and due >= start else LONGEST_TASK
    could_be_hours = value < FEWEST_SECONDS or value <= 24 * days
    return int(value * 60 + 0.5) if could_be_hours else int(value / 60 + 0.5)


def touches(absence: Absence, span: Span) -> bool:
    """Whether an absence lies in a reading; one with reversed dates by what is between them, so that it is seen."""
    return min(absence.start, absence.end) <= span.end and max(absence.start, absence.end) >= span.start


def _day_or_none(fields: Fields, *names: str) -> date | None:
    """An optional date; one in another form does not cost the record."""
    try:
        return fields.day(*names)
    except Unreadable:
        return None

"""Tempo's teams, their members and people's working time (Data Center) become accounts, memberships and schedules.

Sources: the vendor's OpenAPI of tempo-teams 2 and tempo-core 1 [D]. No request is sent here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from planner_gui.domain.entities import (
    Account,
    Membership,
    NotReadable,
    NotUnderstood,
    Page,
    Span,
    Team,
    VendorSchedule,
)
from planner_gui.domain.errors import AnswerUnusable
from planner_gui.sources.decode import Fields, Unreadable, listing

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a team: the account, its other spelling (the user name, where the key is another) and the dates."""

    account: Account
    alias: str
    membership: Membership


def teams_of(records: Iterable[bytes]) -> tuple[list[Team], list[NotUnderstood]]:
    """The teams of `tempo-teams/2/team`."""
    teams, faults = [], []
    for raw in records:
        try:
            fields = Fields(raw)
            key = fields.required_text("id", "teamId")
            teams.append(Team(key=key, name=fields.text("name").strip() or f"Team {key}"))
        except Unreadable as error:
            faults.append(NotUnderstood(what="team", reason=str(error), raw=raw))
    return teams, faults


def members_of(team: Team, records: Iterable[bytes]) -> tuple[list[Member], list[NotUnderstood]]:
    """The people of `tempo-teams/2/team/{id}/member`; a Jira group is left out, its people come as GROUP_USER [D]."""
    members, faults = [], []
    for raw in records:
        try:
            fields = Fields(raw)
            person = fields.nested("member") or fields
            if person.text("type").strip().upper() != "GROUP":
                members.append(_member(team, person, fields.nested("membership") or fields))
        except Unreadable as error:
            faults.append(NotUnderstood(what=f"member of team {team.name}", reason=str(error), raw=raw))
    return members, faults


def _member(team: Team, person: Fields, membership: Fields) -> Member:
    key = person.required_text("key", "name")
    return Member(
        Account(
            key=key,
            name=person.text("displayName").strip(),
            email=person.text("email", "emailAddress").strip(),
            atlassian=key,
            title=_role(membership),
            active=person.flag("activeInJira", "active") is not False,
        ),
        person.text("name").strip(),
        Membership(
            team=team.key,
            account=key,
            # The ANSI form where it is there: the other one is in the caller's own date format [C].
            start=membership.day("dateFromANSI", "dateFrom"),
            end=membership.day("dateToANSI", "dateTo"),
            availability=membership.number("availability", low=0, high=1000),
        ),
    )


def _role(membership: Fields) -> str:
    """role is an object with a name [D]; a bare text is taken too."""
    value = membership.value("role")
    if isinstance(value, dict):
        role = membership.nested("role")
        return role.text("name").strip() if role else ""
    return value.strip() if isinstance(value, str) else ""


def schedule_of(account: str, span: Span, days: Sequence[bytes]) -> VendorSchedule:
    """The required minutes of each day of `span`, None where no day came. Raises Unreadable for a day it cannot use.

    Data Center's `days` and Cloud's `results` have the same two fields: date and requiredSeconds (0 on holidays) [D].
    Decoded in one go: a year of days for each of thousands of people is the longest part of a reading.
    """
    minutes: list[int | None] = [None] * len(span)
    places = _places(span)
    decoded = Fields(b'{"days":[' + b",".join(days) + b"]}").values("days")
    for raw, day in zip(days, decoded, strict=True):
        usual = day if isinstance(day, dict) else {}
        place, seconds = places.get(usual.get("date")), usual.get("requiredSeconds")
        if place is None or type(seconds) is not int or not 0 <= seconds <= DAY:
            place, seconds = _unusual_day(raw, span)
        if place is not None and seconds is not None:
            minutes[place] = int(seconds + 30) // 60
    return VendorSchedule(account=account, start=span.start, minutes=tuple(minutes))


def schedule_page(account: str, span: Span, body: bytes, what: str, connection: str) -> Page:
    """A page with the schedule in an answer, or with the fault in it. Raises AnswerUnusable."""
    try:
        return Page(schedules=(VendorSchedule(account=account, start=span.start, minutes=_minutes(body, span)),))
    except Unreadable as error:
        return Page(not_understood=(NotUnderstood(what=what, reason=str(error), raw=body),))
    except AnswerUnusable as error:
        raise AnswerUnusable(error.what, connection=connection, subject=what, advice=error.advice) from None


@lru_cache(maxsize=128)  # people on one schedule get the same answer, byte for byte: it is decoded once
def _minutes(body: bytes, span: Span) -> tuple[int | None, ...]:
    return schedule_of("", span, listing(body, "days", "results").records).minutes


@lru_cache(maxsize=8)
def _places(span: Span) -> dict[object, int]:
    """Each date of the span as the service writes it -> its place."""
    return {day.isoformat(): place for place, day in enumerate(span)}


def _unusual_day(raw: bytes, span: Span) -> tuple[int | None, float | None]:
    """A day outside the span, in other names, with text for numbers, or a broken one."""
    fields = Fields(raw)
    day = fields.required_day("date")
    seconds = fields.number("requiredSeconds", low=0, high=DAY)
    return (day - span.start).days if day in span else None, seconds


def hidden_schedules(lost: Sequence[NotReadable], asked: int) -> tuple[NotReadable, ...]:
    """What to say of schedules that answered 403 or 404: one finding where it was all of them, a right that lacks."""
    if len(lost) < 2 or len(lost) < asked:
        return tuple(lost)
    return (NotReadable(resource="schedule", what=f"working time of {asked} people", reason=lost[0].reason),)

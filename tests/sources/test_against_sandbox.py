"""BigPicture and Work Time Calendar read from the pretend company: all it holds, through its faults too.

The sandbox shares no code with the adapters; what must come out is taken from its facts, not from its answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from dateutil.rrule import rrulestr

from planner_gui.domain.entities import Absence, Event, Page, Span, Task
from planner_gui.domain.errors import AnswerUnusable, CredentialRefused, NotFound, NotOffered, ServiceFailed
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.server import Sandbox
from planner_gui.sources.base import Check, Connection, Context, Source, open_source
from tests.sources import contract

TODAY = date(2026, 11, 20)
BERLIN = ZoneInfo("Europe/Berlin")
SPAN = Span(date(2026, 10, 20), date(2027, 11, 20))


@cache
def company() -> Organisation:
    return Organisation.make(60, 1, today=TODAY)


def sandbox() -> Sandbox:
    return Sandbox(today=TODAY, organisation=company())


async def _no_wait(_seconds: float) -> None: ...


def opened(served: Sandbox, name: str, secret: str | None = None, **more: str) -> Source:
    entry = next(entry for entry in served.connections() if entry["name"] == name)
    context = Context(TODAY, BERLIN, lambda: httpx.ASGITransport(app=served.app), sleep=_no_wait)
    connection = Connection(name, entry["kind"], entry["url"], {**entry["options"], **more})
    return open_source(connection, secret or entry["secret"], context)


def read(served: Sandbox, name: str, **more: str) -> list[Page]:
    return contract.read(opened(served, name, **more), SPAN)


def of(pages: Iterable[Page], kind: type[Any]) -> list[Any]:
    return [record.item for page in pages for record in page.records if isinstance(record.item, kind)]


def whole(pages: list[Page]) -> bool:
    return not any(page.not_understood or page.not_readable for page in pages)


def check(source: Source) -> Check:
    async def scenario() -> Check:
        try:
            return await source.check()
        finally:
            await source.close()

    return contract.run(scenario())


# -- BigPicture -------------------------------------------------------------------------------------------------------


def leave(labs: bool) -> set[tuple[str, date, date, str, float]]:
    """The absences of a site's own people that touch the reading: (account, start, end, type, share)."""
    people = {person.number: person for person in company().people}
    members = {n for team in company().teams if team.labs == labs for n in team.members}
    found = set()
    for absence in company().absences:
        person = people[absence.person]
        key = person.account if labs else person.key
        if absence.person in members and SPAN.touches(Span(absence.start, absence.end)):
            found.add((f"EXT_USER@2@{key}", absence.start, absence.end, absence.type, float(absence.percent)))
    return found


@pytest.mark.parametrize(("name", "labs"), [("bigpicture", False), ("bigpicture-labs", True)])
def test_every_absence_of_a_site_is_read(name: str, labs: bool) -> None:
    pages = read(sandbox(), name)
    assert whole(pages)
    found = {(one.account, one.start, one.end, one.type, one.percent) for one in of(pages, Absence)}
    assert leave(labs)
    assert found >= leave(labs)


def test_a_guest_of_another_jira_is_an_account_of_another_platform() -> None:
    accounts = {account.key: account for page in read(sandbox(), "bigpicture") for account in page.accounts}
    assert {account.platform for account in accounts.values()} == {"2", "3"}


@pytest.mark.parametrize("effort", ["ORIGINAL_EFFORT_ESTIMATE", "REMAINING_EFFORT_ESTIMATE"])
def test_every_assignment_is_read_once_for_each_person(effort: str) -> None:
    labs = {team.number for team in company().teams if team.labs}
    share = 60 if effort.startswith("ORIGINAL") else 30
    expected = {
        (str(task.number), company().person(number).key): round(hours * share)
        for task in company().assignments
        if task.team not in labs and SPAN.touches(Span(task.start, task.end))
        for number, hours in task.hours
    }
    tasks = of(read(sandbox(), "bigpicture", effort=effort), Task)
    found = {(one.external_id, one.assignees[0].rpartition("@")[2]): one.remaining_minutes for one in tasks}
    assert expected
    assert found == expected
    assert len(tasks) == len(expected)


def test_a_server_at_the_older_path_is_read() -> None:
    served = sandbox()
    served.faults.set("bigpicture", "old-base")
    assert len(of(read(served, "bigpicture"), Absence)) == len(of(read(sandbox(), "bigpicture"), Absence))
    assert check(opened(served, "bigpicture")).options == {"rest": "softwareplant-bigpicture"}


def test_a_cloud_that_moves_while_it_is_open_is_read_where_it_is() -> None:
    served = sandbox()
    source = opened(served, "bigpicture-labs")

    async def scenario() -> list[Page]:
        await source.check()
        served.faults.set("bigpicture-labs", "relocate")
        return await contract.pages_of(source, SPAN)

    pages = contract.run(scenario())
    assert whole(pages)
    assert len(of(pages, Absence)) == len(of(read(sandbox(), "bigpicture-labs"), Absence))
    asked = [path for name, _, path, _ in served.log if path.endswith("where-am-i")]
    assert len(asked) == 2


def test_a_wrong_box_costs_nothing_else() -> None:
    pages = read(sandbox(), "bigpicture", boxes="PROG-2,PROG-4711")
    assert [gap.resource for page in pages for gap in page.not_readable] == ["box/PROG-4711"]
    assert of(pages, Absence)


@pytest.mark.parametrize(
    ("fault", "error"),
    [("401", CredentialRefused), ("500", ServiceFailed), ("404", (NotFound, NotOffered)), ("html", AnswerUnusable)],
)
@pytest.mark.parametrize("name", ["bigpicture", "bigpicture-labs", "worktime"])
def test_a_fault_of_everything_is_one_error_that_names_the_connection(name: str, fault: str, error: Any) -> None:
    served = sandbox()
    served.faults.set(name, fault)
    with pytest.raises(error, match=name):
        read(served, name)


# -- Work Time Calendar -----------------------------------------------------------------------------------------------

Shown = tuple[str, tuple[str, ...], object, object]


def expected_events() -> list[Shown]:
    """(title, people, start, end) of every occurrence that touches the reading, from the facts."""
    shown: list[Shown] = []
    for event in company().events:
        people = tuple(company().person(number).key for number in event.people)
        if event.start_minute is None or event.end_minute is None:
            if SPAN.touches(Span(event.start, event.end)):
                shown.append((event.title, people, event.start, event.end))
            continue
        zone = ZoneInfo(event.zone)
        first, length = at(event.start, event.start_minute), event.end_minute - event.start_minute
        starts = {first}
        if event.rule:
            rule, _, until = event.rule.partition(";UNTIL=")
            last = datetime.strptime(until, "%Y%m%dT%H%M%SZ") if until else datetime(2027, 12, 31)
            starts |= set(rrulestr(rule, dtstart=first).between(first, last))
            _, _, count = rule.partition(";COUNT=")  # RFC 5545: the start counts, though it may not fit the rule
            starts = set(sorted(starts)[: int(count) if count else None])
        for start in starts:
            begin, end = start.replace(tzinfo=zone), at(start.date(), start.hour * 60 + start.minute + length)
            if begin.astimezone(BERLIN).date() in SPAN:
                shown.append((event.title, people, begin, end.replace(tzinfo=zone)))
    return shown


def at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60)


def test_every_event_and_every_occurrence_is_read() -> None:
    pages = read(sandbox(), "worktime")
    assert whole(pages)
    found = [
        (
            one.title,
            one.accounts,
            one.dates.start if one.dates else one.starts_at,
            one.dates.end if one.dates else one.ends_at,
        )
        for one in of(pages, Event)
    ]
    inside = [one for one in found if isinstance(one[2], datetime) and one[2].astimezone(BERLIN).date() in SPAN]
    days = [one for one in found if not isinstance(one[2], datetime) and SPAN.touches(Span(one[2], one[3]))]
    assert sorted(inside + days, key=repr_of) == sorted(expected_events(), key=repr_of)


def repr_of(shown: Shown) -> str:
    title, people, start, end = shown
    moments = [m.astimezone(BERLIN) if isinstance(m, datetime) else m for m in (start, end)]
    return repr((title, people, [str(moment) for moment in moments]))


def test_a_calendar_that_the_token_does_not_have_costs_nothing_else() -> None:
    pages = read(sandbox(), "worktime", calendars="1900,12")
    assert [gap.resource for page in pages for gap in page.not_readable] == ["calendar/12"]
    assert of(pages, Event)


def test_a_wrong_secret_is_said() -> None:
    for name in ("bigpicture", "bigpicture-labs", "worktime"):
        secret = "wrong\nAB" if name == "bigpicture" else "wrong"
        with pytest.raises(CredentialRefused, match=name):
            check(opened(sandbox(), name, secret))

"""BigPicture on a server: what is asked for, and every shape of an answer that is taken (vendors.md 1, 5 and 7)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
import pytest

from planner_gui.domain.entities import Absence, Membership, Page, Span, Task
from planner_gui.domain.errors import (
    CredentialRefused,
    Forbidden,
    NotFound,
    NotOffered,
    OriginRefused,
    RequestRefused,
    ServiceFailed,
    UsageError,
)
from planner_gui.sources.base import Check, Connection, Source, open_source
from tests.sources import contract
from tests.sources.contract import Fake
from tests.sources.fake_bigpicture import ADA, BOB, HIERARCHY, JIRA, NEW, OLD, TEAMS, absence, fake, individual, task

ABSENCES = f"GET {NEW}/resources/{ADA}/absences"
TASKS = f"GET {NEW}/boxarea/resourcetaskassignment/PROG-1/"


def read(service: Fake, span: Span = contract.SPAN) -> list[Page]:
    return contract.read(service.open(), span)


def check(source: Source) -> Check:
    async def scenario() -> Check:
        try:
            return await source.check()
        finally:
            await source.close()

    return contract.run(scenario())


def absences(pages: list[Page]) -> list[Absence]:
    return [item for item in contract.items(pages) if isinstance(item, Absence)]


def tasks(pages: list[Page]) -> list[Task]:
    return [item for item in contract.items(pages) if isinstance(item, Task)]


def with_absences(answer: Any) -> Fake:
    service = fake()
    service.routes[ABSENCES] = answer
    return service


def with_teams(answer: Any, **options: str) -> Fake:
    service = fake(**options)
    service.routes[f"GET {NEW}/teams"] = answer
    return service


def with_tasks(answer: Any, **options: str) -> Fake:
    """Only the first box has tasks."""
    service = fake(**options)
    service.routes[TASKS] = answer
    service.routes[f"GET {NEW}/boxarea/resourcetaskassignment/ITER-2/"] = {"teams": [], "individuals": []}
    return service


def failing(service: Fake, path: str, status: int, message: str = "no") -> Fake:
    """`path` under the public base answers with an error."""
    service.routes[f"GET {NEW}/{path}"] = httpx.Response(status, json={"message": message})
    return service


def accounts(pages: list[Page]) -> dict[str, Any]:
    return {account.key: account for page in pages for account in page.accounts}


def not_readable(pages: list[Page]) -> dict[str, str]:
    return {gap.resource: gap.what for page in pages for gap in page.not_readable}


def warnings(pages: list[Page]) -> list[str]:
    return [text for page in pages for text in page.warnings]


def misread(pages: list[Page]) -> list[tuple[str, str]]:
    return [(one.what, one.reason) for page in pages for one in page.not_understood]


# -- absences ---------------------------------------------------------------------------------------------------------

LEAVE = Absence(
    external_id=f"{ADA}@2026-11-23",
    account=ADA,
    start=date(2026, 11, 23),
    end=date(2026, 11, 27),
    type="HOLIDAY",
    percent=100,
    comment="Lake",
    resource=f"absences/{ADA}",
)


def test_absences_are_read_for_each_person_of_the_teams() -> None:
    pages = read(fake())
    assert absences(pages) == [
        LEAVE,
        Absence(
            external_id=f"{ADA}@2026-12-28",
            account=ADA,
            start=date(2026, 12, 28),
            end=date(2027, 1, 5),
            type="OTHER REASON",
            percent=50,
            resource=f"absences/{ADA}",
        ),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        [absence("2026-11-23", "2026-11-27", comment="Lake")],
        {"cargo": [absence("2026-11-23", "2026-11-27", comment="Lake")]},
        {"currentVersion": 1, "cargo": {"absences": [absence("2026-11-23", "2026-11-27", comment="Lake")]}},
        {"absences": [absence("2026-11-23", "2026-11-27", comment="Lake")]},
        {"anything": [absence("2026-11-23", "2026-11-27", comment="Lake")]},
        [absence("2026-11-23", "2026-11-27", comment="Lake", absenceType=None, type="holiday")],
        [absence("2026-11-23", "2026-11-27", comment="Lake", id=4711, resource={"deep": [1]})],
        [{name.upper(): value for name, value in absence("2026-11-23", "2026-11-27", comment="Lake").items()}],
        [absence("2026-11-23", "2026-11-27", comment="Lake", percentageUnavailability="100")],
    ],
    ids=["bare", "cargo", "cargo of an object", "named", "any key", "type", "extra id", "any case", "percent as text"],
)
def test_every_shape_of_an_absence_answer_gives_the_same_absence(answer: Any) -> None:
    assert absences(read(with_absences(answer))) == [LEAVE]


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("OTHER REASON", "OTHER REASON"),
        ("OTHER_REASON", "OTHER REASON"),
        ("other-reason", "OTHER REASON"),
        ("Leave  at__request", "LEAVE AT REQUEST"),
        ("MATERNITY_LEAVE", "MATERNITY LEAVE"),
        ("SICK LEAVE", "SICK LEAVE"),
        ("Home_office", "Home_office"),
        (None, ""),
    ],
)
def test_an_absence_type_is_known_in_any_spelling_and_an_unknown_one_is_kept(
    spelling: str | None, expected: str
) -> None:
    (found,) = absences(read(with_absences([absence("2026-11-23", "2026-11-27", absenceType=spelling)])))
    assert found.type == expected


@pytest.mark.parametrize("percent", [0, 12.5, 50, 100])
def test_any_share_from_0_to_100_is_taken(percent: float) -> None:
    (found,) = absences(read(with_absences([absence("2026-11-23", "2026-11-27", percentageUnavailability=percent)])))
    assert found.percent == percent


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (absence("2026-11-31", "2026-12-02"), "startDate is no day"),
        (absence("", "2026-12-02"), "startDate is missing"),
        (absence("20261123", "2026-12-02"), "startDate is no day"),
        (absence("2026-11-23T00:00:00Z", "2026-12-02"), "startDate is no day"),
        (absence("2026-11-23", "2026-11-27", endDate=None), "endDate is missing"),
        (absence("2026-11-23", "2026-11-27", percentageUnavailability=None), "percentageUnavailability is missing"),
        (absence("2026-11-23", "2026-11-27", percentageUnavailability=101), "not between 0 and 100"),
        (absence("2026-11-23", "2026-11-27", percentageUnavailability=-1), "not between 0 and 100"),
        (absence("2026-11-23", "2026-11-27", percentageUnavailability="half"), "is no number"),
        (17, "instead of an object"),
    ],
)
def test_V1_an_absence_that_cannot_be_read_is_kept_raw_and_the_others_load(broken: Any, reason: str) -> None:
    pages = read(with_absences([broken, absence("2026-11-23", "2026-11-27", comment="Lake")]))
    assert absences(pages) == [LEAVE]
    ((what, why),) = misread(pages)
    assert what == "absence of Ada Byron"
    assert reason in why
    (record,) = [one.raw for page in pages for one in page.not_understood]
    assert json.loads(record) == broken


def test_V5_an_absence_that_ends_before_it_starts_is_kept_as_it_is() -> None:
    (found,) = absences(read(with_absences([absence("2026-11-27", "2026-11-23")])))
    assert (found.start, found.end) == (date(2026, 11, 27), date(2026, 11, 23))


def test_absences_outside_the_dates_asked_for_are_left_out() -> None:
    rows = [
        absence("2026-10-01", "2026-10-31"),
        absence("2026-10-30", "2026-11-01"),
        absence("2027-01-01", "2027-01-02"),
    ]
    assert [found.start for found in absences(read(with_absences(rows)))] == [date(2026, 10, 30)]


def test_the_raw_record_of_an_absence_is_kept_with_fields_nobody_knows() -> None:
    pages = read(with_absences([absence("2026-11-23", "2026-11-27", approvedBy={"id": 5})]))
    kept = [json.loads(record.raw) for record in contract.records(pages) if isinstance(record.item, Absence)]
    assert kept == [absence("2026-11-23", "2026-11-27", approvedBy={"id": 5})]


def test_V6_a_person_key_is_one_segment_of_the_address() -> None:
    odd = "EXT_USER@2@a/../b?c#d%"
    service = with_teams([{"teamId": 7, "teamName": "Platform", "members": [{"individualId": odd}]}])
    pages = read(service)
    paths = [request.url.raw_path.decode() for request in service.requests if "absences" in request.url.path]
    assert paths[0] == f"{NEW}/resources/EXT_USER@2@a%2F..%2Fb%3Fc%23d%25/absences"
    assert list(not_readable(pages)) == [f"absences/{odd}"]


@pytest.mark.parametrize("status", [403, 404, 410])
def test_C8_a_person_whose_absences_cannot_be_read_spoils_nobody_else(status: int) -> None:
    pages = read(failing(fake(), f"resources/{BOB}/absences", status))
    assert LEAVE in absences(pages)
    assert not_readable(pages) == {f"absences/{BOB}": "absences of Bob Ross"}


def test_C8_a_failing_service_ends_the_reading() -> None:
    service = fake()
    service.routes[ABSENCES] = lambda _request: httpx.Response(500, json={"message": "broken"})

    async def patient() -> None:
        async def sleep(_seconds: float) -> None: ...

        context = service.context()
        source = open_source(service.connection, service.secret, type(context)(**_parts(context), sleep=sleep))
        await contract.pages_of(source)

    with pytest.raises(ServiceFailed, match="absences of Ada Byron"):
        contract.run(patient())


def _parts(context: Any) -> dict[str, Any]:
    return {name: getattr(context, name) for name in ("today", "zone", "transport")}


# -- teams and people -------------------------------------------------------------------------------------------------


def test_teams_members_and_their_accounts_are_read() -> None:
    pages = read(fake())
    assert [(team.key, team.name) for page in pages for team in page.teams] == [("7", "Platform")]
    assert [member for page in pages for member in page.memberships] == [
        Membership(team="7", account=ADA, availability=80),
        Membership(team="7", account=BOB, start=date(2026, 1, 1), end=date(2026, 12, 31)),
    ]
    ada, bob = accounts(pages)[ADA], accounts(pages)[BOB]
    assert (ada.name, ada.email, ada.platform, ada.atlassian) == ("Ada Byron", "ada@example.com", "2", "ada")
    assert (bob.platform, bob.atlassian) == ("2", "bob@example.com"), "a doubled @ is undone"


MEMBER = {"individualId": ADA, "name": "Ada Byron", "email": "ada@example.com"}


@pytest.mark.parametrize(
    "answer",
    [
        [{"teamId": 7, "teamName": "Platform", "members": [MEMBER]}],
        {"cargo": [{"teamId": 7, "teamName": "Platform", "members": [MEMBER]}]},
        {"teams": [{"teamId": 7, "teamName": "Platform", "members": [MEMBER]}], "boxes": []},
        [{"id": "7", "name": "Platform", "members": [MEMBER]}],
        [{"key": "7", "name": "Platform", "individuals": [MEMBER]}],
        [{"TEAMID": 7, "TeamName": "Platform", "Resources": [MEMBER]}],
        [
            {
                "id": 7,
                "name": "Platform",
                "members": [{"key": ADA, "displayName": "Ada Byron", "email": "ada@example.com"}],
            }
        ],
        [{"id": 7, "name": "Platform", "members": [{"resourceId": ADA} | {**MEMBER, "individualId": None}]}],
        [
            {
                "id": 7,
                "name": "Platform",
                "members": [{"id": ADA, "name": "Ada Byron", "emailAddress": "ada@example.com"}],
            }
        ],
    ],
    ids=["bare", "cargo", "teams", "id", "individuals", "resources", "displayName", "resourceId", "emailAddress"],
)
def test_every_shape_of_a_team_answer_gives_the_same_people(answer: Any) -> None:
    pages = read(with_teams(answer))
    assert [(team.key, team.name) for page in pages for team in page.teams] == [("7", "Platform")]
    (ada,) = (account for account in accounts(pages).values() if account.key == ADA)
    assert (ada.name, ada.email) == ("Ada Byron", "ada@example.com")
    assert Membership(team="7", account=ADA) in [member for page in pages for member in page.memberships]


def test_a_member_may_be_a_bare_id() -> None:
    pages = read(with_teams([{"teamId": 7, "teamName": "Platform", "members": [BOB, {"individualId": ADA}]}]))
    assert [member.account for page in pages for member in page.memberships] == [BOB, ADA]
    assert accounts(pages)[BOB].atlassian == "bob@example.com"
    assert LEAVE in absences(pages)


def test_two_platforms_of_one_site_are_two_accounts() -> None:
    other = "EXT_USER@17@5b10a2844c20165700ede21g"
    pages = read(with_teams([{"teamId": 7, "teamName": "P", "members": [ADA, other, "RESOURCE@5"]}]))
    found = accounts(pages)
    assert (found[other].platform, found[other].atlassian) == ("17", "5b10a2844c20165700ede21g")
    assert found[ADA].platform == "2"
    assert (found["RESOURCE@5"].platform, found["RESOURCE@5"].atlassian) == ("", "")


def test_a_person_in_two_teams_is_one_account_asked_for_once() -> None:
    teams = [*TEAMS, {"teamId": 8, "teamName": "Support", "members": [{"individualId": ADA}]}]
    service = with_teams(teams)
    pages = read(service)
    assert sum(request.url.path.endswith(f"{ADA}/absences") for request in service.requests) == 1
    assert [account.key for page in pages for account in page.accounts].count(ADA) == 1
    assert accounts(pages)[ADA].name == "Ada Byron"


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ({"name": "Nobody"}, "individualId is missing"),
        ({"individualId": ".."}, "cannot be part of an address"),
        ({"individualId": ADA, "startDate": "someday"}, "startDate is no day"),
        ({"individualId": ADA, "availability": "much"}, "availability is no number"),
        (17, "neither an object nor an id"),
    ],
)
def test_V1_a_member_that_cannot_be_read_is_counted_and_the_others_load(member: Any, reason: str) -> None:
    pages = read(with_teams([{"teamId": 7, "teamName": "Platform", "members": [member, {"individualId": BOB}]}]))
    assert Membership(team="7", account=BOB) in [one for page in pages for one in page.memberships]
    ((what, why),) = misread(pages)
    assert what == "member of Platform"
    assert reason in why


def test_a_member_whose_terms_cannot_be_read_is_still_a_person() -> None:
    pages = read(with_teams([{"teamId": 7, "teamName": "P", "members": [{"individualId": ADA, "startDate": "x"}]}]))
    assert LEAVE in absences(pages)


def test_V1_a_team_without_id_and_name_is_counted_and_the_others_load() -> None:
    pages = read(with_teams([{"members": [ADA]}, *TEAMS]))
    assert [team.name for page in pages for team in page.teams] == ["Platform"]
    assert misread(pages) == [("team", "teamId is missing")]


# -- boxes ------------------------------------------------------------------------------------------------------------


def asked_boxes(service: Fake) -> list[list[str]]:
    return [r.url.params.get_list("boxIds") for r in service.requests if r.url.path.endswith("/teams")]


def test_without_the_option_every_box_of_the_hierarchy_but_archived_ones_is_read() -> None:
    service = fake()
    pages = read(service)
    assert asked_boxes(service) == [["PROG-1", "ITER-2"]], "boxIds is repeated, not joined by commas"
    assert [(p.key, p.name, p.start, p.end) for page in pages for p in page.projects] == [
        ("PROG-1", "Orion", date(2026, 1, 1), date(2027, 6, 30)),
        ("ITER-2", "Orion sprint", None, None),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        {"cargo": HIERARCHY},
        HIERARCHY,
        HIERARCHY["boxChildren"],
        {"cargo": HIERARCHY["boxChildren"]},
        {"boxes": [{"id": "PROG-1", "name": "Orion", "children": [{"id": "ITER-2", "name": "Orion sprint"}]}]},
    ],
    ids=["documented", "bare", "list", "cargo of a list", "short names"],
)
def test_the_hierarchy_is_read_bare_wrapped_or_as_a_list(answer: Any) -> None:
    service = fake()
    service.routes[f"GET {NEW}/box/box-hierarchy"] = answer
    read(service)
    assert asked_boxes(service) == [["PROG-1", "ITER-2"]]


def test_with_the_option_only_its_boxes_are_read_and_no_hierarchy() -> None:
    service = fake(boxes="ITER-2, PROG-1,ITER-2")
    pages = read(service)
    assert asked_boxes(service) == [["ITER-2", "PROG-1"]]
    assert not any("box-hierarchy" in request.url.path for request in service.requests)
    assert LEAVE in absences(pages)


def test_many_boxes_are_asked_for_in_several_requests() -> None:
    ids = [f"PROG-{number}" for number in range(1, 101)]
    service = fake(boxes=",".join(ids))
    read(service)
    asked = asked_boxes(service)
    assert max(map(len, asked)) <= 40
    assert [box for boxes in asked for box in boxes] == ids


def only_known_boxes(request: httpx.Request) -> Any:
    wrong = set(request.url.params.get_list("boxIds")) - {"PROG-1", "ITER-2"}
    return httpx.Response(404, json={"message": f"no box {wrong}"}) if wrong else TEAMS


def test_a_wrong_box_id_is_found_by_asking_singly_and_the_others_load() -> None:
    pages = read(with_teams(only_known_boxes, boxes="PROG-1,PROG-7,ITER-2"))
    assert LEAVE in absences(pages)
    assert not_readable(pages)["box/PROG-7"] == "box PROG-7"
    assert {one.external_id for one in tasks(pages)} == {"101", "102"}


def test_where_not_one_box_can_be_read_the_reading_fails() -> None:
    with pytest.raises(NotFound, match="teams of PROG-7"):
        read(with_teams(only_known_boxes, boxes="PROG-7,PROG-8"))


def test_a_right_that_is_missing_for_every_box_fails_with_that_reason() -> None:
    with pytest.raises(Forbidden, match="you lack the right"):
        read(failing(fake(), "teams", 403))


def test_without_a_hierarchy_the_message_asks_for_box_ids() -> None:
    with pytest.raises(NotOffered, match="boxes=PROG-1,PROG-2"):
        read(failing(fake(), "box/box-hierarchy", 404))


def test_a_token_that_sees_no_box_is_told_so() -> None:
    service = fake()
    service.routes[f"GET {NEW}/box/box-hierarchy"] = {"cargo": {"boxId": "ROOT", "boxChildren": []}}
    pages = read(service)
    assert contract.items(pages) == []
    assert warnings(pages) == ["The token sees no box, so no team, absence or task is read."]


def test_V1_a_box_without_an_id_is_counted_and_the_others_load() -> None:
    service = fake()
    service.routes[f"GET {NEW}/box/box-hierarchy"] = [{"boxName": "?"}, 17, *HIERARCHY["boxChildren"]]
    pages = read(service)
    assert [what for what, _ in misread(pages)] == ["box", "box"]
    assert asked_boxes(service) == [["PROG-1", "ITER-2"]]


# -- task assignments -------------------------------------------------------------------------------------------------

TASK = Task(
    external_id="101",
    assignees=(ADA,),
    title="Task 101",
    project="Orion",
    start=date(2026, 11, 16),
    due=date(2026, 11, 27),
    remaining_minutes=600,
    original_estimate=True,
    resource="box/PROG-1",
)


def test_a_task_in_two_boxes_counts_once_for_a_person() -> None:
    assert tasks(read(fake()))[0] == TASK
    assert sorted((one.external_id, *one.assignees) for one in tasks(read(fake()))) == [("101", ADA), ("102", BOB)]


def test_a_task_of_two_people_is_one_item_for_each_with_their_own_minutes() -> None:
    people = [individual(ADA, task(101, workload=10)), individual(BOB, task(101, workload=2.5))]
    found = {one.assignees: one.remaining_minutes for one in tasks(read(with_tasks({"individuals": people})))}
    assert found == {(ADA,): 600, (BOB,): 150}


PERSON = individual(ADA, task(101))


@pytest.mark.parametrize(
    "answer",
    [
        {"teams": [{"tasks": [task(1)]}], "individuals": [PERSON]},
        {"cargo": {"teams": [], "individuals": [PERSON]}},
        {"teams": [], "resources": [PERSON]},
        [PERSON],
        {"individuals": [{"resourceId": ADA, "assignments": [task(101)]}]},
        {"individuals": [individual(ADA, task(101, workload=None, effort=10))]},
        {"individuals": [individual(ADA, task(101, workload="10"))]},
        {"individuals": [individual(ADA, task(101, workload=36000))]},
        {"individuals": [individual(ADA, task(101, taskId=None, id="101", startDate=None) | {"start": "2026-11-16"})]},
    ],
    ids=["served", "cargo", "resources", "bare", "assignments", "effort", "text", "seconds", "id and start"],
)
def test_every_shape_of_an_assignment_gives_the_same_task(answer: Any) -> None:
    assert tasks(read(with_tasks(answer))) == [TASK]


@pytest.mark.parametrize(
    ("workload", "start", "end", "minutes"),
    [
        (40, "2026-11-16", "2026-11-16", 2400),  # more than fits into the day, but nobody estimates 40 seconds
        (899, "2026-11-16", "2026-11-16", 53940),
        (1800, "2026-11-16", "2026-11-16", 30),
        (120, "2026-11-16", "2026-11-20", 7200),
        (28800, "2026-11-16", "2026-12-15", 480),
        (0.5, "2026-11-16", "2026-11-20", 30),
        (0, "2026-11-16", "2026-11-20", 0),
        (None, "2026-11-16", "2026-11-20", None),
        (8000, None, None, 480000),
        (36000, None, None, 600),
    ],
)
def test_a_workload_is_hours_unless_it_could_not_be(
    workload: float | None, start: str | None, end: str | None, minutes: int | None
) -> None:
    record = task(101, workload=workload, startDate=start, endDate=end)
    (found,) = tasks(read(with_tasks({"individuals": [individual(ADA, record)]})))
    assert found.remaining_minutes == minutes


@pytest.mark.parametrize(
    ("effort", "sent", "original", "minutes"),
    [
        (None, None, True, 600),
        ("ORIGINAL_EFFORT_ESTIMATE", "ORIGINAL_EFFORT_ESTIMATE", True, 600),
        ("remaining_effort_estimate", "REMAINING_EFFORT_ESTIMATE", False, 600),
        ("STORY_POINTS", "STORY_POINTS", True, None),
    ],
)
def test_the_effort_mode_is_sent_and_says_what_the_workload_means(
    effort: str | None, sent: str | None, original: bool, minutes: int | None
) -> None:
    service = fake(**({} if effort is None else {"effort": effort}))
    found = [one for one in tasks(read(service)) if one.external_id == "101"]
    assert [(one.original_estimate, one.remaining_minutes) for one in found] == [(original, minutes)]
    asked = [request for request in service.requests if "resourcetaskassignment" in request.url.path]
    assert {request.url.params.get("taskEffortMode") for request in asked} == {sent}


def test_story_points_are_said_to_be_no_time() -> None:
    assert warnings(read(fake(effort="STORY_POINTS"))) == [
        "Story points are no time: the tasks have no remaining minutes."
    ]


def test_an_unknown_effort_mode_ends_with_the_words_of_the_service() -> None:
    service = failing(fake(effort="GUESS"), "boxarea/resourcetaskassignment/PROG-1/", 400, "taskEffortMode is wrong")
    with pytest.raises(RequestRefused, match="taskEffortMode is wrong"):
        read(service)


def test_assignments_are_asked_for_with_both_dates_and_the_slash_at_the_end() -> None:
    service = fake(boxes="PROG-1")
    read(service)
    (asked,) = [request for request in service.requests if "resourcetaskassignment" in request.url.path]
    assert asked.url.raw_path.decode() == (
        f"{NEW}/boxarea/resourcetaskassignment/PROG-1/?startDate=2026-11-01&endDate=2026-12-31"
    )


@pytest.mark.parametrize("status", [404, 405, 410])
def test_assignments_that_no_box_has_are_a_function_not_offered_and_said_once(status: int) -> None:
    service = failing(fake(), "boxarea/resourcetaskassignment/PROG-1/", status)
    pages = read(failing(service, "boxarea/resourcetaskassignment/ITER-2/", status))
    assert LEAVE in absences(pages)
    assert tasks(pages) == []
    assert not_readable(pages) == {}
    assert [text for text in warnings(pages) if "does not offer task assignments" in text] == warnings(pages)
    assert len(warnings(pages)) == 1


@pytest.mark.parametrize("status", [403, 404])
def test_C8_assignments_of_one_box_that_cannot_be_read_spoil_no_other(status: int) -> None:
    pages = read(failing(fake(), "boxarea/resourcetaskassignment/PROG-1/", status))
    assert [one.resource for one in tasks(pages)] == ["box/ITER-2"]
    assert not_readable(pages) == {"box/PROG-1": "task assignments of box PROG-1"}


def test_people_met_only_in_assignments_become_accounts_and_their_absences_are_read() -> None:
    eve = "EXT_USER@2@eve"
    service = with_tasks({"individuals": [individual(eve, task(103), name="Eve Moss")]})
    service.routes[f"GET {NEW}/resources/{eve}/absences"] = [absence("2026-12-01", "2026-12-01")]
    pages = read(service)
    assert accounts(pages)[eve].name == "Eve Moss"
    assert f"{eve}@2026-12-01" in {found.external_id for found in absences(pages)}


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (task(101, taskId=None, key=None), "taskId is missing"),
        (task(101, workload=-1), "not between"),
        (task(101, workload="much"), "is no number"),
        (task(101, startDate="soon"), "startDate is no day"),
    ],
)
def test_V1_a_task_that_cannot_be_read_is_counted_and_the_others_load(broken: Any, reason: str) -> None:
    pages = read(with_tasks({"individuals": [individual(ADA, broken, task(102))]}))
    assert [one.external_id for one in tasks(pages)] == ["102"]
    ((what, why),) = misread(pages)
    assert what == f"task of {ADA} in box PROG-1"
    assert reason in why


def test_V1_elements_that_are_no_tasks_and_people_without_id_are_counted() -> None:
    people = [{"tasks": [task(1)]}, individual(ADA, task(101)) | {"tasks": [17, task(101)]}]
    pages = read(with_tasks({"individuals": people}))
    assert tasks(pages) == [TASK]
    assert [what for what, _ in misread(pages)] == ["person in the tasks of box PROG-1", f"task of {ADA} in box PROG-1"]


# -- getting at the server --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [NEW, OLD])
def test_both_rest_paths_are_tried_on_404_and_the_one_that_answers_is_kept(base: str) -> None:
    service = fake(base)
    assert LEAVE in absences(read(service))
    first_there = next(i for i, r in enumerate(service.requests) if r.url.path.startswith(base))
    assert all(request.url.path.startswith(base) for request in service.requests[first_there:])
    assert first_there == (0 if base == NEW else 1)


def test_the_path_that_answered_is_found_with_given_boxes_too() -> None:
    service = fake(OLD, boxes="PROG-1")
    assert LEAVE in absences(read(service))


def test_a_check_tells_the_rest_path_and_the_next_reading_starts_with_it() -> None:
    service = fake(OLD)
    settled = check(service.open())
    assert settled.options == {"rest": "softwareplant-bigpicture"}
    service = fake(OLD, **settled.options)
    read(service)
    assert all(request.url.path.startswith(OLD) for request in service.requests)
    service = fake(NEW, **settled.options)
    assert LEAVE in absences(read(service)), "an updated server is found again"


@pytest.mark.parametrize(
    "url",
    [
        JIRA,
        f"{JIRA}/",
        f"{JIRA}/rest/bigpicture/1.0",
        f"{JIRA}/rest/softwareplant-bigpicture/1.0/",
        f"{JIRA}/rest/bigpicture/1.0/public/ppm/teams",
    ],
)
def test_a_rest_base_is_cut_back_to_the_jira_address(url: str) -> None:
    service = fake()
    service.url = url
    answer = check(service.open())
    assert answer.url == ("" if url == JIRA else JIRA)
    assert service.requests[0].url.path.startswith(NEW)


@pytest.mark.parametrize("scheme", ["APIToken", "Bearer"])
def test_the_token_goes_out_in_the_scheme_of_the_option(scheme: str) -> None:
    service = fake(scheme=scheme)
    read(service)
    assert {request.headers["Authorization"] for request in service.requests} == {f"{scheme} {contract.SECRET}"}
    assert not any("Cookie" in request.headers for request in service.requests)


@pytest.mark.parametrize("second", ["A1B2C3", "JSESSIONID=A1B2C3"])
def test_with_cookie_yes_the_second_line_is_the_session(second: str) -> None:
    service = fake(cookie="yes")
    service.secret = f"{contract.SECRET}\n{second}\n"
    read(service)
    assert {request.headers["Cookie"] for request in service.requests} == {"JSESSIONID=A1B2C3"}
    assert {request.headers["Authorization"] for request in service.requests} == {f"APIToken {contract.SECRET}"}


def bearer_only(service: Fake) -> Any:
    def respond(request: httpx.Request) -> httpx.Response:
        answer = service.respond(request)
        return answer if request.headers["Authorization"].startswith("Bearer ") else httpx.Response(401, json={})

    return respond


def test_the_check_tries_the_other_scheme_on_401_and_remembers_it() -> None:
    service = fake()
    answer = check(service.open(bearer_only(service)))
    assert answer.options == {"scheme": "Bearer", "rest": "bigpicture"}
    assert answer.sees == ("2 boxes", "1 team", "2 people")


def test_a_reading_never_tries_another_scheme() -> None:
    service = fake()
    with pytest.raises(CredentialRefused):
        contract.read(service.open(bearer_only(service)))
    assert {request.headers["Authorization"].split()[0] for request in service.requests} == {"APIToken"}


def test_a_check_whose_token_is_refused_by_both_schemes_says_so_once() -> None:
    service = fake()
    with pytest.raises(CredentialRefused, match="the token was refused"):
        check(service.open(lambda _request: httpx.Response(401, json={"message": "API token is missing or invalid"})))


def test_a_check_names_boxes_that_cannot_be_read() -> None:
    answer = check(with_teams(only_known_boxes, boxes="PROG-1,PROG-7").open())
    assert answer.sees == ("2 boxes", "1 team", "2 people")
    assert answer.warnings == ("box PROG-7: does not exist there (404): no box {'PROG-7'}",)


def test_a_check_takes_two_reads() -> None:
    service = fake()
    check(service.open())
    assert len(service.requests) == 2


@pytest.mark.parametrize(
    ("options", "url", "secret"),
    [
        ({"flavor": "server"}, JIRA, "t"),
        ({"flavour": "data-center"}, JIRA, "t"),
        ({"scheme": "Basic"}, JIRA, "t"),
        ({"cookie": "maybe"}, JIRA, "t"),
        ({"cookie": "yes"}, JIRA, "t"),
        ({"cookie": "yes"}, JIRA, "t\na;b"),
        ({"cookie": "yes"}, "", "t\ns"),
        ({"boxes": " , "}, JIRA, "t"),
        ({"boxes": "PROG-1,.."}, JIRA, "t"),
        ({"rest": "else"}, JIRA, "t"),
        ({"flavour": "cloud"}, JIRA, "t"),
        ({"flavour": "server"}, "", "t"),
        ({"flavour": "server", "cloud-manager": "https://a.example.com/x"}, JIRA, "t"),
        ({"cloud-manager": "https://a.example.com"}, "", "t"),
        ({}, JIRA, ""),
        ({}, JIRA, "two words"),
    ],
)
def test_options_that_cannot_be_used_are_refused_before_any_request(
    options: dict[str, str], url: str, secret: str
) -> None:
    service = fake()
    with pytest.raises(UsageError):
        open_source(Connection("bp", "bigpicture", url, options), secret, service.context())
    assert service.requests == []


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("http://jira.example.com", {}),
        ("https://user@jira.example.com", {}),
        ("https://jira.example.com/#x", {}),
        ("ftp://jira.example.com", {}),
        ("", {"cloud-manager": "http://cloud.example.com/where-am-i"}),
        ("", {"cloud-manager": "https://me@cloud.example.com/where-am-i"}),
    ],
)
def test_N3_an_address_without_protection_is_refused(url: str, options: dict[str, str]) -> None:
    with pytest.raises(OriginRefused):
        open_source(Connection("bp", "bigpicture", url, options), "t", fake().context())


def test_a_name_that_only_the_assignments_know_is_the_person_s_name() -> None:
    service = with_tasks({"individuals": [individual(ADA, task(101), name="Ada Byron", email="ada@example.com")]})
    service.routes[f"GET {NEW}/teams"] = [{"teamId": 7, "teamName": "Platform", "members": [ADA]}]
    assert [(a.key, a.name, a.email) for page in read(service) for a in page.accounts] == [
        (ADA, "Ada Byron", "ada@example.com")
    ]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"status": "In progress"}, "In progress"),
        ({"status": {"name": " In progress "}}, "In progress"),
        ({"statusName": "Open", "taskId": "2@1@108"}, "Open"),
        ({"status": "Open", "taskId": "7@1@108"}, "Open (Jira 7)"),  # an additional Jira Cloud (seed 002)
        ({"status": 17}, ""),
        ({}, ""),
    ],
)
def test_002_a_tasks_status_names_the_jira_that_is_not_the_own_one(given: dict[str, Any], status: str) -> None:
    service = with_tasks({"teams": [], "individuals": [individual(ADA, task(108, **given))]})
    assert [item.status for item in tasks(read(service))] == [status]

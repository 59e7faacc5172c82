"""BigTime: tasks with what remains of them, people and projects, and rights that are missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from planner_gui.domain.entities import Account, NotReadable, Page, Project, Task
from planner_gui.domain.errors import Forbidden, NotFound, RequestRefused, ServiceFailed, UsageError
from planner_gui.sources.base import Detail
from planner_gui.sources.bigtime import BigTime
from tests.sources.contract import SECRET, Fake, read, records, run
from tests.sources.fake_bigtime import API, FIRM, budget, fake, project, staffer, task

LIST = f"GET {API}/task/listByProject/1201"
BUDGET = f"GET {API}/task/BudgetStatusByProject/1201"


def tasks(service: Fake) -> list[Task]:
    found = [record.item for record in records(read(service.open())) if isinstance(record.item, Task)]
    return sorted(found, key=lambda one: one.external_id)


def one(**more: Any) -> Task:
    """The one task of a service whose budget status knows nothing."""
    service = fake(task(1, 1201, 41) | more)
    service.routes[BUDGET] = []
    (found,) = tasks(service)
    return found


def all_of(pages: list[Page], name: str) -> list[Any]:
    return [one for page in pages for one in getattr(page, name)]


def paths(service: Fake) -> list[str]:
    return [request.url.path.removeprefix(API) for request in service.requests]


# -- tasks ------------------------------------------------------------------------------------------------------------


def test_a_task_is_read_field_by_field() -> None:
    """CAP-K1's task: 40 budget hours, 10 input, two assignees."""
    service = fake(task(7001, 1201, 41, 42))
    assert tasks(service) == [
        Task(
            external_id="7001",
            assignees=("41", "42"),
            title="Task 7001",
            project="Atlas",
            type="Task",
            start=date(2026, 11, 16),
            due=date(2026, 12, 4),
            remaining_minutes=1800,
            percent_complete=25,
            resource="project/1201",
            status="Open",
        )
    ]


@pytest.mark.parametrize(
    ("more", "hours", "minutes"),
    [
        ({}, 10, 1800),
        ({}, 41.5, 0),
        ({}, -2, 2520),
        ({}, 0.125, 2393),
        ({}, None, 1800),
        ({"PerComp": None}, None, 2400),
        ({"PerComp": 50}, None, 1200),
        ({"PerComp": "0.5"}, None, 1200),
        ({"PerComp": 1}, 10, 0),
        ({"PerComp": 100}, 10, 0),
        ({"IsArchived": True}, 10, 0),
        ({"IsArchived": "true"}, 10, 0),
        ({"BudgetHours": "12.5"}, 10, 150),
        ({"BudgetHours": None}, 10, None),
        ({"BudgetHours": None, "IsArchived": True}, 10, None),
        ({"BudgetHours": 0}, None, 0),
    ],
    ids=str,
)
def test_load_4_what_remains_of_a_task(more: dict[str, Any], hours: float | None, minutes: int | None) -> None:
    service = fake(task(1, 1201, 41, **more))
    service.routes[BUDGET] = [] if hours is None else [budget(1, hours)]
    assert tasks(service)[0].remaining_minutes == minutes


@pytest.mark.parametrize(("done", "percent"), [(0, 0), (0.25, 25), (1, 100), (60, 60), (100, 100), (None, None)])
def test_complete_is_a_share_or_a_percentage(done: float | None, percent: float | None) -> None:
    assert one(PerComp=done).percent_complete == percent


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-04", date(2026, 12, 4)),
        ("2026-12-04T00:00:00", date(2026, 12, 4)),
        ("2026-12-04T23:59:59.999Z", date(2026, 12, 4)),
        ("2026-12-04 00:00:00", date(2026, 12, 4)),
        ("12/04/2026", date(2026, 12, 4)),
        ("12/4/2026 12:00:00 AM", date(2026, 12, 4)),
        ("1900-01-01", None),
        ("0001-01-01T00:00:00", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_come_in_several_forms(text: str | None, day: date | None) -> None:
    assert one(DueDt=text).due == day
    assert one(StartDt=text).start == day


def test_v5_a_due_date_before_the_start_is_passed_on_as_it_is() -> None:
    found = one(StartDt="2026-12-04", DueDt="2026-11-16")
    assert (found.start, found.due) == (date(2026, 12, 4), date(2026, 11, 16))


@pytest.mark.parametrize(
    "people",
    [
        [{"Sid": 41, "Nm": "Priya"}],
        [{"StaffSid": "41", "Nm": "Priya"}],
        [{"SID": 41, "Nm": "Priya"}],
        [{"sid": "41"}],
        [41],
        ["41"],
        [{"Sid": 41}, {"Sid": 0, "Nm": ""}],
        [{"Sid": 41}, {"Sid": 41}],
    ],
    ids=str,
)
def test_assignees_in_every_form(people: list[Any]) -> None:
    assert one(AssignmentList=people).assignees == ("41",)


def test_a_task_without_anybody_is_unassigned() -> None:
    assert one(AssignmentList=[]).assignees == ()


def test_a_missing_list_with_nobody_counted_needs_no_other_request() -> None:
    for more in ({"AssignCount": 0}, {"AssignCount": None, "AssignmentNames": ""}):
        service = fake(task(1, 1201, AssignmentList=None, **more))
        assert tasks(service)[0].assignees == ()
        assert "/task/detail/1" not in paths(service)


def test_a_missing_list_is_looked_up_in_the_tasks_own_detail() -> None:
    service = fake(task(1, 1201, AssignmentList=None, AssignCount=1), task(2, 1201, 42))
    service.routes[f"GET {API}/task/detail/1"] = task(1, 1201, 41)
    first, second = tasks(service)
    assert (first.assignees, second.assignees) == (("41",), ("42",))
    details = [request for request in service.requests if "/detail/" in request.url.path]
    assert [(request.url.path, dict(request.url.params)) for request in details] == [
        (f"{API}/task/detail/1", {"View": "Detailed"})
    ]


@pytest.mark.parametrize("answer", [task(1, 1201, AssignmentList=None, AssignCount=2), httpx.Response(405), {"x": 1}])
def test_v1_a_task_whose_people_cannot_be_read_is_not_understood(answer: Any) -> None:
    service = fake(task(1, 1201, AssignmentList=None, AssignCount=2), task(2, 1201, 42))
    service.routes[f"GET {API}/task/detail/1"] = answer
    pages = read(service.open())
    (fault,) = all_of(pages, "not_understood")
    assert fault.what == "task 1"
    assert [record.item.external_id for record in records(pages)] == ["2"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"TaskSid": None},
        {"DueDt": "soon"},
        {"StartDt": "2026-02-30"},
        {"BudgetHours": "many"},
        {"BudgetHours": -1},
        {"PerComp": 101},
        {"PerComp": -0.1},
        {"IsArchived": "perhaps"},
        {"AssignmentList": [{"Nm": "Priya"}]},
        {"AssignmentList": "Priya"},
    ],
    ids=str,
)
def test_v1_v2_what_cannot_be_read_is_counted_and_named(wrong: dict[str, Any]) -> None:
    service = fake(task(1, 1201, 41) | wrong, task(2, 1201, 42))
    pages = read(service.open())
    (fault,) = all_of(pages, "not_understood")
    assert fault.what == "one of the tasks of project Atlas"
    assert next(iter(wrong)) in fault.reason
    assert [record.item.external_id for record in records(pages)] == ["2"]


def test_a_broken_budget_status_is_counted_and_the_share_complete_stands_in() -> None:
    service = fake(task(1, 1201, 41))
    service.routes[BUDGET] = [{"TaskSid": 1, "HoursInput": "some"}]
    pages = read(service.open())
    assert [fault.what for fault in all_of(pages, "not_understood")] == ["budget status"]
    assert records(pages)[0].item.remaining_minutes == 1800  # type: ignore[union-attr]


@pytest.mark.parametrize("status", [403, 404, 405])
def test_without_a_right_to_budgets_the_share_complete_stands_in(status: int) -> None:
    service = fake(task(1, 1201, 41, PerComp=0.5))
    service.routes[BUDGET] = httpx.Response(status, json={"Message": "no"})
    assert tasks(service)[0].remaining_minutes == 1200


def test_c8_a_budget_that_fails_ends_the_reading() -> None:
    service = fake()
    service.routes[BUDGET] = httpx.Response(500)
    with pytest.raises(ServiceFailed):
        read(service.open())


@pytest.mark.parametrize(("options", "params"), [({}, {}), ({"completed": "yes"}, {"showCompleted": "True"})])
def test_completed_asks_for_archived_tasks_too(options: dict[str, str], params: dict[str, str]) -> None:
    service = fake(realm=FIRM, **options)
    read(service.open())
    lists = [request for request in service.requests if "listByProject" in request.url.path]
    assert [dict(request.url.params) for request in lists] == [params, params]


# -- projects and people ----------------------------------------------------------------------------------------------


def test_projects_have_their_dates() -> None:
    service = fake()
    service.routes[f"GET {API}/project"] = [project(1201, "Atlas", StartDt="2026-05-04T00:00:00", EndDt="12/31/2026")]
    assert all_of(read(service.open()), "projects") == [
        Project(key="1201", name="Atlas", code="ATL", start=date(2026, 5, 4), end=date(2026, 12, 31))
    ]


def test_inactive_projects_are_not_read() -> None:
    service = fake()
    service.routes[f"GET {API}/project"] = [project(1201, "Atlas"), project(1202, "Beacon", IsInactive=True)]
    read(service.open())
    assert "/task/listByProject/1202" not in paths(service)


@pytest.mark.parametrize("status", [403, 404, 405])
def test_without_a_list_of_projects_the_pick_list_is_taken(status: int) -> None:
    service = fake()
    service.routes[f"GET {API}/project"] = httpx.Response(status, text="<html>no</html>")
    service.routes[f"GET {API}/picklist/projects"] = [{"Id": "1201", "Name": "Client:Atlas", "Group": "x"}]
    pages = read(service.open())
    assert all_of(pages, "projects") == [Project(key="1201", name="Client:Atlas")]
    assert {record.item.project for record in records(pages)} == {"Client:Atlas"}  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["1202", "beacon", "BEA"])
def test_projects_limits_the_reading_by_id_name_or_code(text: str) -> None:
    service = fake(realm=FIRM, projects=text)
    pages = read(service.open())
    assert [one.key for one in all_of(pages, "projects")] == ["1202"]
    assert "/task/listByProject/1201" not in paths(service)


def test_a_named_project_may_be_inactive_or_only_a_number() -> None:
    service = fake(realm=FIRM, projects="Lumen,1299")

    def listed(request: httpx.Request) -> Any:
        every = request.url.params.get("ShowInactive") == "true"
        return [project(1201, "Atlas"), *([project(1203, "Lumen", IsInactive=True)] if every else [])]

    service.routes[f"GET {API}/project"] = listed
    service.routes[f"GET {API}/task/listByProject/1203"] = [task(1, 1203, 41)]
    service.routes[f"GET {API}/task/listByProject/1299"] = [task(2, 1299, 41)]
    pages = read(service.open())
    assert {record.item.project for record in records(pages)} == {"Lumen", "Project 1299"}  # type: ignore[union-attr]


def test_a_named_project_that_is_not_there_is_not_readable() -> None:
    pages = read(fake(realm=FIRM, projects="Nimbus,Atlas").open())
    (lost,) = all_of(pages, "not_readable")
    assert (lost.resource, lost.what) == ("project/Nimbus", "project Nimbus")
    assert records(pages)


@pytest.mark.parametrize("status", [403, 404, 405])
def test_c8_one_project_without_a_right_is_not_readable_and_the_rest_is_read(status: int) -> None:
    service = fake()
    service.routes[f"GET {API}/task/listByProject/1202"] = httpx.Response(status, json={"Message": "Not yours"})
    pages = read(service.open())
    (lost,) = all_of(pages, "not_readable")
    assert (lost.resource, lost.what) == ("project/1202", "tasks of project Beacon")
    assert "Not yours" in lost.reason
    assert len(records(pages)) == 3


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(405, json={"Message": "You may not see this project"}),
        httpx.Response(405, html="<html><body><h1>You may not see this project</h1></body></html>"),
        httpx.Response(405, text="You may not see this project"),
    ],
    ids=["object", "HTML", "text"],
)
def test_405_means_a_right_that_is_missing(response: httpx.Response) -> None:
    service = fake()
    service.routes[f"GET {API}/project"] = service.routes[f"GET {API}/picklist/projects"] = response
    del service.routes[f"GET {API}/staff"]
    with pytest.raises(Forbidden, match=r"the bigtime one: projects: you lack the right to read this \(405\)"):
        read(service.open())


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(400, json={"Message": "Bad project"}),
        httpx.Response(400, text="Bad project"),
        httpx.Response(400, html="<html><body>Bad project</body></html>"),
    ],
    ids=["object", "text", "HTML"],
)
def test_400_in_every_form_is_one_plain_line(response: httpx.Response) -> None:
    service = fake()
    service.routes[LIST] = response
    with pytest.raises(RequestRefused) as caught:
        read(service.open())
    assert "<" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_everybody_on_the_staff_list_is_an_account() -> None:
    service = fake()
    accounts = all_of(read(service.open()), "accounts")
    assert accounts == [
        Account(key="41", name="Priya Raman", email="priya@example.com", title="Engineer"),
        Account(key="42", name="Chen Wei", email="chen@example.com", title="Engineer", active=False),
    ]
    staff = next(request for request in service.requests if request.url.path.endswith("/staff"))
    assert dict(staff.url.params) == {"ShowInactive": "true"}


def test_a_name_is_made_of_its_parts_where_it_is_not_given_whole() -> None:
    service = fake()
    service.routes[f"GET {API}/staff"] = [staffer(41, "Priya", "Raman", FullName=None), {"FName": "No id"}]
    pages = read(service.open())
    assert all_of(pages, "accounts")[0].name == "Priya Raman"
    assert [fault.what for fault in all_of(pages, "not_understood")] == ["staff"]


@pytest.mark.parametrize("status", [403, 404, 405])
def test_without_a_staff_list_names_come_from_the_pick_list_or_the_tasks(status: int) -> None:
    service = fake()
    service.routes[f"GET {API}/staff"] = httpx.Response(status)
    service.routes[f"GET {API}/picklist/staff"] = [{"Id": "41", "Name": "Raman, Priya"}]
    assert all_of(read(service.open()), "accounts") == [
        Account(key="41", name="Raman, Priya"),
        Account(key="42", name="Chen Wei"),
    ]
    del service.routes[f"GET {API}/picklist/staff"]
    assert [one.name for one in all_of(read(service.open()), "accounts")] == ["Priya Raman", "Chen Wei"]


def test_without_any_list_of_projects_tasks_are_read_by_person() -> None:
    service = fake()
    service.routes[f"GET {API}/staff"] = [staffer(41, "Priya", "Raman"), staffer(42, "Chen", "Wei")]
    del service.routes[f"GET {API}/project"]
    shared = task(7001, 1201, 41, 42)
    service.routes[f"GET {API}/task/ListByStaffer/41"] = [shared]
    service.routes[f"GET {API}/task/ListByStaffer/42"] = [shared, task(7002, 1201, 42)]
    pages = read(service.open())
    found = [record.item for record in records(pages)]
    assert [(one.external_id, one.resource) for one in found] == [("7001", "staff/41"), ("7002", "staff/42")]
    assert [one.remaining_minutes for one in found] == [1800, 1800]  # type: ignore[union-attr]
    assert paths(service).count("/task/BudgetStatusByProject/1201") == 1
    assert "by person" in all_of(pages, "warnings")[0]


def test_c8_a_person_whose_tasks_are_hidden_is_not_readable() -> None:
    service = fake()
    service.routes[f"GET {API}/staff"] = [staffer(41, "Priya", "Raman"), staffer(42, "Chen", "Wei")]
    del service.routes[f"GET {API}/project"]
    service.routes[f"GET {API}/task/ListByStaffer/41"] = [task(7001, 1201, 41)]
    pages = read(service.open())
    (lost,) = all_of(pages, "not_readable")
    assert isinstance(lost, NotReadable)
    assert (lost.resource, lost.what) == ("staff/42", "tasks of Chen Wei")


def test_with_named_projects_a_missing_list_is_an_error() -> None:
    service = fake(realm=FIRM, projects="Atlas")
    del service.routes[f"GET {API}/project"]
    with pytest.raises(NotFound):
        read(service.open())


# -- detail, pick lists, check, options -------------------------------------------------------------------------------


def bigtime(service: Fake) -> BigTime:
    source = service.open()
    assert isinstance(source, BigTime)
    return source


def test_detail_shows_the_catalogue_and_the_budget() -> None:
    service = fake()
    service.routes[f"GET {API}/task/detail/7001"] = task(
        7001, 1201, 41, PerComp=0.5, Notes="<b>Bold</b>", NoCharge=False
    )
    shown = run(bigtime(service).detail(b'{"ProjectSid": 1201}', "7001"))
    groups = {title: dict(rows) for title, rows in shown.groups}
    assert groups["Task"]["Notes"] == "<b>Bold</b>"
    assert groups["Dates and progress"] == {
        "Start": "2026-11-16",
        "Due": "2026-12-04",
        "Complete": "50 %",
        "Archived": "no",
    }
    assert groups["Budget"] == {"Hours": "40", "Fees": "3800.5", "Not charged": "no"}
    assert groups["So far"]["Hours input"] == "10"


def test_detail_of_a_project_without_a_right_to_budgets_is_the_task_alone() -> None:
    service = fake()
    service.routes[f"GET {API}/task/detail/7001"] = task(7001, 1201, 41)
    service.routes[BUDGET] = httpx.Response(405)
    shown = run(bigtime(service).detail(b"{}", "7001"))
    assert isinstance(shown, Detail)
    assert "So far" not in dict(shown.groups)


def test_a_pick_list_is_a_list_of_choices() -> None:
    service = fake()
    service.routes[f"GET {API}/picklist/TaskStatus"] = [
        {"Id": "10", "Name": "Open"},
        {"Name": "x"},
        {"id": 20, "NAME": "Done"},
    ]
    assert run(bigtime(service).choices("TaskStatus")) == (("10", "Open"), ("20", "Done"))


def test_check_names_the_projects_in_one_request() -> None:
    service = fake()
    checked = run(service.open().check())
    assert (checked.account, checked.sees) == (f"an API key of {FIRM}", ("2 projects: Atlas, Beacon",))
    assert paths(service) == ["/project"]


def test_the_vendors_own_address_is_known_and_another_may_be_given() -> None:
    for url, host, prefix in (
        ("", "iq.bigtime.net", ""),
        ("https://intuit.bigtime.net/BigtimeData/api/v2/", "intuit.bigtime.net", ""),
        ("https://intuit.bigtime.net", "intuit.bigtime.net", ""),
        ("http://127.0.0.1:8740/bigtime/bigtimedata/api/v2", "127.0.0.1", "/bigtime"),
    ):
        service = fake()
        service.url = url
        service.routes = {key.replace(API, prefix + API): value for key, value in service.routes.items()}
        assert records(read(service.open()))
        assert {request.url.host for request in service.requests} == {host}


def test_the_api_key_and_the_realm_go_with_every_request() -> None:
    service = fake()
    read(service.open())
    for request in service.requests:
        assert request.headers["X-Auth-ApiToken"] == SECRET
        assert request.headers["X-Auth-Realm"] == FIRM
        assert "X-Auth-Token" not in request.headers


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"auth": "api-key"}, "realm"),
        ({"auth": "session", "realm": FIRM}, "user"),
        ({"auth": "both", "realm": FIRM}, "auth"),
        ({"realm": FIRM, "completed": "perhaps"}, "completed"),
        ({"realm": FIRM, "remember": "1"}, "remember"),
        ({"realm": FIRM, "projects": ""}, "projects"),
        ({"realm": FIRM, "teams": "5"}, "teams"),
    ],
    ids=str,
)
def test_an_option_that_cannot_be_is_a_usage_error(options: dict[str, str], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        fake(**options).open()

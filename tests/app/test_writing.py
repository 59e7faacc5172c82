"""`edit`, `changes`, `send` and `resolve` as typed, against the pretend company in-process (docs/cli.md)."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from planner_gui import cli
from planner_gui.app import writing
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.server import Sandbox
from planner_gui.session import push
from planner_gui.session.lock import acquire
from planner_gui.session.sync import Sync
from planner_gui.session.workspace import Workspace
from planner_gui.sources import base
from planner_gui.sources.base import Connection, Context, Source

TODAY = date(2026, 11, 20)
AMARA = "EXT_USER@2@amara.okafor"
ALLOCATIONS = "/jira/rest/tempo-planning/1/allocation"
ABSENCES = f"/jira/rest/bigpicture/1.0/public/ppm/resources/{AMARA}/absences"
ATLAS = {"type": "PROJECT", "id": "10010"}
ABSENCE = {"person": "Amara Okafor", "start": "2026-12-07", "end": "2026-12-11", "type": "HOLIDAY", "percent": 100}
PLAN = {"person": "Amara Okafor", "item": ATLAS, "start": "2027-01-05", "end": "2027-01-08", "percent": 50}
TASK = {
    "project": "1201",
    "name": "Test plan",
    "assignees": ["Amara Okafor"],
    "start": "2026-12-01",
    "due": "2026-12-11",
}


def open_over(company: Sandbox, connection: Connection, secret: str, context: Context) -> Source:
    """The real adapter, over the pretend company in-process."""
    transport = lambda: httpx.ASGITransport(app=company.app)  # noqa: E731
    return base.open_source(connection, secret, replace(context, transport=transport))


class Keys:
    """The secrets that the company prints."""

    def __init__(self, company: Sandbox) -> None:
        self._secrets = {entry["name"]: entry["secret"] for entry in company.connections()}

    async def secret(self, connection: Connection) -> str | None:
        return self._secrets[connection.name]

    async def store(self, connection: Connection, secret: str) -> None:
        pass


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation.make(12, 1, today=TODAY)


@pytest.fixture(scope="module")
def template(organisation: Organisation, qapp_cls: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with every connection, read once."""
    folder = tmp_path_factory.mktemp("writing") / "w"
    Workspace.create(folder, timezone="Europe/Berlin")
    company = Sandbox(today=TODAY, organisation=organisation, base_url="http://127.0.0.1:9")

    async def fill() -> None:
        workspace = Workspace.open(folder, today=TODAY)
        for entry in company.connections():
            await workspace.add_connection(Connection(entry["name"], entry["kind"], entry["url"], entry["options"]))
        opened = lambda *given: open_over(company, *given)  # noqa: E731
        context = Context(TODAY, workspace.plan.rules.zone)
        assert (await Sync(workspace, Keys(company), open_source=opened, context=context).run()).whole
        workspace.close()

    asyncio.run(fill())
    return folder


class Desk:
    """The command line on a workspace of its own, and the company behind it."""

    def __init__(self, folder: Path, company: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.company = company
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str | Path) -> int:
        code = cli.run([str(words[0]), str(self.folder), *map(str, words[1:])])
        said = self._capsys.readouterr()
        self.out, self.err = (
            said.out,
            "\n".join(line for line in said.err.splitlines() if "running as root" not in line),
        )
        return code

    def edit(self, *edits: Mapping[str, Any]) -> int:
        file = self.folder.parent / "edits.json"
        file.write_text(json.dumps({"format": "planner-gui/edits", "version": 1, "edits": list(edits)}))
        return self("edit", file)

    @property
    def changes(self) -> list[dict[str, Any]]:
        assert self("changes", "--json") == 0, self.err
        found: list[dict[str, Any]] = json.loads(self.out)["changes"]
        return found

    def states(self) -> list[str]:
        return [change["state"] for change in self.changes]

    def there(self, path: str, name: str = "tempo") -> Any:
        """What the company has."""
        entry = next(one for one in self.company.connections() if one["name"] == name)
        token, *cookie = entry["secret"].split("\n")
        headers = {"Authorization": f"APIToken {token}" if cookie else f"Bearer {token}"}
        headers |= {"Cookie": f"JSESSIONID={cookie[0]}"} if cookie else {}
        headers |= {"X-Auth-ApiToken": token, "X-Auth-Realm": "NWND"} if name == "bigtime" else {}

        async def ask() -> Any:
            transport = httpx.ASGITransport(app=self.company.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:9") as client:
                return (await client.get(path, headers=headers)).json()

        return asyncio.run(ask())

    def plans(self) -> list[dict[str, Any]]:
        """Amara's own allocations in January, when she has none at first."""
        found = self.there(f"{ALLOCATIONS}?startDate=2027-01-01&endDate=2027-01-09&assigneeKeys=amara.okafor")
        return [plan for plan in found if plan["planItem"]["id"] == 10010 and plan["start"] == "2027-01-05"]


@pytest.fixture
def desk(
    template: Path,
    organisation: Organisation,
    tmp_path: Path,
    today: date,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Desk:
    company = Sandbox(today=TODAY, organisation=organisation, base_url="http://127.0.0.1:9")
    monkeypatch.setattr(writing, "Accounts", lambda *_: Keys(company))
    monkeypatch.setattr(writing, "open_source", lambda *given: open_over(company, *given))
    monkeypatch.setattr(writing, "LOOKS_AFTER", (0.0, 0.0))
    return Desk(Path(shutil.copytree(template, tmp_path / "w")), company, capsys)


def create(kind: str, connection: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"do": "create", "kind": kind, "connection": connection, "fields": fields}


def update(external_id: str, *, kind: str = "allocation", connection: str = "tempo", **fields: Any) -> dict[str, Any]:
    return {"do": "update", "kind": kind, "connection": connection, "external_id": external_id, "fields": fields}


def delete(external_id: str, *, kind: str = "allocation", connection: str = "tempo", **more: Any) -> dict[str, Any]:
    return {"do": "delete", "kind": kind, "connection": connection, "external_id": external_id, **more}


# --- from a file to the services ---


def test_a_file_of_every_kind_is_drafted_listed_sent_and_there(desk: Desk) -> None:
    edits = [
        create("absence", "bigpicture", ABSENCE | {"comment": "Skiing"}),
        create("allocation", "tempo", PLAN),
        create("allocation", "tempo", PLAN | {"person": None, "team": "2", "scope": {"type": "team", "id": "2"}}),
        update("44", percent=40, end="2026-12-24"),
        create("task", "bigtime", TASK | {"type": "Task", "budget_hours": 24}),
        delete(f"{AMARA}@2026-11-30", kind="absence", connection="bigpicture"),
    ]  # fmt: skip
    assert desk.edit(*edits) == 0, desk.err
    assert desk.states() == ["draft"] * 6
    assert desk.there(f"{ALLOCATIONS}/44")["commitment"] == 60  # nothing has left
    assert desk("send", "--all") == 0, desk.err
    assert desk.out.count(" done: ") == 6
    assert desk.states() == ["done"] * 6  # until the next sync
    absences = {one["startDate"]: one for one in desk.there(ABSENCES, "bigpicture")}
    assert absences["2026-12-07"]["comment"] == "Skiing"
    assert "2026-11-30" not in absences
    assert (desk.there(f"{ALLOCATIONS}/44")["commitment"], desk.there(f"{ALLOCATIONS}/44")["end"]) == (40, "2026-12-24")
    assert [plan["commitment"] for plan in desk.plans() if plan["assignee"]["type"] == "user" and plan["id"]] == [50]
    task = next(change for change in desk.changes if change["kind"] == "task")
    assert desk.there(f"/bigtime/BigtimeData/api/v2/task/detail/{task['external_id']}", "bigtime")["BudgetHours"] == 24
    assert desk("changes") == 0
    assert desk.out == "Nothing is pending.\n"


def test_changes_as_json_hold_the_whole_item_in_the_files_names(desk: Desk) -> None:
    assert desk.edit(update("44", percent=40)) == 0
    (change,) = desk.changes
    amara = change["person"]
    assert (change["person_name"], change["kind"], change["external_id"]) == ("Amara Okafor", "allocation", "44")
    assert (change["before"]["percent"], change["after"]["percent"]) == (60, 40)
    assert change["after"] | {"percent": 60} == change["before"]
    assert (change["after"]["person"], change["after"]["person_name"]) == (amara, "Amara Okafor")
    assert change["after"]["item"] == {"type": "ISSUE", "id": "50081"}
    assert set(change) >= {"id", "do", "connection", "state", "message"}


def test_the_text_form_names_people_and_what_changes(desk: Desk) -> None:
    desk.edit(update("44", percent=40), create("absence", "bigpicture", ABSENCE))
    assert desk("changes") == 0
    first, second = desk.out.splitlines()
    assert "draft: change allocation Training of Amara Okafor" in first
    assert first.endswith("(tempo): percent 60 -> 40")
    assert second.endswith("draft: add absence HOLIDAY of Amara Okafor, Mon 7 Dec 2026 to Fri 11 Dec 2026 (bigpicture)")


@pytest.mark.parametrize(
    "person", ["Amara Okafor", "amara okafor", "AMARA.OKAFOR@northwind.example", AMARA, "amara.okafor"]
)
def test_a_person_is_named_by_full_name_e_mail_or_account(desk: Desk, person: str) -> None:
    assert desk.edit(create("absence", "bigpicture", ABSENCE | {"person": person})) == 0, desk.err
    assert desk.changes[0]["person_name"] == "Amara Okafor"


def test_a_person_is_named_by_id(desk: Desk) -> None:
    desk.edit(create("absence", "bigpicture", ABSENCE))
    person = desk.changes[0]["person"]
    assert desk.edit(create("allocation", "tempo", PLAN | {"person": person})) == 0, desk.err
    assert desk.changes[1]["person"] == person


def test_a_planned_item_is_named_by_key_and_a_project_by_name_or_code(desk: Desk) -> None:
    by_key = PLAN | {"item": {"type": "PROJECT", "id": "ATL"}}
    assert desk.edit(create("allocation", "tempo", by_key), create("task", "bigtime", TASK | {"project": "Atlas"})) == 0
    assert desk.changes[0]["after"]["item"] == ATLAS
    assert desk.changes[1]["after"]["project"] == "1201"


def test_a_task_without_a_type_takes_the_one_that_its_project_uses_most(desk: Desk) -> None:
    assert desk.edit(create("task", "bigtime", TASK)) == 0
    assert desk.changes[0]["after"]["type"] == "Task"


def test_a_total_goes_to_a_service_without_totals_as_the_amount_a_day(desk: Desk) -> None:
    fields = {k: v for k, v in PLAN.items() if k != "percent"} | {"minutes": 480}  # 5 to 8 January: four days
    assert desk.edit(create("allocation", "tempo", fields)) == 0, desk.err
    after = desk.changes[0]["after"]
    assert (after["minutes_per_day"], after["minutes"], after["percent"]) == (120, None, None)
    assert desk("send", "--all") == 0, desk.err
    assert "instead" not in desk.out


def test_a_pending_create_is_named_by_its_change(desk: Desk) -> None:
    desk.edit(create("allocation", "tempo", PLAN))
    number = desk.changes[0]["id"]
    assert desk.changes[0]["external_id"] is None
    assert desk.edit(update(number, percent=30)) == 0, desk.err
    assert [change["after"]["percent"] for change in desk.changes] == [30]
    assert desk("send", "--all") == 0
    assert [plan["commitment"] for plan in desk.plans()] == [30]


def test_edits_of_one_item_in_one_file_become_one_change(desk: Desk) -> None:
    assert desk.edit(update("44", percent=40), update("44", end="2026-12-24")) == 0
    (change,) = desk.changes
    assert (change["after"]["percent"], change["after"]["end"]) == (40, "2026-12-24")


def test_another_amount_takes_the_place_of_the_one_before(desk: Desk) -> None:
    assert desk.edit(update("44", minutes_per_day=120)) == 0, desk.err
    assert (desk.changes[0]["after"]["percent"], desk.changes[0]["after"]["minutes_per_day"]) == (None, 120)


def test_two_equal_creates_in_one_file_are_two(desk: Desk) -> None:
    assert desk.edit(create("allocation", "tempo", PLAN), create("allocation", "tempo", PLAN)) == 0
    assert desk("send", "--all") == 0, desk.err
    assert len(desk.plans()) == 2


def test_a_create_equal_to_an_existing_record_is_a_conflict_that_send_settles(desk: Desk) -> None:
    desk.edit(create("allocation", "tempo", PLAN))
    desk("send", "--all")
    desk.edit(create("allocation", "tempo", PLAN))
    assert desk("send", "--all") == 1
    assert "the same is there already" in desk.err
    number = desk.changes[-1]["id"]
    assert desk("send", number) == 0, desk.err
    assert len(desk.plans()) == 2


def test_an_occurrence_or_a_share_means_its_parent_and_says_so(desk: Desk) -> None:
    assert desk.edit(update("232", percent=30)) == 0, desk.err
    assert "edit 1: means 232 as a whole" in desk.err


def test_deleting_a_series_wants_to_be_confirmed_with_its_count(desk: Desk) -> None:
    assert desk.edit(delete("232")) == 1
    assert '"series": true' in desk.err
    assert "all 2 of its dates" in desk.err
    assert desk.edit(delete("232", series=True)) == 0, desk.err
    assert desk("send", "--all") == 0, desk.err


# --- faults ---


FAULTY: list[tuple[Any, str]] = [
    ("nonsense", "is no object"),
    ({"do": "destroy", "kind": "task"}, "do is create, update or delete"),
    (create("holiday", "tempo", PLAN), "kind is one of"),
    (create("allocation", "nowhere", PLAN), "no connection called nowhere"),
    (create("absence", "tempo", ABSENCE), "tempo has no absences"),
    (update("1", kind="event", connection="worktime", title="x"), "no documented way to write"),
    (create("allocation", "tempo", PLAN | {"colour": "red"}), "allocation has no field colour"),
    (create("allocation", "tempo", PLAN | {"title": "x"}), "allocation has no field title"),
    (create("allocation", "tempo", PLAN | {"account": "amara.okafor"}), "allocation has no field account"),
    (create("allocation", "tempo", PLAN | {"minutes": 60}), "one amount is enough"),
    (create("allocation", "tempo", PLAN | {"repeat": "weekly"}), "until: is needed"),
    (create("allocation", "tempo", PLAN | {"until": "2027-01-09"}), "until has no meaning without repeat"),
    (create("allocation", "tempo", PLAN | {"team": "2"}), "person and team"),
    (create("allocation", "tempo", PLAN | {"percent": "half"}), "percent is no number"),
    (create("allocation", "tempo", PLAN | {"start": "20270105"}), "start is no date"),
    (create("allocation", "tempo", PLAN | {"start": "2027-02-30"}), "start is no date"),
    (create("allocation", "tempo", PLAN | {"end": "2027-01-01"}), "end: is before the start"),
    (create("allocation", "tempo", PLAN | {"person": "Nobody"}), "there is nobody called Nobody"),
    (create("allocation", "tempo", PLAN | {"item": {"type": "ISSUE", "id": "ORI-99999"}}), "names ORI-99999"),
    (create("allocation", "tempo", PLAN | {"item": "ORI-1"}), 'item is an object of "type" and "id"'),
    (create("allocation", "tempo", {"percent": 10}), "is needed"),
    (create("absence", "bigpicture", ABSENCE | {"percent": 70}), "percent: BigPicture takes"),
    (create("absence", "bigpicture", ABSENCE | {"start": "2026-12-04"}), "overlaps"),
    (create("absence", "bigpicture", ABSENCE | {"comment": "x" * 450}), "450 characters"),
    (update("99999", percent=1), "there is no allocation 99999 in tempo"),
    (update("44"), "has no fields"),
    (create("allocation", "tempo", PLAN) | {"external_id": "1"}, "a create has no external_id"),
    ({"do": "delete", "kind": "task", "connection": "bigtime"}, "delete needs an external_id"),
    (delete("44") | {"fields": {"percent": 1}}, "a delete has no fields"),
    (create("task", "bigtime", TASK | {"assignees": "Amara Okafor"}), "assignees is a list of people"),
    (create("task", "bigtime", TASK | {"project": "Nowhere"}), "there is no project Nowhere"),
    (create("task", "bigtime", TASK | {"no_charge": "yes"}), "no_charge is true or false"),
    (update("44", kind="allocation", percent=40) | {"surprise": 1}, "an edit has no surprise"),
]


def test_every_fault_is_said_by_position_and_nothing_is_kept(desk: Desk) -> None:
    """One file with a good edit and all the bad ones: each line of the answer is that edit's, in words."""
    assert desk.edit(update("44", percent=40), *(edit for edit, _ in FAULTY)) == 1
    said = desk.err.splitlines()
    assert said.pop() == f"planner-gui: {len(FAULTY)} of {len(FAULTY) + 1} edits cannot be made; nothing was changed"
    assert [line.split(":")[0] for line in said] == [f"edit {at}" for at in range(2, len(FAULTY) + 2)]
    for line, (edit, words) in zip(said, FAULTY, strict=True):
        assert words in line, edit
    assert desk.changes == []


def test_absences_of_one_file_may_not_overlap_either(desk: Desk) -> None:
    second = create("absence", "bigpicture", ABSENCE | {"start": "2026-12-11", "end": "2026-12-14"})
    assert desk.edit(create("absence", "bigpicture", ABSENCE), second) == 1
    assert "edit 2: start: overlaps" in desk.err


def test_an_absence_may_take_the_days_of_one_that_the_file_deletes(desk: Desk) -> None:
    gone = delete(f"{AMARA}@2026-11-30", kind="absence", connection="bigpicture")
    again = create("absence", "bigpicture", ABSENCE | {"start": "2026-12-01", "end": "2026-12-02"})
    assert desk.edit(gone, again) == 0, desk.err
    assert desk("send", "--all") == 0, desk.err


def test_what_one_line_deletes_the_next_cannot_change(desk: Desk) -> None:
    assert desk.edit(delete("44"), update("44", percent=40)) == 1
    assert "edit 2: 44 is deleted by edit 1" in desk.err


@pytest.mark.parametrize(
    "content",
    ["", "not json", "[]", "{}", '{"format": "planner-gui/plan", "version": 1, "edits": []}',
     '{"format": "planner-gui/edits", "version": 2, "edits": []}', '{"format": "planner-gui/edits", "version": 1}'],
)  # fmt: skip
def test_what_is_no_edits_file_is_a_usage_error(desk: Desk, content: str) -> None:
    file = desk.folder.parent / "other.json"
    file.write_text(content)
    assert desk("edit", file) == 2
    assert len(desk.err.splitlines()) == 1
    assert desk("edit", file.with_name("missing.json")) == 2


# --- sending ---


@pytest.mark.parametrize(
    "words", [["send"], ["send", "--all", "x"], ["send", "no-such-id"], ["resolve", "no-such-id", "drop"]]
)
def test_a_faulty_line_is_a_usage_error(desk: Desk, words: list[str]) -> None:
    assert desk(*words) == 2
    assert len(desk.err.splitlines()) == 1


def test_send_of_one_id_leaves_the_others(desk: Desk) -> None:
    desk.edit(update("44", percent=40), create("allocation", "tempo", PLAN))
    assert desk("send", desk.changes[0]["id"]) == 0
    assert desk.states() == ["done", "draft"]


def test_W17_edits_of_long_ago_stay_and_want_their_id(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "LONG_AGO", timedelta(days=-1))
    desk.edit(update("44", percent=40))
    assert desk("send", "--all") == 1
    assert "send it by its id" in desk.err
    assert desk.states() == ["draft"]
    assert desk("send", desk.changes[0]["id"]) == 0, desk.err


def test_with_nothing_pending_send_all_is_done(desk: Desk) -> None:
    assert desk("send", "--all") == 0
    assert desk.out == "Nothing is pending.\n"


def test_a_refusal_is_said_in_the_services_words_and_the_rest_is_sent(desk: Desk) -> None:
    desk.edit(create("allocation", "tempo", PLAN | {"item": {"type": "PROJECT", "id": "99"}}), update("44", percent=40))
    assert desk("send", "--all") == 1
    assert "no such item to plan on" in desk.err
    assert desk.states() == ["refused", "done"]


def test_an_answer_lost_on_the_way_is_looked_for_and_never_doubled(desk: Desk) -> None:
    desk.company.faults.set("tempo", "lost", path="allocation", times=1)
    desk.edit(create("allocation", "tempo", PLAN))
    assert desk("send", "--all") == 0, desk.err
    assert "arrived after all" in desk.out
    assert len(desk.plans()) == 1


def test_a_write_that_never_arrives_stays_unknown_until_the_user_settles_it(desk: Desk) -> None:
    desk.company.faults.set("tempo", "late", path="allocation", times=1, seconds=3600)
    desk.edit(create("allocation", "tempo", PLAN))
    number = desk.changes[0]["id"]
    assert desk("send", "--all") == 1
    assert f"{number} unknown: add allocation" in desk.err
    assert desk.states() == ["unknown"]
    assert desk("send", "--all") == 1  # never again by itself
    assert desk("resolve", number, "look") == 1
    assert desk("resolve", number, "mine") == 2
    assert desk.plans() == []
    assert desk("resolve", number, "again") == 0, desk.err
    assert len(desk.plans()) == 1


def test_an_unknown_change_can_be_dropped(desk: Desk) -> None:
    desk.company.faults.set("tempo", "late", path="allocation", times=1, seconds=3600)
    desk.edit(create("allocation", "tempo", PLAN))
    desk("send", "--all")
    assert desk("resolve", desk.changes[0]["id"], "drop") == 0
    assert desk.changes == []


@pytest.mark.parametrize(("choice", "percent"), [("mine", 40), ("theirs", 90), ("drop", 90)])
def test_a_conflict_is_settled_as_the_user_says(desk: Desk, choice: str, percent: int) -> None:
    desk.edit(update("44", percent=40))
    service: Any = desk.company._services["tempo"]
    service._allocations._beans[44] |= {"commitment": 90}
    service._allocations._beans[44].pop("secondsPerDay", None)
    assert desk("send", "--all") == 1
    (change,) = desk.changes
    assert (change["state"], change["theirs"]["percent"]) == ("conflict", 90)
    assert desk("send", "--all") == 1, "what waits for a decision is not done"
    assert "conflict" in desk.err
    assert desk("resolve", change["id"], choice) == 0, desk.err
    assert desk.there(f"{ALLOCATIONS}/44")["commitment"] == percent


def test_a_refused_token_leaves_the_change_queued(desk: Desk) -> None:
    desk.company.faults.set("tempo", "401")
    desk.edit(update("44", percent=40))
    assert desk("send", "--all") == 1
    assert desk.states() == ["queued"]


def test_K5_only_changes_works_while_a_window_has_the_workspace(desk: Desk) -> None:
    desk.edit(update("44", percent=40))
    lock = acquire(desk.folder)
    assert lock is not None
    try:
        assert len(desk.changes) == 1
        for words in (["send", "--all"], ["resolve", "x", "drop"], ["edit", desk.folder.parent / "edits.json"]):
            assert desk(*words) == 1
            assert "open in a window" in desk.err
    finally:
        lock.release()


def test_a_sync_takes_done_changes_off_the_list_and_looks_for_lost_answers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from planner_gui.app import commands

    monkeypatch.setattr(commands, "Accounts", lambda *_: Keys(desk.company))
    monkeypatch.setattr(commands, "open_source", lambda *given: open_over(desk.company, *given))
    desk.edit(update("45", percent=10))
    assert desk("send", "--all") == 0, desk.err
    desk.company.faults.set("tempo", "late", path="allocation", times=1, seconds=3600)
    desk.edit(create("allocation", "tempo", PLAN))
    assert desk("send", "--all") == 1
    service: Any = desk.company._services["tempo"]
    service._allocations.create(
        {"planItem": ATLAS, "scope": {"type": "project", "id": 10010}, "start": "2027-01-05", "end": "2027-01-08",
         "assignee": {"key": "amara.okafor", "type": "user"}, "commitment": 50, "recurrence": {"rule": "NEVER"}}
    )  # fmt: skip
    assert desk("sync") == 0, desk.err
    assert [(change["do"], change["state"]) for change in desk.changes] == [("create", "done")]
    assert len(desk.plans()) == 1

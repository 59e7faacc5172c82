"""Tempo Data Center's allocations written: units in step, scope, recurrence, what is carried (vendors.md 2.1)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from planner_gui.domain.edits import ItemKey, blank, differing
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import NotSent, RequestRefused
from planner_gui.sources.base import Connection
from planner_gui.sources.decode import Unreadable
from planner_gui.sources.tempo_edits import TempoVocabulary, body_of, replaced, wants_hours
from tests.sources.fake_tempo import bean, issue, reflection, team_bean
from tests.sources.writing_contract import Desk, cases, company, project, with_more

VOCABULARY = TempoVocabulary(Connection("plans", "tempo"))
KEY = ItemKey("plans", Kind.ALLOCATION, "3")
DAY = 28_800.0
LATE = {"start": "2035-03-05", "end": "2035-03-09", "until": "2035-05-01"}  # where nobody else plans anything
PLAN: dict[str, Any] = blank(Kind.ALLOCATION) | {
    "account": "admin",
    "item": {"type": "PROJECT", "id": "10023"},
    "scope": {"type": "team", "id": "5"},
    "start": "2026-11-09",
    "end": "2026-11-13",
    "percent": 50,
    "repeat": "never",
}


def fields(**more: Any) -> dict[str, Any]:
    """The fields of a record of the vendor's sample with more or other names in it."""
    raw = json.dumps(bean(3, "admin", "2026-11-09", "2026-11-13", **more)).encode()
    return dict(VOCABULARY.item(KEY, raw).fields)


def faults(before: dict[str, Any] | None = None, **more: Any) -> dict[str, str]:
    return dict(VOCABULARY.faults(Kind.ALLOCATION, {**PLAN, **more}, before))


class TestReading:
    def test_the_vendors_sample(self) -> None:
        assert fields() == blank(Kind.ALLOCATION) | {
            "account": "admin",
            "item": {"type": "PROJECT", "id": "10130"},
            "scope": {"type": "team", "id": "5"},
            "start": "2026-11-09",
            "end": "2026-11-13",
            "percent": 100,
            "repeat": "never",
            "title": "Tango OnDemand",
            "project": "Tango OnDemand",
        }

    def test_an_issue_is_named_by_its_number_not_its_key(self) -> None:
        assert fields(planItem=issue())["item"] == {"type": "ISSUE", "id": "20001"}

    @pytest.mark.parametrize(
        ("rule", "word"),
        [("WEEKLY", "weekly"), ("BI-WEEKLY", "two-weekly"), ("BIWEEKLY", "two-weekly"), ("DAILY", "daily")],
    )
    def test_a_rule_and_its_end(self, rule: str, word: str) -> None:
        read = fields(recurrence={"rule": rule, "endDate": "2026-12-06"})
        assert (read["repeat"], read["until"]) == (word, "2026-12-06")

    def test_a_team_is_planned_in_place_of_a_person(self) -> None:
        raw = json.dumps(team_bean(3, "5", "2026-11-23", "2026-11-24", commitment=50)).encode()
        item = VOCABULARY.item(KEY, raw, ["admin", "jessie", "admin"])
        assert (item.fields["account"], item.fields["team"], item.fields["percent"]) == (None, "5", 50)
        assert item.series == 2, "its two members"

    def test_w13_a_series_says_how_many_dates_it_is(self) -> None:
        raw = json.dumps(
            bean(3, "admin", "2026-11-09", "2026-11-13", recurrence={"rule": "WEEKLY", "endDate": "2026-11-30"})
        ).encode()
        assert VOCABULARY.item(KEY, raw).series == 4

    @pytest.mark.parametrize(
        "child", [reflection(3, "admin", "2026-11-09", "2026-11-10"), bean(0, "admin", "2026-11-09", "2026-11-10")]
    )
    def test_one_date_or_share_of_a_plan_is_not_edited_for_itself(self, child: dict[str, Any]) -> None:
        with pytest.raises(Unreadable, match="as a whole"):
            VOCABULARY.item(KEY, json.dumps(child).encode())

    def test_an_account_is_spelled_as_the_plan_has_it(self) -> None:
        raw = json.dumps(bean(3, "Jessie", "2026-11-09", "2026-11-13")).encode()
        assert VOCABULARY.item(KEY, raw, ["jessie"]).fields["account"] == "jessie"

    @pytest.mark.parametrize(
        ("share", "daily", "unit", "amount"),
        [
            (50, None, "percent", 50),
            (33.3, None, "percent", 33.3),
            (50, 14_400, "percent", 50),
            (41.67, 12_000, "minutes_per_day", 200),
            (None, 14_400, "minutes_per_day", 240),
            (0, 0, "percent", 0),
        ],
    )
    def test_one_amount_is_told(self, share: float | None, daily: int | None, unit: str, amount: float) -> None:
        read = fields(commitment=share, secondsPerDay=daily)
        assert {name: read[name] for name in ("percent", "minutes_per_day", "minutes")} == {
            "percent": None,
            "minutes_per_day": None,
            "minutes": None,
        } | {unit: amount}


class TestWriting:
    def test_a_new_plan_as_the_older_document_has_it(self) -> None:
        """Seed 001's body: no seconds, no description; sent so where the person's hours are not known."""
        assert body_of(PLAN, daily_seconds=None) == {
            "planItem": {"id": 10023, "type": "PROJECT"},
            "scope": {"id": 5, "type": "team"},
            "assignee": {"key": "admin", "type": "user"},
            "commitment": 50,
            "start": "2026-11-09",
            "end": "2026-11-13",
            "recurrence": {"rule": "NEVER"},
        }

    @pytest.mark.parametrize(
        ("amount", "sent"),
        [
            ({"percent": 50}, {"commitment": 50, "secondsPerDay": 14_400}),
            ({"percent": 33.3}, {"commitment": 33.3, "secondsPerDay": 9590}),
            ({"percent": None, "minutes_per_day": 200}, {"commitment": 41.67, "secondsPerDay": 12_000}),
        ],
    )
    def test_share_and_seconds_a_day_are_in_step(self, amount: dict[str, Any], sent: dict[str, Any]) -> None:
        body = body_of({**PLAN, **amount}, daily_seconds=DAY)
        assert {name: body[name] for name in ("commitment", "secondsPerDay")} == sent

    @pytest.mark.parametrize(
        ("word", "rule"), [("weekly", "WEEKLY"), ("two-weekly", "BI-WEEKLY"), ("monthly", "MONTHLY")]
    )
    def test_a_rule_in_the_services_spelling(self, word: str, rule: str) -> None:
        body = body_of({**PLAN, "repeat": word, "until": "2026-12-31"}, daily_seconds=None)
        assert body["recurrence"] == {"rule": rule, "endDate": "2026-12-31"}

    def update(self, change: dict[str, Any], daily_seconds: float | None = None, **more: Any) -> dict[str, Any]:
        raw = json.dumps(bean(3, "admin", "2026-11-09", "2026-11-13", **more)).encode()
        before = VOCABULARY.item(KEY, raw).fields
        after = {**before, **change}
        changed = differing(Kind.ALLOCATION, before, after)
        hours = daily_seconds if wants_hours(raw, changed, after) else None
        assert (hours is None) == (daily_seconds is None), "asked for hours where none are needed, or the reverse"
        return replaced(raw, changed, after, daily_seconds=hours)

    def test_w10_put_carries_everything_but_what_the_service_computes(self) -> None:
        more = {"created": "2026-11-01", "planApproval": {"statusCode": 3}, "xNew": {"a": [1]}}
        body = self.update({"end": "2026-11-12"}, **more)
        assert body == bean(3, "admin", "2026-11-09", "2026-11-12", seconds=None, **more)

    def test_a_share_alone_stays_alone(self) -> None:
        body = self.update({"percent": 40})
        assert body["commitment"] == 40
        assert "secondsPerDay" not in body

    @pytest.mark.parametrize(
        ("change", "sent"),
        [
            ({"percent": 40}, (40, 11_520)),
            ({"percent": None, "minutes_per_day": 200}, (41.67, 12_000)),
            ({"description": "x"}, (50, 14_400)),
        ],
    )
    def test_both_amounts_change_by_their_ratio(self, change: dict[str, Any], sent: tuple[float, int]) -> None:
        body = self.update(change, commitment=50, secondsPerDay=14_400)
        assert (body["commitment"], body["secondsPerDay"]) == sent

    def test_hours_for_somebody_else_are_of_that_ones_day(self) -> None:
        body = self.update({"account": "kim"}, 14_400.0, commitment=50, secondsPerDay=14_400)
        assert body["assignee"] == {"key": "kim", "type": "user"}
        assert (body["commitment"], body["secondsPerDay"]) == (50, 7200)

    def test_a_team_takes_the_place_of_a_person(self) -> None:
        assert self.update({"account": None, "team": "5"})["assignee"] == {"key": "5", "type": "team"}


class TestVocabulary:
    def test_w12_older_servers_keep_whole_percents(self) -> None:
        stored = VOCABULARY.stored(Kind.ALLOCATION, PLAN | {"percent": 33.5, "until": "2027-01-01", "scope": None})
        assert (stored["percent"], stored["until"]) == (34, None)
        assert stored["scope"] == {"type": "project", "id": "10023"}, "the default for a plan on a project"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"percent": 101}, "percent"),
            ({"percent": 0}, "percent"),
            ({"percent": None}, "percent"),
            ({"minutes_per_day": 60}, "minutes_per_day"),
            ({"percent": None, "minutes_per_day": 1441}, "minutes_per_day"),
            ({"percent": None, "minutes": 600}, "minutes"),
            ({"team": "5"}, "account"),
            ({"account": None}, "account"),
            ({"repeat": "weekly"}, "until"),
            ({"repeat": "weekly", "until": "2026-11-01"}, "until"),
            ({"repeat": "daily"}, "repeat"),
            ({"item": {"type": "TASK", "id": "1"}}, "item"),
            ({"item": {"type": "ISSUE", "id": "ORI-12"}}, "item"),
            ({"item": {"type": "ISSUE", "id": ""}}, "item"),
            ({"scope": {"type": "none", "id": "1"}}, "scope"),
            ({"description": "\ud800"}, "description"),
            ({"include_non_working": "yes"}, "include_non_working"),
        ],
    )
    def test_a_fault_stands_at_its_field(self, change: dict[str, Any], field: str) -> None:
        assert list(faults(**change)) == [field]
        assert field in faults(PLAN, **change), "also where it is changed to that"

    def test_a_team_and_a_person_can_be_planned(self) -> None:
        assert faults() == faults(account=None, team="5") == faults(scope=None) == {}


class TestOnTheWay:
    def desk(self) -> Desk:
        return Desk(cases()["tempo"])

    def test_a_plan_on_a_project_is_kept_in_that_project(self) -> None:
        desk, main = self.desk(), project(False)
        item = {"type": "PROJECT", "id": str(main.item.number)}
        desk.created({**desk.case.fields, "item": item, "scope": None})
        assert json.loads(desk.writes[0].content)["scope"] == {"type": "project", "id": main.item.number}

    def test_without_a_scope_another_plan_on_the_item_tells_the_project(self) -> None:
        desk, main = self.desk(), project(False)
        meant = {**desk.case.fields, "scope": None}
        desk.created({**meant, "scope": {"type": "team", "id": "1"}, "repeat": "never", "until": None})
        external_id = desk.created(meant)
        assert json.loads(desk.writes[1].content)["scope"] == {"type": "project", "id": main.item.number}
        assert desk.different(meant, desk.found(external_id, like=meant)) == frozenset()
        assert desk.different(meant, desk.found(external_id)) == {"scope"}

    def test_or_jira_does(self) -> None:
        desk = self.desk()

        def alter(request: httpx.Request, _answer: httpx.Response) -> httpx.Response | None:
            if "/rest/api/2/issue/" in request.url.path:
                return httpx.Response(200, json={"id": "1", "fields": {"project": {"id": "10300"}}})
            return None

        desk.alter = alter
        desk.created({**desk.case.fields, **LATE, "scope": None})
        assert json.loads(desk.writes[0].content)["scope"] == {"type": "project", "id": 10300}

    def test_where_nobody_tells_the_project_nothing_is_sent(self) -> None:
        desk = self.desk()
        with pytest.raises(RequestRefused, match="say where it is planned"):
            desk.created({**desk.case.fields, **LATE, "scope": None})
        assert desk.writes == []

    def test_hours_come_from_tempos_own_schedule_and_a_failure_there_sends_nothing(self) -> None:
        desk = self.desk()
        desk.created()
        assert json.loads(desk.writes[0].content)["secondsPerDay"] == 11_520
        desk.alter = lambda request, _answer: httpx.Response(503) if "schedule" in request.url.path else None
        with pytest.raises(NotSent, match="was not sent"):
            desk.created()
        assert len(desk.writes) == 1

    def test_a_server_without_schedules_gets_the_share_alone(self) -> None:
        desk = self.desk()
        desk.alter = lambda request, _answer: httpx.Response(404) if "schedule" in request.url.path else None
        external_id = desk.created()
        assert "secondsPerDay" not in json.loads(desk.writes[0].content)
        assert desk.different(desk.case.fields, desk.found(external_id)) == frozenset()

    def test_hours_a_day_are_read_back_as_they_were_meant(self) -> None:
        desk = self.desk()
        meant = {**desk.case.fields, "percent": None, "minutes_per_day": 240}
        external_id = desk.created(meant)
        assert desk.different(meant, desk.found(external_id, like=meant)) == frozenset()
        looked = desk.do(lambda source: source.look(Kind.ALLOCATION, meant))
        assert [one.external_id for one in looked if not desk.different(meant, one)] == [external_id]

    def test_an_older_server_that_keeps_a_share_alone_is_read_back_in_the_hours_that_were_meant(self) -> None:
        desk = self.desk()

        def older(request: httpx.Request, answer: httpx.Response) -> httpx.Response | None:
            if request.method != "GET" or not request.url.path.rpartition("/")[2].isdecimal():
                return None
            bean = answer.json()
            del bean["secondsPerDay"]
            return httpx.Response(200, json={**bean, "commitment": round(bean["commitment"])})

        desk.alter = older
        meant = {**desk.case.fields, "percent": None, "minutes_per_day": 240}
        external_id = desk.created(meant)
        assert desk.different(meant, desk.found(external_id, like=meant)) == frozenset()
        assert desk.found(external_id).fields["percent"] == 50, "as it is kept"

    def test_a_look_asks_a_day_wider_and_leaves_shares_out(self) -> None:
        desk = self.desk()
        external_id = desk.created({**desk.case.fields, "account": None, "team": "1"})
        desk.alter = lambda _request, answer: None
        found = desk.do(lambda source: source.look(Kind.ALLOCATION, {**desk.case.fields, "account": None, "team": "1"}))
        assert external_id in {one.external_id for one in found}
        asked = desk.requests[-1].url.params
        assert (asked["startDate"], asked["endDate"]) == ("2028-03-05", "2028-03-11")
        assert (asked["assigneeType"], asked["assigneeKeys"], asked["planItemType"]) == ("TEAM", "1", "ISSUE")
        assert asked["expandReflections"] == "false"

        def children(request: httpx.Request, answer: httpx.Response) -> httpx.Response | None:
            return with_more(answer, recurrence={"rule": "NEVER", "parent": {"id": 1, "type": "team"}})

        team = {**desk.case.fields, "account": None, "team": "1"}
        desk.alter = children
        assert desk.do(lambda source: source.look(Kind.ALLOCATION, team)) == []
        desk.alter = lambda _request, answer: with_more(answer, id=0)
        assert desk.do(lambda source: source.look(Kind.ALLOCATION, team)) == []

    @pytest.mark.parametrize(("repeat", "dates"), [("never", 1), ("weekly", 3)])
    def test_w13_a_teams_plan_names_how_many_shares_it_takes_away(self, repeat: str, dates: int) -> None:
        desk = self.desk()
        until = "2028-03-20" if dates > 1 else None
        team = {**desk.case.fields, "account": None, "team": "1", "repeat": repeat, "until": until}
        external_id = desk.created(team)
        members = len(company().team(1).members)
        found = desk.found(external_id)
        assert members > 1
        assert found.series == members * dates
        assert b"children" not in found.raw

    def test_its_creator_is_told(self) -> None:
        desk = self.desk()
        assert desk.found(desk.created()).creator == "admin"

    @pytest.mark.parametrize("answer", [httpx.Response(204), httpx.Response(200, json=None)])
    def test_both_answers_to_a_delete_are_taken(self, answer: httpx.Response) -> None:
        desk = self.desk()
        current = desk.found(desk.created())
        desk.alter = lambda request, _answer: answer if request.method == "DELETE" else None
        desk.do(lambda source: source.delete(Kind.ALLOCATION, current))
        assert desk.applied[-1][0] == "DELETE"

    def test_w12_a_rounding_of_what_nobody_touched_is_not_written(self) -> None:
        desk = self.desk()
        current = desk.found(desk.created({**desk.case.fields, "percent": 33.3}))
        after = {**desk.vocabulary.stored(Kind.ALLOCATION, current.fields), "end": "2028-03-09"}
        desk.do(lambda source: source.update(Kind.ALLOCATION, current, after, frozenset({"end"})))
        before, sent = json.loads(current.raw), json.loads(desk.writes[-1].content)
        assert (sent["commitment"], sent["secondsPerDay"]) == (before["commitment"], before["secondsPerDay"])

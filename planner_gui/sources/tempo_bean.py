"""One allocation bean of Tempo (Data Center) as read: typed fields, before its place among the others is known.

Sources: Tempo's "Planning REST API" page and the official Data Center OpenAPI. [D] documented, [C] seen in a public
client, [I] inferred. Nothing here knows people, parents or the dates that were asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from planner_gui.domain.entities import Allocation, Span
from planner_gui.sources.decode import Fields, Unreadable

DAY = 86_400
MOST_COMMITMENT = 300.0  # percent: 24 h of an eight-hour day (V2); 0 to 100 is documented
PROJECT = "PROJECT"
NEVER = "NEVER"

# Every spelling seen for the rules, in any case: BI-WEEKLY (Data Center), BI_WEEKLY (Cloud), BIWEEKLY [I].
_RULES = {"BIWEEKLY": "BI-WEEKLY", "": NEVER}
_SHORTEST_STEP = {"WEEKLY": 7, "BI-WEEKLY": 14, "MONTHLY": 28}  # days to the next occurrence, at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One bean as read. `allocation` has no account and no project name yet, "" as id where the service gave 0."""

    allocation: Allocation
    assignee: str
    to_team: bool
    parent: str  # id of recurrence.parent, "" where there is none
    parent_to_team: bool | None  # None: the service did not say
    project_key: str
    project_name: str
    matches: frozenset[str]  # what the option `projects=` may name it by, in lower case
    raw: bytes

    @property
    def recurring(self) -> bool:
        return self.allocation.rule != NEVER

    def goes_on_in(self, span: Span) -> bool:
        """Whether a later occurrence may lie in `span`."""
        plan = self.allocation
        if not self.recurring or plan.start > span.end:
            return False
        last_start = span.end if plan.until is None else min(plan.until, span.end)
        length = timedelta(days=max((plan.end - plan.start).days, 0))
        step = timedelta(days=_SHORTEST_STEP.get(plan.rule, 1))
        return plan.start + step <= last_start and (plan.until is None or plan.until + length >= span.start)


def rule_of(text: str) -> str:
    """A recurrence rule in the entities' spelling; an unknown word as it came."""
    word = text.strip().upper().replace("_", "-").replace(" ", "-")
    return _RULES.get(word.replace("-", ""), word)


def plan_of(raw: bytes) -> Plan:
    """Read one bean; raises Unreadable where id, assignee, a date or an amount cannot be used (V1, V2)."""
    bean = Fields(raw)
    number = bean.required_text("id", "allocationId")
    assignee, assignee_type = _assignee(bean)
    recurrence = bean.nested("recurrence")
    rule = rule_of(recurrence.text("rule")) if recurrence else NEVER
    parent = recurrence.nested("parent") if recurrence else None
    parent_type = parent.text("type", "assigneeType").lower() if parent else ""
    start, end = bean.required_day("start", "startDate"), bean.required_day("end", "endDate")
    title, item, item_type, project_key, project_name, matches = _planned(bean)
    repeats = recurrence if recurrence and rule != NEVER else None
    # recurCount is named in the vendor's prose and in no sample; 0 is taken as "not set" [I].
    count = repeats.number("recurCount", low=0, high=10_000) if repeats else None
    return Plan(
        allocation=Allocation(
            external_id="" if number == "0" else number,
            account="",
            team=assignee if assignee_type == "team" else "",
            start=start,
            end=end,
            title=title,
            type=item_type,
            item=item,
            # Newer servers only [D, OpenAPI]; 0 is taken as "not given", as a team's plan has it [I].
            seconds_per_day=bean.number("secondsPerDay", low=0, high=DAY) or None,
            seconds=_total(bean, start, end),
            # An integer in the older document, a double in the newer [D].
            commitment=bean.number("commitment", low=0, high=MOST_COMMITMENT),
            include_non_working=bool(bean.flag("includeNonWorkingDays")),
            rule=rule,
            # Filled with the creation date even for NEVER [D by sample]: looked at only where it means something.
            until=repeats.day("endDate") if repeats else None,
            count=int(count) if count else None,
        ),
        assignee=assignee,
        to_team=assignee_type == "team",
        parent=_id(parent) if parent else "",
        parent_to_team=parent_type == "team" if parent_type else None,
        project_key=project_key,
        project_name=project_name,
        matches=matches,
        raw=raw,
    )


def _id(fields: Fields) -> str:
    number = fields.text("id").strip()
    return "" if number == "0" else number


def _assignee(bean: Fields) -> tuple[str, str]:
    """Key and type ("user" or "team"); {key, type} is documented, a bare key is read as a user [I]."""
    if isinstance(bean.value("assignee"), str):
        return bean.required_text("assignee"), "user"
    assignee = bean.nested("assignee")
    if assignee is None:
        raise Unreadable("assignee is missing")
    key = assignee.required_text("key", "userKey", "id")
    return key, "team" if assignee.text("type").strip().lower() == "team" else "user"


def _total(bean: Fields, start: date, end: date) -> float | None:
    """`seconds` is the total over the span [D by sample]; more than 24 h a day is refused (V2)."""
    days = (end - start).days + 1
    return bean.number("seconds", low=0, high=DAY * days if days > 0 else DAY * 36_600)


def _planned(bean: Fields) -> tuple[str, str, str, str, str, frozenset[str]]:
    """(title, item id, item type, project key, project name, names for `projects=`) of what is planned.

    The title of a plan on a project is the plan's own description where it has one [newer servers, D], else the name.
    """
    item = bean.nested("planItem")
    if item is None:
        return bean.text("description") or "Plan", "", "", "", "", frozenset()
    kind = item.text("type").strip().upper()
    key, number = item.text("key").strip(), item.text("id").strip()
    name = item.text("name").strip() or key or f"{kind.capitalize() or 'Item'} {number}".strip()
    project_key = item.text("projectKey").strip()
    project = item.nested("project") if isinstance(item.value("project"), dict) else None
    project_name = item.text("projectName").strip() or (project.text("name").strip() if project else "")
    names = {project_key, item.text("projectId").strip()}
    if kind == PROJECT:
        project_key, project_name = project_key or key, project_name or name
        name = bean.text("description").strip() or name
        names |= {key, number}
    elif not project_key and "-" in key:
        project_key = key.rpartition("-")[0]  # "ORI-12" lies in ORI
        names.add(project_key)
    return name, number or key, kind, project_key, project_name, frozenset(n.lower() for n in names if n)

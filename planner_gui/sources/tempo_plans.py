"""The allocations of one Tempo reading brought together: people, parents, reflections, occurrences, project names.

No request is sent here, and no occurrence is made up: what the service did not return is expanded by the domain
(docs/capacity.md, Load 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from planner_gui.domain.entities import Account, NotUnderstood, Project, Record, Span
from planner_gui.sources.tempo_bean import NEVER, Plan

Changes = dict[str, Any]  # fields of an Allocation


@dataclass(slots=True)
class Assembly:
    """The beans of one reading brought together: people by one spelling, children by their parents, each once (V4).

    Records are held back where they cannot be finished yet: a recurring plan until its children were asked for, a
    plan on an issue until its project's name is known. `finish` gives out what is left.
    """

    span: Span
    projects: tuple[str, ...] = ()  # the option `projects=`, in lower case
    accounts: dict[str, Account] = field(default_factory=dict)
    teams: dict[str, Plan] = field(default_factory=dict)  # team plans by id
    series: dict[str, Plan] = field(default_factory=dict)  # recurring plans of people by id
    _keys: dict[str, str] = field(default_factory=dict)  # any spelling in lower case -> the account's key
    _names: dict[str, str] = field(default_factory=dict)  # project key in lower case -> project name
    _spelled: dict[str, str] = field(default_factory=dict)  # project key in lower case -> as it came
    _seen: set[tuple[str, str, date]] = field(default_factory=set)
    _reflected: dict[str, list[Plan]] = field(default_factory=dict)  # of recurring team plans: their first occurrence
    _has_reflections: set[str] = field(default_factory=set)
    _has_occurrences: set[str] = field(default_factory=set)
    _unnamed: list[tuple[Plan, Changes]] = field(default_factory=list)

    def know(self, account: Account, *aliases: str) -> str:
        """Take in an account, and other spellings under which plans may name it (user name, key; any case).

        Returns the key that it has here: the first spelling met.
        """
        known = self.accounts.setdefault(self._keys.get(account.key.lower(), account.key), account)
        for alias in (account.key, *aliases):
            if alias:
                self._keys.setdefault(alias.lower(), known.key)
        return known.key

    def take(self, plans: Iterable[Plan]) -> Iterator[Record | NotUnderstood]:
        """The plans of one answer, as far as they can be finished."""
        # Parents first: a list may name them after their children. Sorting is stable.
        ordered = sorted(plans, key=lambda plan: (not plan.to_team, bool(plan.parent)))
        for plan in ordered:
            if self.projects and not plan.matches.intersection(self.projects):
                continue
            if plan.project_key and plan.project_name:
                self._names.setdefault(plan.project_key.lower(), plan.project_name)
                self._spelled.setdefault(plan.project_key.lower(), plan.project_key)
            yield from self._placed(plan)

    def children(self, parent: Plan, children: Iterable[Plan]) -> Iterator[Record | NotUnderstood]:
        """The children that the service returned for a parent; they take the place of our own expansion (Load 3)."""
        known = parent.allocation.external_id
        yield from self.take(
            replace(child, parent=known, parent_to_team=parent.to_team) for child in children if not child.to_team
        )

    def asked_for_children(self) -> list[Plan]:
        """Parents whose children must be fetched: what goes on within the span, and team plans without reflections."""
        asked = [plan for plan in self.series.values() if plan.goes_on_in(self.span)]
        for number, plan in self.teams.items():
            touches = plan.allocation.start <= self.span.end and plan.allocation.end >= self.span.start
            if plan.goes_on_in(self.span) or (touches and number not in self._has_reflections):
                asked.append(plan)
        return asked

    def finish(self) -> Iterator[Record]:
        """What was held back: recurring plans and their reflections, team plans, plans whose project had no name."""
        for number, plan in (*self.series.items(), *self.teams.items()):
            expanded = number in self._has_occurrences
            yield self._record(plan, {"expanded": expanded})
            mine = _as_child(number, reflection=True)
            if not expanded:  # the reflections of the first occurrence then stand for the later ones too
                mine |= _repeating_like(plan)
            for reflection in self._reflected.get(number, ()):
                yield self._record(reflection, mine)
        for plan, changes in self._unnamed:
            yield self._record(plan, changes)

    def found_projects(self) -> tuple[Project, ...]:
        """The projects whose names the plans told."""
        return tuple(
            Project(key=self._spelled[key], name=name, code=self._spelled[key]) for key, name in self._names.items()
        )

    def account_of(self, key: str) -> str:
        """The account's own key for any spelling of it; an account that no team lists is made known here."""
        return self._keys.get(key.lower()) or self.know(Account(key=key, atlassian=key))

    def _placed(self, plan: Plan) -> Iterator[Record | NotUnderstood]:
        number = plan.allocation.external_id
        if plan.to_team:
            if not number:
                yield _not_understood(plan, "it has no id")
            else:
                self.teams.setdefault(number, plan)
        elif plan.parent or number in self.teams:
            yield from self._placed_child(plan)
        elif not number:
            # id 0 is a child's [D]; without its parent it belongs to nothing.
            yield _not_understood(plan, "it has no id of its own and names no parent")
        elif self._is_new("", number, plan.allocation.start):
            if plan.recurring:
                self.series[number] = plan
            elif max(plan.allocation.start, plan.allocation.end) >= self.span.start:
                yield from self._named(plan, {})

    def _placed_child(self, plan: Plan) -> Iterator[Record]:
        """A reflection or a later occurrence: known by parent, assignee and start, whatever id it has (section 7)."""
        parent = plan.parent or plan.allocation.external_id
        source = self.teams.get(parent)
        reflection = source is not None or plan.parent_to_team is True
        first = source or self.series.get(parent)
        if not reflection and first is not None and plan.allocation.start == first.allocation.start:
            return  # the stored plan itself is the first occurrence
        if not self._is_new(parent, self.account_of(plan.assignee), plan.allocation.start):
            return
        later = first is not None and first.recurring and plan.allocation.start > first.allocation.end
        if reflection:
            self._has_reflections.add(parent)
        if later:
            self._has_occurrences.add(parent)
        elif source is not None and source.recurring:
            self._reflected.setdefault(parent, []).append(plan)
            return
        child = _as_child(parent, reflection=reflection)
        if later or not reflection:
            child["occurrence"] = plan.allocation.start
        if reflection and first is None:
            child |= _repeating_like(plan)  # its parent is not there to say so
        yield from self._named(plan, child)

    def _is_new(self, parent: str, own: str, start: date) -> bool:
        """Whether this one was not met before; a plan of its own is known by its id alone."""
        key = (parent, own, start if parent else date.min)
        new = key not in self._seen
        self._seen.add(key)
        return new

    def _named(self, plan: Plan, changes: Changes) -> Iterator[Record]:
        if plan.project_name or not plan.project_key or plan.project_key.lower() in self._names:
            yield self._record(plan, changes)
        else:
            self._unnamed.append((plan, changes))

    def _record(self, plan: Plan, changes: Changes) -> Record:
        """The finished allocation: with its person, its project's name, and what its place among the others changes."""
        account = "" if plan.to_team else self.account_of(plan.assignee)
        finished: Changes = {
            "account": account,
            "resource": f"team/{plan.assignee}" if plan.to_team else f"person/{account}",
            "project": self._names.get(plan.project_key.lower()) or plan.project_name or plan.project_key,
        }
        return Record(replace(plan.allocation, **finished, **changes), plan.raw)


def _as_child(parent: str, *, reflection: bool) -> Changes:
    # A child is one occurrence, whatever rule it repeats from its parent ("rule": "NEVER" in the sample [D]).
    return {"external_id": parent, "reflection": reflection, "rule": NEVER, "until": None, "count": None}


def _repeating_like(plan: Plan) -> Changes:
    return {"rule": plan.allocation.rule, "until": plan.allocation.until, "count": plan.allocation.count}


def _not_understood(plan: Plan, reason: str) -> NotUnderstood:
    return NotUnderstood(what=f"allocation of {plan.assignee}", reason=reason, raw=plan.raw)

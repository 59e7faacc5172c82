"""Who and what of one plan is who and what of the next: indices and rows mean nothing across plans, ids do.

For whatever outlives a plan: a selection, a link, a result of a search. Nothing here decides who is whom.
"""

from __future__ import annotations

from planner_gui.domain.items import key_of, rows_of_item
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Int64


def people_in(plan: Plan, old: Plan) -> list[int | None]:
    """The index in `plan` of each person of `old`; None for those who are gone."""
    if plan.people is old.people:
        return list(range(len(plan.people)))
    index = {person.id: at for at, person in enumerate(plan.people)}
    return [index.get(person.id) for person in old.people]


def person_in(plan: Plan, person: int, old: Plan) -> int | None:
    """The index in `plan` of the person `person` of `old`; None where they are gone."""
    if plan.people is old.people:
        return person
    try:
        return plan.person_index(old.people[person].id)
    except KeyError:
        return None


def row_in(plan: Plan, row: int, old: Plan) -> int | None:
    """The row in `plan` of the item `row` of `old`: the same record, occurrence and person; None where it is gone.

    An item of one person that was handed over is the same one still, on whoever has it now.
    """
    if plan.columns is old.columns:
        return row
    owner = int(old.columns["person"][row])
    person = len(plan.people) if owner == len(old.people) else person_in(plan, owner, old)
    if person is None:
        return None
    key = key_of(old, row)
    every = rows_of_item(plan, key)
    named = every[plan.columns["person"][every] == person]
    if not len(named) and _of_one(plan, every) and _of_one(old, rows_of_item(old, key)):
        named = every
    found: list[int] = named.tolist()
    if len(found) > 1:  # the occurrences of a series
        start = old.value(row, "start")
        found = [each for each in found if plan.value(each, "start") == start]
    return found[0] if found else None


def _of_one(plan: Plan, rows: Int64) -> bool:
    """Whether some rows are all of one person."""
    return len(rows) > 0 and len(set(plan.columns["person"][rows].tolist())) == 1

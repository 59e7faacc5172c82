"""Changes as `changes` lists them: the JSON of the command contract (docs/cli.md), and a line of words each.

Pure. Fields have the file's names, people their ids and names; other programs read the JSON: a key is added, never
renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from planner_gui.domain.changes import OPEN, PENDING, Change, State
from planner_gui.domain.edits import FIELDS, Do, Fields, Form
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.plan import Person, Plan
from planner_gui.domain.wording import span_words
from planner_gui.session.edit_file import IN_FILE

_VERBS = {Do.CREATE: "add", Do.UPDATE: "change", Do.DELETE: "delete"}
UNSETTLED = (State.UNKNOWN, State.CONFLICT, State.REFUSED)


def listed(changes: Iterable[Change]) -> list[Change]:
    """Those that `changes --json` has: every open one, and what was settled since its connection was last read."""
    return [change for change in changes if change.state in OPEN or (change.state is State.DONE and not change.read)]


def changes_document(changes: Iterable[Change], plan: Plan) -> dict[str, Any]:
    """What `changes --json` prints. changes: in the order of the queue; plan: whose people they are of."""
    people = _People(plan)
    return {"changes": [_change(change, people) for change in listed(changes)]}


def change_lines(changes: Iterable[Change], plan: Plan) -> list[str]:
    """The text form of `changes`: a line for each that is pending or wants an answer."""
    people = _People(plan)
    return [_line(change, people) for change in changes if change.state in OPEN]


def outcome_line(change: Change, plan: Plan) -> str:
    """What became of one change that was sent, in one line."""
    return _line(change, _People(plan))


class _People:
    """Who has which account."""

    def __init__(self, plan: Plan) -> None:
        self._by_account = {
            (ref.connection, ref.key.casefold()): person for person in plan.people for ref in person.accounts
        }
        self._teams = {(s.connection, team.key): team.name for s in plan.snapshots for team in s.teams}

    def of(self, connection: str, account: object) -> Person | None:
        return self._by_account.get((connection, str(account).casefold())) if account else None

    def name(self, connection: str, account: object) -> str:
        person = self.of(connection, account)
        return person.name if person is not None else str(account)

    def team(self, connection: str, key: object) -> str:
        return self._teams.get((connection, str(key)), str(key))


def _change(change: Change, people: _People) -> dict[str, Any]:
    connection = change.key.connection
    account = _account(change)
    person = people.of(connection, account)
    pending_create = change.do is Do.CREATE and not change.result
    return {
        "id": change.id,
        "do": change.do.value,
        "kind": change.key.kind.name.lower(),
        "connection": connection,
        "external_id": change.result or (None if pending_create else change.key.external_id),
        "person": person.id if person is not None else None,
        "person_name": people.name(connection, account) if account else None,
        "state": change.state.value,
        "before": _fields(change.before, change, people),
        "after": _fields(change.after, change, people),
        "theirs": _fields(change.theirs, change, people),
        "message": change.message,
        "at": change.at.isoformat(timespec="seconds"),
        "not_before": None if change.not_before is None else change.not_before.isoformat(timespec="seconds"),
    }


def _fields(fields: Fields | None, change: Change, people: _People) -> dict[str, Any] | None:
    """An item's fields under the file's names; an account that nobody here has stays as it is."""
    if fields is None:
        return None
    connection = change.key.connection
    found: dict[str, Any] = {}
    for field in FIELDS[change.key.kind]:
        value = fields.get(field.name)
        if field.form is Form.ACCOUNTS:
            listed_ = value if isinstance(value, list) else []
            found[field.name] = [_id(people.of(connection, one), one) for one in listed_]
            found[f"{field.name}_names"] = [people.name(connection, one) for one in listed_]
        elif field.name in IN_FILE:
            found[IN_FILE[field.name]] = _id(people.of(connection, value), value) if value else None
            found[f"{IN_FILE[field.name]}_name"] = people.name(connection, value) if value else None
        else:
            found[field.name] = value
    return found


def _id(person: Person | None, account: object) -> str:
    return person.id if person is not None else str(account)


def _account(change: Change) -> str:
    """Whose item it is: the person's, or the only assignee's; "" for a team's or several people's."""
    for fields in (change.after, change.before):
        if fields is None:
            continue
        people = fields.get("assignees")
        if isinstance(people, list) and len(people) == 1:
            return people[0]
        return str(fields.get("account") or "")
    return ""


def _line(change: Change, people: _People) -> str:
    """ "5e2... queued: change allocation Core services of Priya Raman, 1 to 4 Dec: percent 50 -> 40"."""
    words = [change.state.value + ":", _VERBS[change.do], item_words(change, people)]
    line = f"{change.id} {' '.join(words)} ({change.key.connection})"
    what = _changed(change, people)
    line += f": {what}" if what else ""
    if change.not_before is not None and change.state in PENDING:
        line += f"; not before {change.not_before:%H:%M} UTC"
    return f"{line}; {change.message}" if change.message else line


def item_words(change: Change, people: _People) -> str:
    """The item of a change, with its people's names: "absence HOLIDAY of Priya Raman, Mon 7 Dec to Fri 11 Dec"."""
    fields = change.after if change.after is not None else change.before or {}
    connection, kind = change.key.connection, change.key.kind
    called = fields.get("name") or fields.get("title") or (fields.get("type") if kind is Kind.ABSENCE else "") or ""
    if not called and fields.get("item"):
        called = _shown(fields, "item")
    words = f"{kind.name.lower()} {called}".strip()
    if fields.get("team"):
        words += f" of team {people.team(connection, fields['team'])}"
    elif whose := _whose(fields):
        words += " of " + ", ".join(people.name(connection, account) for account in whose)
    days = _days(fields)
    return f"{words}, {days}" if days else words


def _whose(fields: Fields) -> Sequence[str]:
    people = fields.get("assignees")
    if isinstance(people, list):
        return people
    return [str(fields["account"])] if fields.get("account") else []


def _days(fields: Fields) -> str:
    last = "due" if "due" in fields else "end"
    try:
        return span_words(Span(date.fromisoformat(str(fields.get("start"))), date.fromisoformat(str(fields.get(last)))))
    except ValueError:
        return ""


def _changed(change: Change, people: _People) -> str:
    """Before and after of what an update changes."""
    if change.do is not Do.UPDATE or change.before is None or change.after is None:
        return ""
    before, after = _fields(change.before, change, people), _fields(change.after, change, people)
    assert before is not None, "it was there"
    assert after is not None, "it was there"
    named = {name for name in after if f"{name}_name" in after or f"{name}_names" in after}
    shown = {field.name for field in FIELDS[change.key.kind] if field.shown}
    apart = [name for name in after if before.get(name) != after[name] and name not in named | shown]
    return ", ".join(f"{_word(name)} {_shown(before, name)} -> {_shown(after, name)}" for name in apart)


def _word(name: str) -> str:
    return name.removesuffix("_names").removesuffix("_name").replace("_", " ")


def _shown(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nobody"
    return "nothing" if value in (None, "") else str(value)

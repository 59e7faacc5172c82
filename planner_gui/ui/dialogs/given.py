"""What an edit dialog is given: the plan, what each connection can do, and whom to ask. Plain values, no widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from planner_gui.domain.edits import Capability, Edit, Fields, Item
from planner_gui.domain.entities import AccountRef, Kind
from planner_gui.domain.plan import Plan
from planner_gui.domain.wording import SERVICES
from planner_gui.ui.theme import Theme


def _as_asked(edit: Edit) -> Fields:
    return edit.after or {}


def _nothing_wrong(edit: Edit) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Given:
    """Everything a dialog knows when it opens.

    capabilities: by connection name and kind of item; a connection that is not here is not offered. preview: a small
    plan of the people that some edits touch, with the edits in it. faults: by field, what the service would refuse.
    stored: the fields as the service would keep them (it may round). All three answer at once, without a network.
    person, start, end, connection: what a new item begins with, where it is known.
    """

    plan: Plan
    capabilities: Mapping[str, Mapping[Kind, Capability]]
    today: date
    theme: Theme
    preview: Callable[[Sequence[Edit]], Plan]
    faults: Callable[[Edit], Mapping[str, str]] = field(default=_nothing_wrong)
    stored: Callable[[Edit], Fields] = field(default=_as_asked)
    person: int | None = None
    start: date | None = None
    end: date | None = None
    connection: str = ""

    def able(self, kind: Kind) -> dict[str, Capability]:
        """The connections that have this kind of item, in the order they were given."""
        return {name: kinds[kind] for name, kinds in self.capabilities.items() if kind in kinds}

    def capability(self, connection: str, kind: Kind) -> Capability:
        """What a connection can do; nothing, with the reason, where it is not known here."""
        reason = f"{connection} is not connected"
        nothing = Capability(frozenset(), create=reason, update=reason, delete=reason)
        return self.capabilities.get(connection, {}).get(kind, nothing)

    def service(self, connection: str) -> str:
        """A connection in words: "Tempo", with its own name where that says more."""
        kinds = {view.name: view.kind for view in self.plan.connections}
        kinds |= {snapshot.connection: snapshot.kind for snapshot in self.plan.snapshots}
        service = SERVICES.get(kinds.get(connection, ""), connection)
        same = connection.casefold().replace("-", " ") in (service.casefold(), kinds.get(connection, ""))
        return service if same else f"{service} \N{MIDDLE DOT} {connection}"


def account_in(plan: Plan, person: int, connection: str) -> str:
    """The key of a person's account in a connection, "" where they have none."""
    accounts = plan.people[person].accounts
    return next((account.key for account in accounts if account.connection == connection), "")


def person_of(plan: Plan, connection: str, account: str) -> int | None:
    """Whose account that is; None for nobody the plan knows."""
    wanted = AccountRef(connection, account)
    return next((number for number, person in enumerate(plan.people) if wanted in person.accounts), None)


def series_of(item: Item | None) -> int:
    """How many dates or people the record of an item stands for."""
    return 1 if item is None else item.series

"""People matching over 10,000 people: opening the dialog to its first paint, and a keystroke in its search."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from benchmarks.company import TODAY, snapshot
from benchmarks.measure import report
from planner_gui.domain.assembly import assemble
from planner_gui.domain.calendar import ScheduleRecord, WorkingTime, parse_week
from planner_gui.domain.entities import Account
from planner_gui.domain.plan import ConnectionView, Plan, Rules, State
from planner_gui.session.rules import ALWAYS

WORDS = ("okafor 12", "team 99", "lindqvist", "zielinski 7")


def plan(people: int) -> Plan:
    """Most people are joined over two services, every tenth stands alone in each."""
    one = snapshot(people, people)
    accounts = tuple(
        Account(key=str(n), name=a.name if n % 10 else f"{a.name} jr", email=a.email if n % 10 else "")
        for n, a in enumerate(one.accounts)
    )
    other = replace(snapshot(people, people, seed=2), connection="other", kind="bigtime", accounts=accounts, teams=(),
                    memberships=(), raw_chunks={})  # fmt: skip
    rules = Rules(WorkingTime(default=(ScheduleRecord(ALWAYS, (parse_week("mon-fri 8h"),)),)), ZoneInfo("UTC"))
    at = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)
    views = tuple(ConnectionView(s.connection, s.kind, State.FRESH, at) for s in (one, other))
    return assemble((one, other), views, rules, TODAY)


def main() -> None:
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    from planner_gui.ui.dialogs.people import PeopleDialog
    from planner_gui.ui.models.matching import Matching, View
    from planner_gui.ui.theme import Look, Themes

    themes = Themes(application, Look.LIGHT)
    made = plan(10_000)
    begun = time.perf_counter()
    dialog = PeopleDialog(Matching(made), themes.current)
    dialog.show()
    dialog.grab()  # its first paint, all of it
    opened = time.perf_counter() - begun
    dialog.choose_view(View.JOINED)
    keys = []
    for words in WORDS:
        for length in range(1, len(words) + 1):
            begun = time.perf_counter()
            dialog.text.setText(words[:length])
            dialog.text.grab()
            dialog.table.grab()  # what is painted anew
            keys.append(time.perf_counter() - begun)
        dialog.text.clear()
    begun = time.perf_counter()
    dialog.choose_view(View.JOINED)
    dialog.grab()
    report(
        people=len(made.people),
        open=opened * 1000,
        key=statistics.median(keys) * 1000,
        worst_key=max(keys) * 1000,
        view=(time.perf_counter() - begun) * 1000,
    )


if __name__ == "__main__":
    main()

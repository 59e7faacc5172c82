"""Every field of a BigTime task in groups of label and value, for the inspector; plain text, no request.

The field names are those of the catalogue on the vendor's task page [D]; what else the service sends is shown as it is.
"""

from __future__ import annotations

from planner_gui.sources.base import Detail
from planner_gui.sources.decode import Fields

Groups = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

TASK: Groups = (
    (
        "Task",
        (
            ("TaskNm", "Name"),
            ("FullName", "Full name"),
            ("TaskGroup", "Group"),
            ("TaskType_nm", "Type"),
            ("CurrentStatus_nm", "Status"),
            ("Priority", "Priority"),
            ("TaskId", "Place in the list"),
            ("Notes", "Notes"),
        ),
    ),
    ("People", (("AssignmentNames", "Assigned to"), ("AssignCount", "People assigned"))),
    (
        "Dates and progress",
        (("StartDt", "Start"), ("DueDt", "Due"), ("PerComp", "Complete"), ("IsArchived", "Archived")),
    ),
    (
        "Budget",
        (
            ("BudgetHours", "Hours"),
            ("BudgetFees", "Fees"),
            ("BudgetExps", "Expenses"),
            ("BudgetTotal", "Fees and expenses"),
            ("FeeOrExpense", "For time or expenses"),
            ("NoCharge", "Not charged"),
        ),
    ),
    (
        "Numbers in BigTime",
        (
            ("TaskSid", "Task"),
            ("ProjectSid", "Project"),
            ("TaskType", "Type"),
            ("CurrentStatus", "Status"),
            ("ParentSid", "Parent task"),
            ("IsSeriesMaster", "Master of a series"),
            ("MasterTaskSid", "Series master"),
            ("DefaultQBClass", "QuickBooks class"),
        ),
    ),
)
BUDGET: Groups = (
    (
        "So far",
        (
            ("HoursInput", "Hours input"),
            ("HoursBill", "Hours billable"),
            ("FeesInput", "Fees"),
            ("FeesCost", "Cost"),
            ("ExpensesInput", "Expenses"),
            ("ExpensesBillable", "Expenses billable"),
            ("TotalWip", "Not invoiced yet"),
            ("EstTotal", "Estimated in total"),  # seen in live answers only [C]
            ("InvoicedToDate", "Invoiced"),  # likewise [C]
        ),
    ),
)


def detail_of(task: Fields, budget: Fields | None) -> Detail:
    """All that is known of a task; groups and fields without a value are left out."""
    groups = [*_filled(task, TASK), *([] if budget is None else _filled(budget, BUDGET))]
    return Detail(tuple(groups))


def _filled(fields: Fields, groups: Groups) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    found = []
    for title, names in groups:
        rows = tuple((label, text) for name, label in names if (text := _shown(name, fields.value(name))))
        if rows:
            found.append((title, rows))
    return found


def _shown(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "PerComp" and isinstance(value, int | float):
        return f"{value * 100 if value <= 1 else value:g} %"
    if name in ("StartDt", "DueDt") and isinstance(value, str):
        return value[:10]
    if isinstance(value, int | float):
        return f"{value:g}" if abs(value) < 1e6 else str(value)
    return value.strip() if isinstance(value, str) else ""

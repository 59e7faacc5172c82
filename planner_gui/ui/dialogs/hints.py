"""What an allocation's dialog says below its fields: how a service will keep an amount, how many dates a series has."""

from __future__ import annotations

from datetime import date

from planner_gui.domain.edits import AMOUNTS, Fields, differing
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.recurrence import MONTHLY, NEVER, TWO_WEEKLY, WEEKLY, spans
from planner_gui.ui.dialogs.amount_fields import amount_words

RULES = {"never": NEVER, "weekly": WEEKLY, "two-weekly": TWO_WEEKLY, "monthly": MONTHLY}


def typed_item(type_: str, typed: str) -> str:
    """Something typed by its id or key, in words."""
    return f"The {type_.lower()} with the id or key {typed}, which is not planned on yet."


def kept_amount(service: str, asked: Fields, stored: Fields, way: str) -> str:
    """How the service will keep an amount, where that is not as it was asked for; way: which of AMOUNTS was typed."""
    kept = {name: stored.get(name) for name in AMOUNTS}
    if differing(Kind.ALLOCATION, kept, {name: asked.get(name) for name in AMOUNTS}):
        return f"{service} will keep {amount_words(kept)}."
    return f"{service} keeps it as {amount_words(asked)}." if asked.get(way) is None else ""


def dates(span: Span | None, repeat: str, until: date | None) -> str:
    """How many dates a series has, the first one included."""
    if repeat == "never" or span is None or until is None or until < span.start or repeat not in RULES:
        return ""
    count = len(spans(span, RULES[repeat], until, None, Span(span.start, max(until, span.end))))
    return f"{count} date{'' if count == 1 else 's'}, each as long and as much as the first."

"""A working week as text: what `init --schedule` takes, what the settings keep, and what a receipt says.

Minutes for Monday to Sunday, nothing else; whose week it is and from when on is `calendar`'s.
"""

from __future__ import annotations

import re

WEEK_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_WEEK = (0,) * 7

_DAY_MINUTES = 24 * 60
_PART = re.compile(r"(?P<first>[a-z]+)(?:\s*-\s*(?P<last>[a-z]+))?\s+(?P<time>.+)")
_TIME = re.compile(r"(?:(?P<hours>\d+(?:[.,]\d+)?)\s*h)?\s*(?:(?P<minutes>\d+)\s*(?:m|min)?)?")


def parse_week(text: str) -> tuple[int, ...]:
    """Minutes for Monday to Sunday of "mon-fri 8h", "mon-wed 8h, thu 4h", "fri 7h30"; "none" is seven zeros.

    Raises ValueError in words. A caller for whom "none" means "no schedule at all" asks for it first.
    """
    plain = text.strip().lower()
    if plain == "none":
        return NO_WEEK
    minutes: dict[int, int] = {}
    for part in plain.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"'{part.strip()}' is not days and hours, such as 'mon-fri 8h'")
        first = _day(match["first"])
        last = _day(match["last"]) if match["last"] else first
        if last < first:
            raise ValueError(f"'{match['first']}-{match['last']}' runs backwards: weeks are Monday to Sunday")
        time = _minutes(match["time"])
        for day in range(first, last + 1):
            if day in minutes:
                raise ValueError(f"{WEEK_DAYS[day]} is given twice")
            minutes[day] = time
    return tuple(minutes.get(day, 0) for day in range(7))


def _day(word: str) -> int:
    for number, day in enumerate(WEEK_DAYS):
        if word[:3] == day and _NAMES[number].startswith(word):
            return number
    raise ValueError(f"'{word}' is no weekday: use {', '.join(WEEK_DAYS)}")


def _minutes(text: str) -> int:
    match = _TIME.fullmatch(text)
    if match is None or not any(match.groups()) or (match["hours"] is None and text.strip().isdigit()):
        raise ValueError(f"'{text}' is no time: use '8h', '7h30' or '7.5h'")
    minutes = float((match["hours"] or "0").replace(",", ".")) * 60 + int(match["minutes"] or 0)
    if not minutes.is_integer():
        raise ValueError(f"'{text}' is not a whole number of minutes")
    if minutes > _DAY_MINUTES:
        raise ValueError(f"'{text}' is more than a day has")
    return int(minutes)


_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def format_week(minutes: tuple[int, ...]) -> str:
    """The text that `parse_week` reads back."""
    parts = [f"{_range(first, last)} {_compact(time)}" for first, last, time in _runs(minutes)]
    return ", ".join(parts) or "none"


def describe_week(minutes: tuple[int, ...]) -> str:
    """The week in a receipt's words: "Mon-Fri 8 h", "Mon-Wed 8 h, Thu 4 h", "no working day"."""
    parts = [f"{_range(first, last).title()} {describe_minutes(time)}" for first, last, time in _runs(minutes)]
    return ", ".join(parts) or "no working day"


def describe_minutes(minutes: int) -> str:
    """Minutes as "8 h", "7 h 30" or "-1 h 36"; less than an hour as "45 min"."""
    sign, (hours, rest) = "-" if minutes < 0 else "", divmod(abs(minutes), 60)
    if not hours and rest:
        return f"{sign}{rest} min"
    return f"{sign}{hours} h {rest:02}" if rest else f"{sign}{hours} h"


def _runs(minutes: tuple[int, ...]) -> list[tuple[int, int, int]]:
    runs: list[tuple[int, int, int]] = []
    for day, time in enumerate(minutes):
        if time and runs and runs[-1][1] == day - 1 and runs[-1][2] == time:
            runs[-1] = (runs[-1][0], day, time)
        elif time:
            runs.append((day, day, time))
    return runs


def _range(first: int, last: int) -> str:
    return WEEK_DAYS[first] if first == last else f"{WEEK_DAYS[first]}-{WEEK_DAYS[last]}"


def _compact(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}h{rest:02}" if rest else f"{hours}h"

"""Schedules and holidays from files: CSV and iCalendar text into rows, each fault with the line it stands on.

Pure parsing of text that somebody else wrote: nothing is believed, nothing is guessed, one bad row costs itself alone.
Who is meant by a name is asked of the plan's people; what is done with the rows is the caller's.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from planner_gui.domain.calendar import ScheduleRecord
from planner_gui.domain.entities import AccountRef
from planner_gui.domain.matching import folded
from planner_gui.domain.plan import Person
from planner_gui.domain.weeks import WEEK_DAYS, format_week, parse_week

MOST_BYTES = 5_000_000
MOST_ROWS = 100_000
MOST_DAYS = 366  # of one event
MOST_WEEKS = 12  # of a cycle

_WHO = ("person", "name", "who", "email", "e-mail", "account")
_FROM = ("from", "start", "date", "valid from", "since")
_WEEK = ("week", "weeks", "schedule", "working time")
_DAY = ("date", "day")
_NAME = ("name", "holiday", "title", "summary")
_SHARE = ("share", "off", "part")
_CALENDAR = ("calendar", "country", "region")
_SHARES = {"": 1.0, "whole": 1.0, "full": 1.0, "half": 0.5, "1/2": 0.5}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out. line: counted from 1, where it begins."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """Working time of one person from a date on; weeks as `parse_week` reads them, several are a cycle."""

    line: int
    accounts: tuple[AccountRef, ...]
    name: str
    start: date
    weeks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A day off. share: of the day, 0 to 1. calendar "": the default one."""

    line: int
    day: date
    share: float
    name: str
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file holds: the good rows of one kind, and the bad ones, by line."""

    schedules: tuple[ScheduleRow, ...] = ()
    holidays: tuple[HolidayRow, ...] = ()
    bad: tuple[BadRow, ...] = ()


def read_text(content: bytes) -> str:
    """The text of a file, in UTF-8 or UTF-16 with its mark. Raises ValueError in words."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"is larger than {MOST_BYTES // 1_000_000} MB: it is no list of schedules or holidays")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeError:
        raise ValueError("is not text in UTF-8: save it again as UTF-8") from None
    if "\0" in text:
        raise ValueError("is not a text file")
    return text


def parse_weeks(text: str) -> tuple[str, ...]:
    """ "mon-fri 8h", or several with " / " between them for a cycle; each as the settings keep it. ValueError."""
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > MOST_WEEKS:
        raise ValueError(f"a cycle has at most {MOST_WEEKS} weeks")
    return tuple(format_week(parse_week(part)) for part in parts)


def schedule_record(start: date, weeks: Sequence[str]) -> ScheduleRecord:
    """The record that weeks in words stand for."""
    return ScheduleRecord(start, tuple(parse_week(week) for week in weeks))


# --- CSV --------------------------------------------------------------------------------------------------------------


def of_csv(text: str, people: Sequence[Person]) -> Imported:
    """Schedules where the columns tell of weeks, else holidays. Raises ValueError as the two do."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    headings = {cell.strip(' "').casefold() for cell in re.split(r"[,;\t]", first)}
    return holidays_of_csv(text) if headings.isdisjoint((*_WEEK, *WEEK_DAYS)) else schedules_of_csv(text, people)


def schedules_of_csv(text: str, people: Sequence[Person]) -> Imported:
    """Rows with a person, a date and a week, in words ("mon-fri 8h") or as hours in columns mon to sun.

    Raises ValueError where the columns are not there.
    """
    index = _Index(people)
    good: list[ScheduleRow] = []
    bad: list[BadRow] = []
    for line, row in _rows(text, (_WHO, _FROM), "a column 'person' and a column 'from'"):
        try:
            who = index.person(_first(row, _WHO))
            weeks = _weeks(row)
            good.append(ScheduleRow(line, who.accounts, who.name, _date(_first(row, _FROM)), weeks))
        except ValueError as error:
            bad.append(BadRow(line, str(error)))
    return Imported(schedules=tuple(good), bad=tuple(bad))


def holidays_of_csv(text: str) -> Imported:
    """Rows with a date and, where given, a name, a share (whole, half, 50 %) and a calendar such as DE-BY.

    Raises ValueError where there is no column for the date.
    """
    good: list[HolidayRow] = []
    bad: list[BadRow] = []
    for line, row in _rows(text, (_DAY,), "a column 'date'"):
        try:
            share, calendar = _share(_first(row, _SHARE)), _first(row, _CALENDAR)
            good.append(HolidayRow(line, _date(_first(row, _DAY)), share, _first(row, _NAME), calendar))
        except ValueError as error:
            bad.append(BadRow(line, str(error)))
    return Imported(holidays=tuple(good), bad=tuple(bad))


def _rows(text: str, needed: Sequence[Sequence[str]], words: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line and cells by lower-case heading of each row that is not empty; the separator is seen from the headings."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    headings: list[str] = []
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not headings:
                headings = [cell.strip().casefold() for cell in cells]
                if not all(any(name in headings for name in names) for names in needed):
                    raise ValueError(f"line {line}: the first line must name the columns: {words}")
                continue
            if line > MOST_ROWS:
                raise ValueError(f"has more than {MOST_ROWS:,} lines")
            yield line, dict(zip(headings, (cell.strip() for cell in cells), strict=False))
    except csv.Error as error:
        raise ValueError(f"line {begins}: is no CSV ({error})") from None
    if not headings:
        raise ValueError(f"is empty: it must have {words}")


def _first(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _weeks(row: Mapping[str, str]) -> tuple[str, ...]:
    if text := _first(row, _WEEK):
        return parse_weeks(text)
    days = [(day, row[day]) for day in WEEK_DAYS if row.get(day)]
    if not days:
        raise ValueError("there is no week: give 'mon-fri 8h', or hours in columns mon to sun")
    parts = (f"{day} {hours}h" if re.fullmatch(r"\d+([.,]\d+)?", hours) else f"{day} {hours}" for day, hours in days)
    return (format_week(parse_week(", ".join(part.replace(",", ".") for part in parts))),)


def _date(text: str) -> date:
    for pattern in (r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"):
        if match := re.fullmatch(pattern, text):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                break
    raise ValueError(f"'{text}' is no date: use 2026-12-24 or 24.12.2026" if text else "there is no date")


def _share(text: str) -> float:
    word = text.casefold().rstrip("% ").replace(",", ".")
    if word in _SHARES:
        return _SHARES[word]
    try:
        share = float(word) / (100 if text.rstrip().endswith("%") else 1)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise ValueError(f"'{text}' is no share of a day: use whole, half or 50 %")
    return share


class _Index:
    """People by what a file may call them: e-mail address, account key, or full name where only one has it."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._found: dict[str, set[int]] = {}
        self._people = people
        for number, person in enumerate(people):
            words = [person.name, person.email, *(ref.key for ref in person.accounts)]
            words += [f"{ref.connection}:{ref.key}" for ref in person.accounts]
            for word in words:
                if word:
                    self._found.setdefault(folded(word), set()).add(number)

    def person(self, text: str) -> Person:
        """Raises ValueError where nobody or more than one is called so."""
        if not text:
            raise ValueError("there is no person")
        found = self._found.get(folded(text), set())
        if len(found) != 1:
            many = f"{len(found)} people are called '{text}': give an e-mail address"
            raise ValueError(many if found else f"nobody is called '{text}'")
        return self._people[next(iter(found))]


# --- iCalendar --------------------------------------------------------------------------------------------------------


def holidays_of_ics(text: str, years: range) -> Imported:
    """The all-day events of an iCalendar text as days off; those that repeat every year, in each of `years`.

    Timed events and other repetitions are bad rows. Raises ValueError where it is no calendar.
    """
    if "BEGIN:VCALENDAR" not in text[:1000].upper():
        raise ValueError("is no iCalendar file: it does not begin with BEGIN:VCALENDAR")
    good: list[HolidayRow] = []
    bad: list[BadRow] = []
    for line, event in _events(text):
        try:
            good += _days(line, event, years)
        except ValueError as error:
            bad.append(BadRow(line, str(error)))
        if len(good) > MOST_ROWS:
            raise ValueError(f"has more than {MOST_ROWS:,} days")
    return Imported(holidays=tuple(good), bad=tuple(bad))


def _events(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The line of BEGIN:VEVENT and the properties of each event, the first of each name."""
    event: dict[str, str] | None = None
    begun = depth = 0
    for line, content in _unfolded(text):
        head, _, value = content.partition(":")
        name = head.partition(";")[0].strip().upper()
        if name == "BEGIN" and value.strip().upper() == "VEVENT":
            event, begun, depth = {}, line, 0
        elif event is None:
            continue
        elif name in ("BEGIN", "END") and value.strip().upper() != "VEVENT":
            depth += 1 if name == "BEGIN" else -1  # an alarm has dates of its own
        elif name == "END":
            yield begun, event
            event = None
        elif not depth:
            event.setdefault(name, value.strip())
    if event is not None:
        yield begun, {**event, "CUT": "1"}


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Content lines with the number of their first line (RFC 5545, 3.1)."""
    held, begun = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line[:1] in (" ", "\t") and begun:
            held += line[1:]
            continue
        if begun:
            yield begun, held
        held, begun = line, number
    if begun:
        yield begun, held


def _days(line: int, event: Mapping[str, str], years: range) -> list[HolidayRow]:
    name = re.sub(r"\\([\\;,nN])", lambda m: " " if m[1] in "nN" else m[1], event.get("SUMMARY", ""))
    if "CUT" in event:
        raise ValueError("the file ends inside this event")
    if event.get("STATUS", "").upper() == "CANCELLED":
        raise ValueError(f"'{name}' is cancelled")
    start = _ics_date(event.get("DTSTART", ""), name)
    end = _ics_date(event["DTEND"], name) if "DTEND" in event else start + timedelta(days=1)
    length = max(1, (end - start).days)  # the end is exclusive; some write the day itself
    if length > MOST_DAYS or end < start:
        raise ValueError(f"'{name}' is {'longer than a year' if length > MOST_DAYS else 'over before it begins'}")
    starts = [start]
    if rule := event.get("RRULE", ""):
        starts = _yearly(start, rule, name, years)
    return [HolidayRow(line, first + timedelta(days=n), 1.0, name) for first in starts for n in range(length)]


def _yearly(start: date, rule: str, name: str, years: range) -> list[date]:
    """The dates of an event that comes every year, as far as `years` goes."""
    parts = dict(part.upper().split("=", 1) for part in rule.split(";") if "=" in part)
    same = {"BYMONTH": str(start.month), "BYMONTHDAY": str(start.day), "INTERVAL": "1"}
    odd = [key for key in parts if key not in ("FREQ", "UNTIL", "COUNT", "WKST") and same.get(key) != parts[key]]
    if parts.get("FREQ") != "YEARLY" or odd:
        raise ValueError(f"'{name}' repeats in a way that is not understood ({rule}): enter its days by hand")
    until = _ics_date(parts["UNTIL"][:8], name) if "UNTIL" in parts else date(years.stop, 1, 1)
    found = []
    count = int(parts["COUNT"]) if parts.get("COUNT", "").isdigit() else years.stop - start.year
    for year in range(start.year, min(start.year + count, years.stop)):
        try:
            day = start.replace(year=year)
        except ValueError:  # 29 February
            continue
        if day <= until and (year >= years.start or day == start):
            found.append(day)
    return found


def _ics_date(text: str, name: str) -> date:
    match = re.fullmatch(r"(\d{4})(\d{2})(\d{2})(T000000Z?)?", text)
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        match = None
    if re.match(r"\d{8}T", text):
        raise ValueError(f"'{name}' is not all day")
    raise ValueError(f"'{name}' has no date" if not text else f"'{name}': '{text}' is no date")

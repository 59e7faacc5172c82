"""BigPicture's absences as fields and back: five body fields, an identity made of person and start. No request here.

[D] docs of the absence endpoints, [I] that answers have the fields of the request (vendors.md 1.4, 5, 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner_gui.domain.edits import Capability, Fields, Item, ItemKey, Value, blank
from planner_gui.domain.entities import Kind
from planner_gui.sources.base import Connection
from planner_gui.sources.bigpicture_records import ABSENCE_TYPES, absence_of, absence_type
from planner_gui.sources.edit_rules import Json, Rules, faults_of, laid_over, number, record, text
from planner_gui.sources.gathering import is_segment

LONGEST_COMMENT = 449  # characters [D]
SHARES = ("100", "50")  # percent of each day [D]
_RULES = Rules("BigPicture", closed=frozenset({"type", "percent"}))
_READ_ONLY = "BigPicture's public interface only shows assignments; change the task in Jira or BigPicture"


class BigPictureVocabulary:
    """The language of a bigpicture connection: absences are written, task assignments are not."""

    capabilities: Mapping[Kind, Capability] = {
        Kind.ABSENCE: Capability(
            frozenset({"account", "start", "end", "type", "percent", "comment"}),
            choices={"type": ABSENCE_TYPES, "percent": SHARES},
            longest={"comment": LONGEST_COMMENT},
        ),
        Kind.TASK: Capability(frozenset(), create=_READ_ONLY, update=_READ_ONLY, delete=_READ_ONLY),
    }
    volatile: frozenset[str] = frozenset()

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def item(self, key: ItemKey, raw: bytes, accounts: Sequence[str] = ()) -> Item:
        """An absence by its record; whose it is stands in its id alone. A task's fields are not told: none is kept."""
        if key.kind is not Kind.ABSENCE:
            return Item(key, blank(key.kind), raw)
        account = key.external_id.rpartition("@")[0] or next(iter(accounts), "")
        return Item(key, fields_of(raw, account), raw)

    def stored(self, kind: Kind, fields: Fields) -> Fields:
        """Known types in the spelling with spaces, the comment without blanks around it."""
        if kind is not Kind.ABSENCE:
            return fields
        percent = fields.get("percent")
        kept: dict[str, Value] = {
            "type": absence_type(text(fields.get("type"))),
            "comment": text(fields.get("comment")),
        }
        if isinstance(percent, int | float):
            kept["percent"] = number(percent)
        return {**fields, **kept}

    def faults(self, kind: Kind, fields: Fields, before: Fields | None = None) -> Mapping[str, str]:
        """That two absences of a person overlap is not seen here: it takes the others to know."""
        capability = self.capabilities[kind]
        if kind is not Kind.ABSENCE:
            return {"type": capability.update}
        old = None if before is None else self.stored(kind, before)
        found = faults_of(_RULES, kind, capability, self.stored(kind, fields), old)
        account = text(fields.get("account"))
        if "account" not in found and not is_segment(account):
            found["account"] = "is no account of BigPicture"
        if before is not None and account != text(before.get("account")):
            found["account"] = "BigPicture cannot give an absence to somebody else; delete it and create it there"
        return found


def fields_of(raw: bytes, account: str) -> dict[str, Value]:
    """A record as fields; raises Unreadable."""
    absence = absence_of(raw, account, "")
    return {
        "account": account,
        "start": absence.start.isoformat(),
        "end": absence.end.isoformat(),
        "type": absence.type,
        "percent": number(absence.percent),
        "comment": absence.comment,
    }


def body_of(fields: Fields, current: bytes = b"") -> Json:
    """What is sent: the five documented fields over whatever else the record holds (W10)."""
    new = {
        "startDate": fields["start"],
        "endDate": fields["end"],
        "absenceType": absence_type(text(fields.get("type"))),
        "comment": text(fields.get("comment")),
        "percentageUnavailability": fields.get("percent"),
    }
    # Under these names the answer may have had them (vendors.md 7).
    return laid_over(record(current) if current else {}, new, drop=("start", "end", "type", "percentage"))


def id_of(account: str, start: object) -> str:
    """How an absence is named here (docs/cli.md)."""
    return f"{account}@{start}"

"""What a service can be told, as protocols: the fields it takes, one look, one read, one write (W4 to W13).

An adapter that writes translates between a service's records and the fields of `domain.edits`, sends once, and says by
the error's type how far a failed write can have come; what follows from that is the session's `push`, which knows no
service. Reading protocols are in `base`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from planner_gui.domain.edits import Capability, Fields, Item, ItemKey, differing
from planner_gui.domain.entities import Kind
from planner_gui.sources.base import Connection

__all__ = ["Capability", "Found", "SupportsEdits", "Vocabulary", "really_changed", "vocabulary"]


@dataclass(frozen=True, slots=True)
class Found:
    """One object as the service has it now. creator: its author's account where the service tells, else ""."""

    external_id: str
    fields: Fields
    raw: bytes
    creator: str = ""
    series: int = 1


class Vocabulary(Protocol):
    """A kind of connection's language, without a network: for dialogs, for comparing, and offline.

    All methods are pure. `capabilities` has an entry for every kind of item the service has, also where it cannot be
    edited (then with reasons). `item` reads the service's own record; accounts: those of the plan's rows of the item,
    for records that do not name them; raises Unreadable. `stored` gives the fields as the service would keep them
    (rounding, units, spelling: W12's normalisation), so that `differing(kind, stored(a), stored(b))` is the one
    comparison there is. `faults` says by field what the service would refuse, in words: {"percent": "BigPicture takes
    50 or 100"}; empty where nothing is wrong. volatile: top-level names of the raw record that change by themselves
    (`updated`, links, totals); two raw records are equal without them (4.3).
    """

    capabilities: Mapping[Kind, Capability]
    volatile: frozenset[str]

    def item(self, key: ItemKey, raw: bytes, accounts: Sequence[str] = ()) -> Item: ...

    def stored(self, kind: Kind, fields: Fields) -> Fields: ...

    def faults(self, kind: Kind, fields: Fields, before: Fields | None = None) -> Mapping[str, str]: ...


@runtime_checkable
class SupportsEdits(Protocol):
    """A source that writes. All methods raise SourceErrors.

    `look` is the narrow list of W5: the objects of the same person (or team), the same item where there is one, and
    dates a day wider than those of `fields`; complete or an error. `fetch` reads one object by its id, None where it is
    gone (404 or 410; a BigPicture absence: not in the person's complete list, which is the best proof there is; 4.4).

    Some services keep a value in two ways (a commitment of 50 percent that is four hours a day; a type by number and by
    name). `look` tells it the way `fields` has it; `fetch` the way `like` has it, so that what was meant can be
    compared with what was written; without `like` as `Vocabulary.item` does, which is the way of the base.

    `create`, `update`, `delete` send once and never retry. What they raise is evidence (4.2): NotSent (nothing left),
    RateLimited (429 alone: not processed), CredentialRefused (401), Forbidden, NotFound, NotOffered, RequestRefused
    (refused for good); every other SourceError, and being cancelled, means that nobody knows. An answer without use
    is no error: they return None or "" and the caller reads back (N7, W16).

    create returns the new object's external id, "" where the answer does not tell. update writes `fields` (all of
    them) over `current`, unknown fields carried; `changed` names those the user changed; it returns the object's
    external id afterwards (a BigPicture absence that moved has another). A source may have an `account`: what the
    service calls the owner of the credential where it says who made a record, "" where that is not known beforehand.
    """

    async def look(self, kind: Kind, fields: Fields) -> Sequence[Found]: ...

    async def fetch(self, key: ItemKey, like: Fields | None = None) -> Found | None: ...

    async def create(self, kind: Kind, fields: Fields) -> str: ...

    async def update(self, kind: Kind, current: Found, fields: Fields, changed: frozenset[str]) -> str: ...

    async def delete(self, kind: Kind, current: Found) -> None: ...


def really_changed(language: Vocabulary, kind: Kind, before: Fields, after: Fields) -> frozenset[str]:
    """The fields that a write has to change: a rounding of what nobody touched is no change (W12)."""
    return differing(kind, language.stored(kind, before), language.stored(kind, after))


def vocabulary(connection: Connection) -> Vocabulary:
    """The language of a connection's service. Raises KeyError for an unknown kind."""
    # Imported when used: a window of one service should not pay for five.
    match connection.kind:
        case "bigpicture":
            from planner_gui.sources.bigpicture_edits import BigPictureVocabulary

            return BigPictureVocabulary(connection)
        case "tempo":
            from planner_gui.sources.tempo_edits import TempoVocabulary

            return TempoVocabulary(connection)
        case "tempo-cloud":
            from planner_gui.sources.tempo_cloud_edits import TempoCloudVocabulary

            return TempoCloudVocabulary(connection)
        case "worktime":
            from planner_gui.sources.worktime_edits import WorkTimeVocabulary

            return WorkTimeVocabulary(connection)
        case "bigtime":
            from planner_gui.sources.bigtime_edits import BigTimeVocabulary

            return BigTimeVocabulary(connection)
    raise KeyError(connection.kind)

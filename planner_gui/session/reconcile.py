"""What a look says of a write whose answer was lost: it arrived, it did not, or nobody can tell (W5, W6).

Pure: what was found goes in, a verdict comes out. A create is never sent again from here, and somebody else's record is
never taken for one's own without asking.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from planner_gui.domain.changes import Change, State
from planner_gui.domain.edits import Do
from planner_gui.domain.entities import Kind
from planner_gui.session.comparing import concerns, differs, kept_instead, same_record, told
from planner_gui.sources.writing import Found, Vocabulary

PATIENCE = 15 * 60.0  # seconds of looking before "may not have arrived" is asked (W6)
LAG = 60.0  # seconds that a list may be behind what its service has answered
ENOUGH_LOOKS = 3  # successful ones
STRAY = timedelta(days=1)  # how long an earlier sending may still arrive beside the one that is done


class Answer(Enum):
    """What a look says."""

    ARRIVED = "arrived"  # `found` is what came of it; None: it is gone, as meant
    ABSENT = "absent"  # nothing of it is there (a create), or what was there before still is
    ASK = "ask"  # `question` says what the user has to decide
    CLASH = "clash"  # the item is neither as it was nor as it was meant


@dataclass(frozen=True, slots=True)
class Verdict:
    """found: the record it is about. candidates: how many there are."""

    answer: Answer
    found: Found | None = None
    candidates: int = 0
    question: str = ""


def of_create(
    change: Change, seen: Sequence[Found], vocabulary: Vocabulary, *, authors: Collection[str], taken: Collection[str]
) -> Verdict:
    """A create: the records that were not there before any of its attempts, by their normalised content (4.2.6).

    authors: what the service calls the owner of the credential, none where unknown. taken: ids that other changes have
    made or adopted.
    """
    before = {external_id for attempt in change.attempts for external_id in attempt.baseline} | set(taken)
    new = [found for found in seen if found.external_id not in before]
    meant = change.after or {}
    different = {f.external_id: differs(change.key.kind, meant, f.fields, vocabulary) for f in new}
    equal = [found for found in new if not different[found.external_id]]
    others = [found for found in new if different[found.external_id] and not _foreign(found, authors)]
    if len(equal) == 1 and not _foreign(equal[0], authors):
        return Verdict(Answer.ARRIVED, equal[0], 1)
    if len(equal) == 1:
        question = f"an equal one is there ({equal[0].external_id}), but {equal[0].creator} made it: is it yours?"
    elif equal:
        listed = ", ".join(found.external_id for found in equal)
        question = f"{len(equal)} equal ones are there ({listed}): keep one?"
    elif others:
        what = kept_instead(change.key.kind, meant, others[0].fields, different[others[0].external_id])
        question = f"a new one is there ({others[0].external_id}) with {what}: is it yours?"
    else:
        return Verdict(Answer.ABSENT)
    return Verdict(Answer.ASK, (equal or others)[0], len(equal or others), question)


def of_update(
    change: Change, current: Found | None, moved: Sequence[Found], vocabulary: Vocabulary, *, key_moves: bool
) -> Verdict:
    """An update: the item as it was meant, as it was before, or neither (4.3).

    current: told the way that was meant, as `fetch` does with `like`.

    moved: what else is there where the item may have gone, for services that name it by content (BigPicture's
    absences): then done means that the new one is there and the old one is not.
    """
    kind, meant = change.key.kind, change.after or {}
    elsewhere = [f for f in moved if f.external_id != change.key.external_id] if key_moves else []
    arrived = [found for found in elsewhere if not differs(kind, meant, found.fields, vocabulary)]
    before = None if current is None else as_read(current, change, vocabulary)
    if current is None or before is None:
        if len(arrived) == 1:
            return Verdict(Answer.ARRIVED, arrived[0], 1)
        return Verdict(Answer.CLASH)
    if not differs(kind, meant, current.fields, vocabulary):
        return Verdict(Answer.ARRIVED, current, 1)
    if not arrived and _as_before(change, before, vocabulary):
        return Verdict(Answer.ABSENT, before)
    return Verdict(Answer.CLASH, before, len(arrived))


def of_delete(change: Change, current: Found | None, vocabulary: Vocabulary) -> Verdict:
    """A delete: gone, still as the user saw it, or something else under the same name (4.4)."""
    if current is None:
        return Verdict(Answer.ARRIVED)
    if _as_before(change, current, vocabulary):
        return Verdict(Answer.ABSENT, current)
    return Verdict(Answer.CLASH, current)


def wants_a_look(change: Change, now: datetime) -> bool:
    """Whether a sync looks at the service for this change: its answer was lost, or it may come twice (W5, 4.2.7)."""
    return change.state is State.UNKNOWN or may_come_twice(change, now)


def may_come_twice(change: Change, now: datetime) -> bool:
    """Whether a create was sent again by the user and is done: the sending before may still arrive (4.2.7)."""
    sent_again = change.do is Do.CREATE and change.state is State.DONE and len(change.attempts) > 1
    return sent_again and not change.asked and now - change.state_at < STRAY


def came_as_well(
    change: Change, seen: Sequence[Found], vocabulary: Vocabulary, *, authors: Collection[str], taken: Collection[str]
) -> Found | None:
    """The other record that an earlier sending of a done create made; None where there is none, or none of ours."""
    before = {external_id for attempt in change.attempts for external_id in attempt.baseline} | {change.result, *taken}
    for found in seen:
        new = found.external_id not in before and not _foreign(found, authors)
        if new and not differs(change.key.kind, change.after or {}, found.fields, vocabulary):
            return found
    return None


def already_there(
    change: Change, seen: Sequence[Found], vocabulary: Vocabulary, changes: Sequence[Change]
) -> Found | None:
    """A record equal to a create that was not sent yet: a colleague's, or one's own; a twin is neither (4.5)."""
    own = twins(change, changes)
    for found in seen:
        if found.external_id not in own and not differs(change.key.kind, change.after or {}, found.fields, vocabulary):
            return found
    return None


def overlapping(change: Change, seen: Sequence[Found]) -> Found | None:
    """An absence in the way of this one, other than itself; None for every other kind."""
    fields = change.after or {}
    if change.key.kind is not Kind.ABSENCE:
        return None
    start, end = str(fields.get("start")), str(fields.get("end"))
    for found in seen:
        theirs = found.fields
        same = theirs.get("account") == fields.get("account") and found.external_id != change.key.external_id
        if same and str(theirs.get("start")) <= end and start <= str(theirs.get("end")):
            return found
    return None


def dates_differ(change: Change) -> bool:
    """Whether an absence gets dates, or a person, that another one may have already."""
    if change.key.kind is not Kind.ABSENCE:
        return False
    before, after = change.before or {}, change.after or {}
    return any(before.get(name) != after.get(name) for name in ("account", "start", "end"))


def key_moves(change: Change) -> bool:
    """Whether an update gives the item another name: an absence has no id, its person and start are its name (4.1)."""
    if change.key.kind is not Kind.ABSENCE or change.do is not Do.UPDATE:
        return False
    before, after = change.before or {}, change.after or {}
    return any(before.get(name) != after.get(name) for name in ("account", "start"))


def made_by_others(change: Change, changes: Sequence[Change]) -> frozenset[str]:
    """Ids of records that other changes of the connection made: never a candidate for this one."""
    return frozenset(
        other.result
        for other in changes
        if other.id != change.id
        and other.result
        and other.key.connection == change.key.connection
        and other.key.kind is change.key.kind
    )


def twins(change: Change, changes: Sequence[Change]) -> frozenset[str]:
    """Ids of records that were still pending beside this create when it was planned: two equal ones are meant."""
    return frozenset(
        other.result
        for other in changes
        if other.id != change.id
        and other.do is Do.CREATE
        and other.state is State.DONE
        and other.result
        and other.key.connection == change.key.connection
        and other.state_at >= change.at
    )


def before_it(change: Change, changes: Sequence[Change]) -> Change | None:
    """The change of the same item that has to be over first (W14)."""
    for other in changes:
        earlier = other.id != change.id and other.seq < change.seq
        if earlier and other.open and (concerns(other, change.key) or other.id == change.key.external_id):
            return other
    return None


def waiting_on(change: Change, changes: Sequence[Change]) -> list[Change]:
    """The open changes of the same item that come after it."""
    return [
        other
        for other in changes
        if other.id != change.id
        and other.seq > change.seq
        and other.open
        and (concerns(change, other.key) or other.key.external_id == change.id)
    ]


def as_read(found: Found, change: Change, vocabulary: Vocabulary) -> Found:
    """A record told the way of the base, for a service that keeps a value in two ways; as it is where it cannot be."""
    fields = told(change, change.key, found.raw, vocabulary)
    return found if fields is None else replace(found, fields=fields)


def _foreign(found: Found, authors: Collection[str]) -> bool:
    """Made by somebody else, as far as both are known."""
    known = {author.casefold() for author in authors if author}
    return bool(found.creator and known and found.creator.casefold() not in known)


def _as_before(change: Change, current: Found, vocabulary: Vocabulary) -> bool:
    if differs(change.key.kind, change.before or {}, current.fields, vocabulary):
        return False
    return same_record(change.raw, current.raw, vocabulary.volatile)

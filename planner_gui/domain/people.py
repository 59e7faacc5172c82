"""Who there is, as `matching` found it, and what it was made from: joining 10,000 people at every start is waste.

Nothing here decides who is whom. A kept result is used only where the fingerprint of what it was made from is the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.plan import Person, Rules
from planner_gui.domain.snapshot import Snapshot

_VERSION = "people 2"  # changes with the rules, so that a newer program matches anew
_ACCOUNT = attrgetter("key", "name", "email", "atlassian", "platform", "title")


@dataclass(frozen=True, eq=False)
class People:
    """The people of a workspace, by name.

    account_person: for each connection, in the order of the snapshots, int32[accounts]: index into persons, -1 for an
    account of somebody hidden.
    """

    persons: tuple[Person, ...]
    account_person: tuple[NDArray[np.int32], ...]


def fingerprint(snapshots: Sequence[Snapshot], rules: Rules, today: date) -> str:
    """A text that is the same only where `match` would find the same people with the same names and teams.

    Known ids are no part of it: the kept people carry the ids themselves.
    """
    digest = hashlib.blake2b(digest_size=16)

    def put(texts: Iterable[str]) -> None:
        digest.update("\0".join(texts).encode("utf-8", "surrogatepass"))
        digest.update(b"\1")

    put([_VERSION, today.isoformat()])
    for snapshot in snapshots:
        put([snapshot.connection, snapshot.kind, rules.sites.get(snapshot.connection, "")])
        put(chain.from_iterable(map(_ACCOUNT, snapshot.accounts)))
        put(chain.from_iterable((team.key, team.name) for team in snapshot.teams))
        put(chain.from_iterable((m.team, m.account, f"{m.start} {m.end}") for m in snapshot.memberships))
    for decision in rules.decisions:
        put([decision.action, *chain.from_iterable(decision.accounts)])
    put(chain.from_iterable((*ref, name) for ref, name in sorted(rules.names.items())))
    return digest.hexdigest()

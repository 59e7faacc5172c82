"""What the user decides of accounts, as changes of the settings: join, keep apart, hide, rename, and taking that back.

Pure functions from settings to settings, for `Workspace.configure`; what follows from a decision is `matching`'s, and
no sync ever writes one (capacity.md, People 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product

from planner_gui.domain.entities import AccountRef
from planner_gui.domain.plan import Decision
from planner_gui.session.workspace_file import Configuration

Accounts = Sequence[AccountRef]
Change = Callable[[Configuration], Configuration]


def joined(groups: Iterable[Accounts]) -> Change:
    """All of these accounts are one person, whatever was said of any two of them before."""
    accounts = tuple(sorted({account for group in groups for account in group}))

    def change(settings: Configuration) -> Configuration:
        kept = tuple(each for each in settings.decisions if not _is_within(each, accounts, ("join", "apart")))
        return replace(settings, decisions=(*kept, Decision("join", accounts)))

    return change


def kept_apart(some: Accounts, others: Accounts) -> Change:
    """Nobody of `some` is anybody of `others`; within each of the two nothing is said."""
    pairs = [(min(pair), max(pair)) for pair in product(some, others) if pair[0] != pair[1]]

    def change(settings: Configuration) -> Configuration:
        kept = [each for each in settings.decisions if not any(_is_within(each, pair, ("join",)) for pair in pairs)]
        new = [Decision("apart", pair) for pair in pairs]
        return replace(settings, decisions=(*(each for each in kept if each not in new), *new))

    return change


def hidden(accounts: Accounts) -> Change:
    """The person of these accounts is no longer shown, nor counted in any total."""
    decision = Decision("hide", tuple(sorted(accounts)))

    def change(settings: Configuration) -> Configuration:
        kept = tuple(each for each in settings.decisions if not _is_within(each, accounts, ("hide",)))
        return replace(settings, decisions=(*kept, decision))

    return change


def named(accounts: Accounts, name: str) -> Change:
    """The person of these accounts is called so; "" for what the services say."""
    name = " ".join(name.split())

    def change(settings: Configuration) -> Configuration:
        names = {ref: given for ref, given in settings.names.items() if ref not in accounts}
        return replace(settings, names={**names, min(accounts): name} if name else names)

    return change


def taken_back(what: Decision | AccountRef) -> Change:
    """Without a decision, or without the name given to an account."""

    def change(settings: Configuration) -> Configuration:
        if isinstance(what, Decision):
            return replace(settings, decisions=tuple(each for each in settings.decisions if each != what))
        return replace(settings, names={ref: name for ref, name in settings.names.items() if ref != what})

    return change


def as_decided(earlier: Configuration) -> Change:
    """Everything decided of people as it was in earlier settings; all else stays as it is now."""
    return lambda settings: replace(settings, decisions=earlier.decisions, names=earlier.names)


def _is_within(decision: Decision, accounts: Iterable[AccountRef], actions: tuple[str, ...]) -> bool:
    """Whether a decision is of one of these kinds, and of these accounts alone: then the new one says it all."""
    return decision.action in actions and set(decision.accounts) <= set(accounts)

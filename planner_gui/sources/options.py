"""What `connect --option KEY=VALUE` and `--url` may say (docs/cli.md); wrong ones are a UsageError, nothing is sent."""

from __future__ import annotations

from planner_gui.domain.errors import UsageError
from planner_gui.sources.address import checked_base
from planner_gui.sources.base import Connection

SITE = "site"  # any kind may say which Jira site its accounts live in (docs/capacity.md, People 2)


def accept_only(connection: Connection, *names: str) -> None:
    """Raise UsageError for an option that this kind of connection does not have; `names` and `site` it has."""
    known = (*names, SITE)
    for name in connection.options:
        if name not in known:
            raise UsageError(
                f"a {connection.kind} connection has no option {name}",
                subject=connection.name,
                advice=f"It has {', '.join(known)}.",
            )


def one_of(connection: Connection, name: str, default: str, *others: str) -> str:
    """The value of an option that is one of a few words; UsageError for any other."""
    value = connection.options.get(name, default) or default
    if value not in (default, *others):
        raise UsageError(
            f"the option {name} cannot be {value}",
            subject=connection.name,
            advice=f"Use one of {', '.join((default, *others))}.",
        )
    return value


def listed(connection: Connection, name: str) -> tuple[str, ...]:
    """The entries of an option that is a list, `teams=5,7`; () where it is not set, UsageError where it is empty."""
    if name not in connection.options:
        return ()
    entries = tuple(entry for part in connection.options[name].split(",") if (entry := part.strip()))
    if not entries:
        raise UsageError(
            f"the option {name} is empty", subject=connection.name, advice=f"Leave {name} out to read all."
        )
    return entries


def jira_address(connection: Connection) -> str:
    """The Jira address of a Data Center connection; a REST base is cut back to it (docs/cli.md, `--url`).

    Raises UsageError where there is none, OriginRefused for one that N3 refuses.
    """
    if not connection.url.strip():
        raise UsageError(
            f"a {connection.kind} connection needs an address",
            subject=connection.name,
            advice="Say --url with the address of your Jira.",
        )
    return checked_base(connection.url, cut=("/rest",), connection=connection.name)

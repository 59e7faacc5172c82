"""The teams of BigPicture's boxes and the people in them, with a wrong box id among them or not."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from functools import partial

from planner_gui.domain.entities import Account, Membership, NotReadable, Team
from planner_gui.domain.errors import Forbidden, NotFound, SourceError
from planner_gui.sources.bigpicture_access import Access
from planner_gui.sources.bigpicture_records import Box, team_of
from planner_gui.sources.decode import Unreadable, listing
from planner_gui.sources.gathering import Gathering, breathe
from planner_gui.sources.parallel import in_order

BOXES_A_REQUEST = 40  # boxIds is repeated in the address (seed 000), whose length servers limit
MISSING = (Forbidden, NotFound)


class Teams:
    """Reads teams by one access; connection: its name, for messages."""

    def __init__(self, access: Access, connection: str) -> None:
        self._access = access
        self._connection = connection

    async def of(self, boxes: Sequence[Box], gathering: Gathering) -> dict[str, Account]:
        """Gather the teams of the boxes, and return the people in them by key.

        A wrong box id makes a request fail as a whole: then each box is asked singly, and those that fail are not
        readable. Raises the failure where not one box can be read: nothing may look like "no teams" (C8).
        """
        accounts: dict[str, Account] = {}
        teams: dict[str, Team] = {}
        members: dict[Membership, None] = {}
        failures: list[SourceError] = []
        chunks = [boxes[start : start + BOXES_A_REQUEST] for start in range(0, len(boxes), BOXES_A_REQUEST)]
        async with aclosing(in_order(partial(self._team_answers, chunk) for chunk in chunks)) as answers:
            async for answer in answers:
                for box, body in answer:
                    if isinstance(body, SourceError):
                        failures.append(body)
                        gathering.not_readable.append(not_readable(f"box/{box}", f"box {box}", body))
                    else:
                        await self._take_teams(body, gathering, teams, members, accounts)
        if failures and len(failures) == len(boxes):
            raise failures[0]
        gathering.teams.extend(teams.values())
        gathering.memberships.extend(members)
        return accounts

    async def _team_answers(self, boxes: Sequence[Box]) -> list[tuple[str, bytes | SourceError]]:
        """The answer for these boxes together, else for each of them, with what kept it from being read."""
        try:
            return [("", await self._ask_teams(boxes))]
        except MISSING as error:
            if len(boxes) == 1:
                return [(boxes[0].id, error)]
        answers: list[tuple[str, bytes | SourceError]] = []
        for box in boxes:
            try:
                answers.append((box.id, await self._ask_teams([box])))
            except MISSING as error:
                answers.append((box.id, error))
        return answers

    async def _ask_teams(self, boxes: Sequence[Box]) -> bytes:
        subject = f"teams of {boxes[0].id}" if len(boxes) == 1 else "teams"
        return await self._access.get("teams", params=[("boxIds", box.id) for box in boxes], subject=subject)

    async def _take_teams(
        self,
        body: bytes,
        gathering: Gathering,
        teams: dict[str, Team],
        members: dict[Membership, None],
        accounts: dict[str, Account],
    ) -> None:
        for count, raw in enumerate(listing(body, "teams", subject="teams", connection=self._connection).records):
            await breathe(count)
            try:
                read = team_of(raw)
            except Unreadable as error:
                gathering.misread("team", error, raw)
                continue
            teams.setdefault(read.team.key, read.team)
            members.update(dict.fromkeys(read.memberships))
            gathering.not_understood.extend(read.misread)
            for account in read.accounts:
                know(account, accounts)


def know(account: Account, accounts: dict[str, Account]) -> None:
    """Add a person, or complete a known one by name and e-mail."""
    known = accounts.get(account.key)
    if known is None:
        accounts[account.key] = account
    elif (account.name and not known.name) or (account.email and not known.email):
        accounts[account.key] = Account(
            key=known.key,
            name=known.name or account.name,
            email=known.email or account.email,
            atlassian=known.atlassian,
            platform=known.platform,
        )


def not_readable(resource: str, what: str, error: SourceError) -> NotReadable:
    """A resource that answered 403 or 404, with the reason in words."""
    return NotReadable(resource=resource, what=what, reason=error.what)

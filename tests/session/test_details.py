"""What a service knows of one item besides its list: asked for once, with the connection's secret, kept nowhere."""

from __future__ import annotations

import asyncio
import importlib
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest

from planner_gui.domain.errors import Forbidden, PlannerError, SecretError
from planner_gui.session.details import KINDS, Details
from planner_gui.session.workspace import Workspace
from planner_gui.sources import base
from planner_gui.sources.base import Connection, Context, Detail
from tests.session.fakes import TODAY, FakeSecrets

FIRM = Connection("bigtime", "bigtime")
BUDGET = Detail((("Budget", (("Hours", "24"),)),))


@dataclass
class Firm:
    """A service that answers `detail`, and what it was asked."""

    error: PlannerError | None = None
    hands_out: str = ""
    asked: list[tuple[str, bytes, str]] = field(default_factory=list)
    closed: int = 0
    connection: Connection = FIRM

    def open(self, connection: Connection, secret: str, context: Context) -> Firm:
        self.secret, self.context = secret, context
        return self

    async def detail(self, raw: bytes, external_id: str) -> Detail:
        self.asked.append((self.secret, raw, external_id))
        if self.hands_out and self.context.save_secret:
            self.context.save_secret(self.hands_out)
        if self.error is not None:
            raise self.error
        return BUDGET

    async def close(self) -> None:
        self.closed += 1


def ask(workspace: Workspace, firm: Firm, secrets: FakeSecrets | None = None) -> Detail:
    context = Context(today=TODAY, zone=ZoneInfo("UTC"))
    details = Details(workspace, secrets or FakeSecrets(), open_source=firm.open, context=context)  # type: ignore[arg-type]
    return asyncio.run(details.of(FIRM, b"{}", "7001"))


def test_a_detail_is_asked_with_the_secret_and_its_connection_is_closed(workspace: Workspace) -> None:
    firm = Firm()
    assert ask(workspace, firm) == BUDGET
    assert firm.asked == [("token", b"{}", "7001")]
    assert firm.context.zone == workspace.plan.rules.zone
    assert firm.closed == 1


def test_a_service_that_refuses_is_closed_too_and_says_why(workspace: Workspace) -> None:
    firm = Firm(error=Forbidden("you lack the right", connection="bigtime"))
    with pytest.raises(Forbidden, match="you lack the right"):
        ask(workspace, firm)
    assert firm.closed == 1


def test_without_a_token_nothing_is_asked(workspace: Workspace) -> None:
    firm = Firm()
    with pytest.raises(SecretError, match="no token"):
        ask(workspace, firm, FakeSecrets(bigtime=None))
    assert firm.asked == []


def test_A9_a_session_that_the_service_hands_out_is_stored(workspace: Workspace) -> None:
    secrets = FakeSecrets()
    ask(workspace, Firm(hands_out="new session"), secrets)
    assert secrets.stored == {"bigtime": "new session"}


def test_exactly_these_adapters_know_more_than_their_lists() -> None:
    adapters = {
        "bigpicture": "BigPicture",
        "tempo": "Tempo",
        "tempo-cloud": "TempoCloud",
        "worktime": "WorkTime",
        "bigtime": "BigTime",
    }
    assert set(adapters) == set(base.KINDS)
    modules = {kind: importlib.import_module(f"planner_gui.sources.{kind.replace('-', '_')}") for kind in adapters}
    assert {kind for kind, name in adapters.items() if hasattr(getattr(modules[kind], name), "detail")} == KINDS

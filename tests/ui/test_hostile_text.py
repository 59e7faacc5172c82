"""FC11 in the window: text that is meant to do harm, in every place that shows it (U1, U2, U3, U5).

Each payload stands in every field that a service, a user or a file fills; then everything that shows it is opened,
painted and read back. It must show itself, act as no markup, move no letter, and no file may be opened for it.
"""

from __future__ import annotations

import ctypes
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QHelpEvent, QTextDocument
from PySide6.QtGui import Qt as Text
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QListWidget,
    QMenu,
    QTableView,
    QToolTip,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from planner_gui.domain.changes import Change
from planner_gui.domain.changes import State as ChangeState
from planner_gui.domain.checks import findings
from planner_gui.domain.edits import Do, ItemKey, blank
from planner_gui.domain.entities import Kind
from planner_gui.domain.plan import Plan, State
from planner_gui.domain.snapshot import day_number
from planner_gui.session.notices import Action, Notice, Severity
from planner_gui.ui.panels.go_to import GoToDate
from planner_gui.ui.search import Index
from planner_gui.ui.text import LONGEST, visible
from planner_gui.ui.theme import Look, Themes
from planner_gui.ui.timeline import spoken
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH
from planner_gui.ui.timeline.groups import Filter, Grouping
from planner_gui.ui.window import MainWindow
from tests.domain import cases
from tests.domain.cases import booking, event, leave, plan_of, task
from tests.faults.sequence import PAYLOADS
from tests.ui.conftest import READ, TODAY, overloads, teamed

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of menus

DAY = date(2026, 11, 18)
_HARMFUL = {"Cf", "Cc", "Co", "Cs"}
_OPENED = 0x20  # IN_OPEN of inotify


@contextmanager
def unopened(path: Path) -> Iterator[Callable[[], bool]]:
    """Tells whether anybody, Qt's own code included, has opened a file meanwhile."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert watch >= 0
    assert libc.inotify_add_watch(watch, os.fsencode(path), _OPENED) >= 0

    def was_opened() -> bool:
        try:
            return bool(os.read(watch, 4096))
        except BlockingIOError:
            return False

    try:
        yield was_opened
    finally:
        os.close(watch)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.png"
    path.write_bytes(b"not for your eyes")
    return path


def payload_of(name: str, canary: Path) -> str:
    return f'<img src="file://{canary}"><img src="{canary}">' if name == "image" else PAYLOADS[name]


def hostile_plan(text: str) -> Plan:
    """A company whose every word is the payload."""
    span = cases.span(READ)
    tempo = cases.snapshot(
        "tempo",
        [booking("ana", "2026-11-16..2026-11-20", commitment=150.0, title=text, project=text, ref=text)],
        read=span,
    )
    bigpicture = cases.snapshot("bigpicture", [leave("bo", "2026-11-16..2026-11-20", reason=text)], read=span)
    worktime = cases.snapshot("worktime", [event("bo", "2026-11-18", "trip", title=text)], read=span)
    bigtime = cases.snapshot(
        "bigtime", [task("bo", "2026-11-16", "2026-11-25", 6000, title=text, project=text)], read=span
    )
    plan = plan_of([teamed(tempo, {text: ("ana", "bo")}), bigpicture, worktime, bigtime], today=TODAY.isoformat())
    people = tuple(
        replace(each, name=text, title=text, teams=(text,), email=text, unmatched=True) for each in plan.people
    )
    views = tuple(replace(each, name=text, error=text, state=State.FAILED) for each in plan.connections)
    return replace(plan, people=people, connections=views)


class Shown:
    """Everything a window says at one moment, by where it says it."""

    def __init__(self) -> None:
        self.said: dict[str, list[str]] = {}

    def add(self, sink: str, text: str) -> None:
        self.said.setdefault(sink, []).append(text)

    def of(self, root: QWidget, sink: str) -> None:
        """The labels, buttons, lists, tooltips and accessible words of a widget and all inside."""
        for each in (root, *root.findChildren(QWidget)):
            if isinstance(each, QLabel):
                assert each.textFormat() is Qt.TextFormat.PlainText, f"{sink}: {each.text()!r}"
                self.add(sink, each.text().replace("\N{ZERO WIDTH SPACE}", ""))
            elif isinstance(each, QAbstractButton):
                self.add(sink, literal(each.text()))
            elif isinstance(each, QComboBox):
                for at in range(each.count()):
                    self.add(sink, each.itemText(at))
            elif isinstance(each, QListWidget):
                for at in range(each.count()):
                    self.add(sink, each.item(at).text())
            elif isinstance(each, QTableView | QTreeView):
                self.model(each.model(), sink)
            if each.toolTip():
                self.add(f"{sink}: tooltip", as_tooltip(each.toolTip()))
            self.add(f"{sink}: accessible", each.accessibleName())
            self.add(f"{sink}: accessible", each.accessibleDescription())

    def model(self, model: QAbstractItemModel, sink: str, above: QModelIndex | None = None) -> None:
        above = above or QModelIndex()
        for row in range(model.rowCount(above)):
            for column in range(model.columnCount(above)):
                index = model.index(row, column, above)
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                    self.add(sink, str(index.data(role) or ""))
                if tip := index.data(Qt.ItemDataRole.ToolTipRole):
                    self.add(f"{sink}: tooltip", as_tooltip(str(tip)))
            self.model(model, sink, model.index(row, 0, above))


def literal(text: str) -> str:
    """What a button or a menu shows of its text: a single ampersand would be taken for a key (U3)."""
    rest = text.replace("&&", "")
    assert "&" not in rest or rest.count("&") == 1, text
    return text.replace("&&", "&")


def as_tooltip(text: str) -> str:
    """What Qt makes of a tooltip."""
    if not Text.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    assert "\ufffc" not in document.toPlainText(), "an image"
    return document.toPlainText()


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication) -> Callable[[str], MainWindow]:
    def made(text: str) -> MainWindow:
        window = MainWindow(text, Themes(qapp, Look.LIGHT))
        qtbot.addWidget(window)
        plan = hostile_plan(text)
        window.show_plan(plan)
        window.show_index(Index(plan))
        window.show_overloads(overloads(plan))
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        return window

    return made


def everything(window: MainWindow, text: str, shown: Shown) -> None:
    """Open and paint all that shows a word of somebody else's."""
    plan, board = window.board.plan, window.board
    assert plan is not None
    shown.add("window title", window.windowTitle())
    for grouping in Grouping:
        window._group_by(grouping)
        shown.add("painted", str(board.grab().isNull()))
    window._group_by(Grouping.TEAM)
    shown.of(window.tool_bar, "tool bar")
    _cards(window, shown)
    for row in range(plan.rows):
        board.choose_item(row)
        window.show_raw(row, b'{"' + b"name" + b'": ' + _json(text) + b"}")
        shown.of(window.inspector, "inspector")
    for person in range(len(plan.people)):
        board.choose_cell(person, day_number(DAY))
        shown.of(window.inspector, "receipt")
    window.show_findings(plan, findings(plan, cases.span(READ)))
    window.actions_.findings.setChecked(True)
    shown.of(window.findings, "findings")
    window.actions_.table.setChecked(True)
    shown.of(window.table, "table")
    window.actions_.table.setChecked(False)
    call = Action(text, lambda: None)
    window.show_notices([Notice(text, text, severity, (call,)) for severity in Severity])
    shown.of(window.notices, "notices")
    window.show_progress(text)
    shown.of(window.status, "status line")
    _search(window, text, shown)
    _filter(window, text, shown)
    _go_to(window, text, shown)
    _menus(window, shown)
    _review(window, text, shown)
    _spoken(window, shown)
    QApplication.processEvents()
    shown.add("painted", str(window.grab().isNull()))


def _json(text: str) -> bytes:
    import json

    return json.dumps(text).encode()


def _cards(window: MainWindow, shown: Shown) -> None:
    """The hover card of every bar, cell, person and heading."""
    board, frame = window.board, window.board._frame()
    assert frame is not None
    points = []
    for at in range(len(frame.rows)):
        row = frame.rows[at]
        points.append(QPoint(60, HEADER + row.top - frame.top + 8))
        points.append(QPoint(PEOPLE_WIDTH + 300, HEADER + row.top - frame.top + 8))
        points += [
            QPoint(int(PEOPLE_WIDTH + bar.x + 4), int(HEADER + bar.y - frame.top + 4)) for bar in frame.bars(row)
        ]
    for point in points:
        where = board.viewport().mapToGlobal(point)
        QApplication.sendEvent(board.viewport(), QHelpEvent(QEvent.Type.ToolTip, point, where))
        shown.add("hover card", as_tooltip(QToolTip.text()))
        QApplication.processEvents()
    QToolTip.hideText()


def _search(window: MainWindow, text: str, shown: Shown) -> None:
    window.search.setFocus()
    for typed in (text[:20].strip() or "x", "a", "Fair"):
        window.search.setText(typed)
        window.search.textEdited.emit(typed)
        window.search.results.grab()
        shown.of(window.search.results, "search results")
    window.search.results.hide()
    window.search.clear()


def _filter(window: MainWindow, text: str, shown: Shown) -> None:
    window._open_filter()
    shown.of(window.filter_panel, "filter")
    window.filter_panel.grab()
    window.filter_panel.hide()
    for wanted in (Filter(text=text), Filter(team=text), Filter(project=text)):
        window._set_filter(wanted)
        shown.of(window.tool_bar, "tool bar")
        shown.of(window.empty, "empty page")
    window._set_filter(Filter())


def _go_to(window: MainWindow, text: str, shown: Shown) -> None:
    window._ask_date()
    dialog = window.findChild(GoToDate)
    assert dialog is not None
    dialog.field.setText(text)
    for label in dialog.findChildren(QLabel):
        shown.add("go to date", label.text())
    dialog.grab()
    dialog.reject()


def _menus(window: MainWindow, shown: Shown) -> None:
    frame = window.board._frame()
    assert frame is not None
    for at in range(len(frame.rows)):
        where = QPoint(60, HEADER + frame.rows[at].top - frame.top + 8)
        QTest.mouseClick(
            window.windowHandle(), Qt.MouseButton.RightButton, pos=window.board.viewport().mapTo(window, where)
        )
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            menu.grab()
            for action in menu.actions():
                shown.add("context menu", literal(action.text()))
            menu.close()


def _review(window: MainWindow, text: str, shown: Shown) -> None:
    """The tree of changes to be sent, with a refusal in a service's words."""
    before = blank(Kind.ALLOCATION) | {"account": text, "title": text, "project": text, "percent": 50}
    before |= {"start": "2026-11-16", "end": "2026-11-20"}
    change = Change(
        id="1",
        do=Do.UPDATE,
        key=ItemKey(text, Kind.ALLOCATION, text),
        before=before,
        after=before | {"title": f"{text} again", "end": "2026-11-27"},
        label=text,
        at=cases.READ_AT,
        state_at=cases.READ_AT,
        state=ChangeState.REFUSED,
        message=text,
    )
    panel = window.changes
    panel.show_changes([change], lambda _, key: key, text)
    panel.show_effects({"1": text})
    panel.show()
    panel.choose("1")
    shown.of(panel, "changes")
    panel.grab()
    panel.hide()


def _spoken(window: MainWindow, shown: Shown) -> None:
    frame = window.board._frame()
    assert frame is not None
    for at in range(len(frame.rows)):
        shown.add("spoken", spoken.row_name(frame, frame.rows[at]))
    for item in range(frame.plan.rows):
        shown.add("spoken", spoken.bar_name(frame, item))
        shown.add("spoken", spoken.bar_source(frame, item))
    listed = QAccessible.queryAccessibleInterface(window.board)
    for at in range(listed.childCount()):
        row = listed.child(at)
        for each in (row, *(row.child(inner) for inner in range(row.childCount()))):
            for what in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value):
                shown.add("spoken", each.text(what))


# Where the payload must be seen as it is; elsewhere it may be left out, but never do harm.
SINKS = (
    "window title",
    "tool bar",
    "hover card",
    "inspector",
    "receipt",
    "findings",
    "table",
    "notices",
    "status line",
    "status line: tooltip",
    "status line: accessible",
    "search results",
    "filter",
    "context menu",
    "changes",
    "spoken",
)


@pytest.mark.skipif(sys.platform != "linux", reason="inotify tells of opened files on Linux only")
@pytest.mark.parametrize("name", PAYLOADS)
def test_FC11_text_is_shown_as_text_wherever_it_is_shown(
    name: str, canary: Path, opened: Callable[[str], MainWindow]
) -> None:
    text, shown = payload_of(name, canary), Shown()
    with unopened(canary) as was_opened:
        window = opened(text)
        everything(window, text, shown)
        assert not was_opened(), "a file was opened for a text"
    for sink, texts in shown.said.items():
        for each in texts:
            assert not [mark for mark in each if mark != "\n" and unicodedata.category(mark) in _HARMFUL], (sink, each)
            assert len(each) <= 6 * LONGEST, f"{sink}: {len(each)} letters in one place"
    wanted = " ".join(visible(text)[:12].split())
    missing = [sink for sink in SINKS if not any(wanted in " ".join(each.split()) for each in shown.said[sink])]
    assert not missing


def test_FC11_nothing_that_shows_text_can_reach_another_machine(repository: Path) -> None:
    sources = sorted((repository / "planner_gui" / "ui").rglob("*.py"))
    assert len(sources) > 50
    assert [source.name for source in sources if "QtNetwork" in source.read_text()] == []


@pytest.mark.skipif(sys.platform != "linux", reason="inotify tells of opened files on Linux only")
def test_the_watch_would_tell_of_a_careless_label(qtbot: QtBot, canary: Path) -> None:
    with unopened(canary) as was_opened:
        label = QLabel(payload_of("image", canary))  # what PlainLabel is there against
        qtbot.addWidget(label)
        label.grab()
        assert was_opened()


def test_a_tooltip_that_is_markup_would_be_told() -> None:
    assert as_tooltip("<b>R&amp;D</b>") == "R&D"
    with pytest.raises(AssertionError):
        as_tooltip('<img src="nowhere.png">')

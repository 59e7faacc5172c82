"""Text from services stays text (U1 to U5), wherever it is shown."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from planner_gui.ui import text

HOSTILE = [
    "<img src='file:///etc/hostname'>",
    "<b>bold</b>",
    "R&D",
    "a & b &amp; c",
    "<script>alert(1)</script>",
    "\u202eevil\u202c",
    "zero\u200bwidth",
    "nul\x00byte",
    "<a href='http://example.com'>link</a>",
    "\\\\host\\share",
    "=cmd()",
    "x" * 100_000,
]


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_label_shows_text_as_text(qtbot: QtBot, payload: str) -> None:
    label = text.PlainLabel(payload)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == text.visible(payload)
    assert not label.openExternalLinks()


@pytest.mark.parametrize("payload", HOSTILE)
def test_a_tooltip_shows_text_literally_and_loads_nothing(qtbot: QtBot, payload: str) -> None:
    document = QTextDocument()
    document.setHtml(text.tooltip(payload))
    assert document.toPlainText() == text.visible(payload)


def test_an_ampersand_in_a_menu_is_a_letter() -> None:
    assert text.menu_text("R&D\nplan") == "R&&D plan"


def test_invisible_characters_become_visible_and_long_text_is_cut() -> None:
    assert text.visible("a\u202eb") == "a\N{WHITE SQUARE}b"
    assert len(text.visible("x" * 100_000)) == text.LONGEST + 1


def test_no_module_of_the_window_bypasses_the_safe_ways() -> None:
    """A bare QLabel, or a tooltip or box text that is not a literal or made safe, is refused (U1)."""
    faults = []
    for path in sorted(Path("planner_gui/ui").rglob("*.py")):
        if path.name == "text.py":
            continue
        calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        faults += [f"{path}:{call.lineno}: {fault}" for call in calls if (fault := _fault(call))]
    assert not faults


SAFE = {"tooltip", "menu_text", "visible"}


def _fault(call: ast.Call) -> str:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name == "QLabel":
        return "QLabel reads markup: use PlainLabel"
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(owner, ast.Name) and owner.id == "QMessageBox" and name in {"question", "warning", "information"}:
        return "a static QMessageBox reads markup and runs a nested loop"
    if name in {"setToolTip", "setInformativeText", "setDetailedText", "setStatusTip"} and call.args:
        argument = call.args[0]
        made_safe = isinstance(argument, ast.Call) and getattr(argument.func, "id", "") in SAFE
        literal = isinstance(argument, ast.Constant | ast.JoinedStr)
        if not made_safe and not literal:
            return f"{name} of text that is neither a literal nor made safe"
    return ""

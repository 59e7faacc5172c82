"""The frame of an edit dialog: its head, rows that grow with what they say, the effect, an error line, the buttons.

It lays out and knows nothing of edits; what the fields mean is `form`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from planner_gui.ui.dialogs.dates import DateField
from planner_gui.ui.dialogs.fields import FieldRow
from planner_gui.ui.dialogs.preview import Preview
from planner_gui.ui.dialogs.style import dialog_style
from planner_gui.ui.text import PlainLabel
from planner_gui.ui.theme import Theme

TALLEST = 860


class FormFrame(QDialog):
    """A form between a head and a row of buttons."""

    def __init__(self, title: str, badge: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows: list[FieldRow] = []
        self._growing = QTimer(self, interval=0, singleShot=True)
        self._growing.timeout.connect(self._fit)
        self.setStyleSheet(dialog_style(theme))  # before there is anything to style: half the cost
        self._lay_out(badge, theme)

    def _lay_out(self, badge: str, theme: Theme) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._head(badge))
        form = self._form = QWidget()
        form.setObjectName("form")
        column = QVBoxLayout(form)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(0)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, 92)
        column.addLayout(self._grid)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(form)
        outer.addWidget(self._area, 1)
        self.preview = Preview(theme)
        self.banner = PlainLabel(wraps=True, breaks=True)
        outer.addWidget(self._banner())
        outer.addWidget(self._foot())

    def _head(self, badge: str) -> QWidget:
        head = QWidget()
        head.setObjectName("head")
        line = QHBoxLayout(head)
        line.setContentsMargins(18, 12, 18, 12)
        line.setSpacing(10)
        line.addWidget(PlainLabel(self.windowTitle(), role="dialog"))
        self.badge = PlainLabel(badge, role="badge")
        line.addWidget(self.badge)
        line.addStretch(1)
        line.addWidget(PlainLabel("* needed", role="hint"))
        return head

    def _banner(self) -> QWidget:
        self._error = QWidget()
        self._error.setObjectName("banner")
        self._error.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(self._error)
        line.setContentsMargins(18, 9, 18, 9)
        line.addWidget(self.banner)
        self._error.hide()
        return self._error

    def _foot(self) -> QWidget:
        foot = QWidget()
        foot.setObjectName("foot")
        line = QHBoxLayout(foot)
        line.setContentsMargins(18, 12, 18, 12)
        line.setSpacing(8)
        self.delete, self.cancel = QPushButton("D&elete"), QPushButton("&Cancel")
        self.save_and_send, self.save = QPushButton("Save and sen&d"), QPushButton("&Save")
        self.delete.setObjectName("danger")
        self.save.setObjectName("primary")
        for button in (self.delete, self.cancel, self.save_and_send):
            button.setAutoDefault(False)
        self.save.setDefault(True)
        line.addWidget(self.delete)
        line.addStretch(1)
        for button in (self.cancel, self.save_and_send, self.save):
            line.addWidget(button)
        return foot

    def say_first(self, text: str) -> None:
        """What is to be known before anything is changed: a box above the form."""
        box = QWidget()
        box.setObjectName("warnings")
        box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(box)
        line.setContentsMargins(11, 8, 11, 8)
        line.addWidget(PlainLabel(text, wraps=True, breaks=True))
        self.add_wide(None, box)

    def add(
        self,
        label: str,
        widgets: Sequence[QWidget] | QWidget,
        *names: str,
        others: Mapping[str, QWidget] | None = None,
        needed: bool = False,
    ) -> FieldRow:
        """A row of the form. names: the edit's fields that the first widget holds; others: those of the rest."""
        side = [widgets] if isinstance(widgets, QWidget) else list(widgets)
        row = FieldRow(label, side, {**dict.fromkeys(names, side[0]), **(others or {})}, needed=needed)
        self.add_wide(row.label, row.body)
        self.rows.append(row)
        return row

    def add_wide(self, label: QWidget | None, body: QWidget) -> None:
        """A line of the form that is no field."""
        at = self._grid.rowCount()
        if label is not None:
            self._grid.addWidget(label, at, 0)
        self._grid.addWidget(body, at, 0 if label is None else 1, 1, 2 if label is None else 1)

    def add_preview(self) -> None:
        """The effect, at the end of the form."""
        label = PlainLabel("Effect", role="label")
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(0, 5, 0, 0)
        self.add_wide(label, self.preview)

    def say_error(self, text: str) -> None:
        """A line above the buttons, "" for none."""
        self.banner.say(text)
        self._error.setVisible(bool(text))

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self.setStyleSheet(dialog_style(theme))
        self.preview.show_theme(theme)
        for field in self.findChildren(DateField):
            field.refresh_icon()

    def bring_to_view(self, widget: QWidget) -> None:
        """Give a field the focus, and scroll to it."""
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.ensureWidgetVisible(widget)

    def grow(self) -> None:
        """Take more room once what was said is laid out."""
        self._growing.start()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._growing.start()

    def _fit(self) -> None:
        """Grow where the form needs it and the screen has it; it never shrinks under somebody's hands."""
        hidden = self._area.verticalScrollBar().maximum()
        tallest = min(TALLEST, self.screen().availableGeometry().height() - 60)
        if self.isVisible() and hidden and self.height() < tallest:
            self.resize(self.width(), min(self.height() + hidden, tallest))
            self._growing.start()  # what wraps may need more yet

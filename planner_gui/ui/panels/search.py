"""The search field of the tool bar and its list of results; keys stay in the field while the list is walked.

The field asks an index (`ui.search`) and announces what was chosen; where that leads is the window's business.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from planner_gui.domain.plan import Plan
from planner_gui.ui.search import Found, Index
from planner_gui.ui.text import visible

ICONS = 72  # pixels beside the text: the lens, the cross, the edges
_FOUND = Qt.ItemDataRole.UserRole


class SearchField(QLineEdit):
    """Type to find. Signals: chosen(Found); left() by Escape, with nothing chosen."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setPlaceholderText("Find people, projects\N{HORIZONTAL ELLIPSIS}   Ctrl+F")
        self.setAccessibleName("Find people, teams, projects, items")
        self.setClearButtonEnabled(True)
        self._index: Index | None = None
        self.results = _Results(self)
        self.textEdited.connect(self._look)
        self.results.itemClicked.connect(self._choose)

    @override
    def sizeHint(self) -> QSize:
        """Room for the whole of what it says while it is empty, its icon and its cross."""
        text = self.fontMetrics().horizontalAdvance(self.placeholderText())
        return QSize(text + ICONS, super().sizeHint().height())

    @property
    def plan(self) -> Plan | None:
        """What is searched: what is found has its numbers."""
        return None if self._index is None else self._index.plan

    def show_index(self, index: Index) -> None:
        """Search this from now on; what is asked already is asked anew."""
        self._index = index
        if self.results.isVisible():
            self._look(self.text())

    def _look(self, text: str) -> None:
        found = self._index.find(text) if self._index is not None else []
        self.results.show_found(found, text.strip(), ready=self._index is not None)

    def _choose(self, item: QListWidgetItem | None) -> None:
        found = item.data(_FOUND) if item is not None else None
        if isinstance(found, Found):
            self.results.hide()
            self.clear()
            self.chosen.emit(found)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.results.isVisible():
            self.results.walk(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.results.currentItem() if self.results.isVisible() else None)
        elif key == Qt.Key.Key_Escape:
            if self.results.isVisible():
                self.results.hide()
            else:
                self.clear()
                self.left.emit()
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self.results.hide()
        super().focusOutEvent(event)


class _Results(QListWidget):
    """The list below the field: part of the window, never the focus."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._field = field
        self.setObjectName("results")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_Line(self))
        self.setAccessibleName("Results")
        field.installEventFilter(self)
        self.hide()

    def show_found(self, found: list[Found], asked: str, *, ready: bool) -> None:
        """List the results, the first one chosen; say so where there are none."""
        self.clear()
        for each in found:
            item = QListWidgetItem(visible(f"{each.name}, {each.sort.value}"))
            item.setData(_FOUND, each)
            self.addItem(item)
        if not found and asked:
            item = QListWidgetItem("Nothing found" if ready else "The plan is still being indexed")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)
        if found:
            self.setCurrentRow(0)
        self._place()
        self.setVisible(bool(asked))
        self.raise_()

    def walk(self, step: int) -> None:
        """Choose the next result, round again at the end."""
        if self.count():
            self.setCurrentRow((self.currentRow() + step) % self.count())

    def _place(self) -> None:
        window = self._field.window()
        if self.parent() is not window:
            self.setParent(window)
        below = self._field.mapTo(window, self._field.rect().bottomLeft())
        height = max(1, min(self.count(), 14)) * _Line.height(self.fontMetrics()) + 10
        width = max(self._field.width(), 420)
        left = min(below.x(), window.width() - width - 8)
        self.setGeometry(QRect(max(0, left), below.y() + 4, width, height))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list goes with its field, which the words of the tool bar push about."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize) and self.isVisible():
            self._place()
        return False


class _Line(QStyledItemDelegate):
    """A result in one line: what it is, its name, what else is known of it. Plain text, elided."""

    @staticmethod
    def height(metrics: QFontMetrics) -> int:
        return metrics.height() + 12

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, self.height(option.fontMetrics))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        found = index.data(_FOUND)
        if not isinstance(found, Found):
            super().paint(painter, option, index)
            return
        rect: QRect = option.rect
        palette: QPalette = option.palette
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        text = palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        muted = text if chosen else palette.color(QPalette.ColorRole.PlaceholderText)
        painter.save()
        if chosen:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        metrics = QFontMetrics(painter.font())
        inside = rect.adjusted(10, 0, -10, 0)
        painter.setPen(muted)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, found.sort.value)
        name = inside.adjusted(64, 0, 0, 0)
        shown = metrics.elidedText(visible(found.name), Qt.TextElideMode.ElideRight, name.width() * 2 // 3)
        painter.setPen(text)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)
        rest = name.adjusted(metrics.horizontalAdvance(shown) + 12, 0, 0, 0)
        about = metrics.elidedText(visible(found.detail), Qt.TextElideMode.ElideRight, rest.width())
        painter.setPen(muted)
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, about)
        painter.restore()

"""The list below a field that finds while one types: drawn in the dialog, never the focus, walked by the field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)
from typing_extensions import override

from planner_gui.ui.dialogs.options import MOST, Option
from planner_gui.ui.text import visible

OPTION = Qt.ItemDataRole.UserRole


class OptionList(QListWidget):
    """The options below the field: part of the dialog, above what is beneath."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._field = field
        self._walked = False  # whether somebody walked to the current line: it stays while more arrive
        self.setObjectName("options")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_Line(self))
        self.setAccessibleName(f"{field.accessibleName()}: what could be meant")
        self.hide()

    def show_found(self, found: list[Option], *, loading: bool, free: bool, eager: bool, again: bool) -> None:
        """List these, the first usable one current; say so where there are none. again: for the same words."""
        current = self.currentItem()
        walked = current.data(OPTION) if again and self._walked and current is not None else None
        self.clear()
        for option in found:
            item = QListWidgetItem(visible(", ".join(part for part in (option.name, option.reason) if part)))
            item.setData(OPTION, tuple(option))
            if option.reason:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)
        if not found and not free:
            item = QListWidgetItem("Still looking\N{HORIZONTAL ELLIPSIS}" if loading else "Nothing found")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)
        usable = next((at for at, option in enumerate(found) if not option.reason), -1)
        # Where any text may stand, Enter takes what was typed unless the list was walked into.
        before = next((at for at, option in enumerate(found) if tuple(option) == walked), -1)
        self._walked = before >= 0
        self.setCurrentRow(before if before >= 0 else usable if eager else -1)
        self.setVisible(self.count() > 0)
        if self.count():
            self._place()
            self.raise_()

    def walk(self, step: int) -> None:
        """The next usable option, round again at the end."""
        usable = [at for at in range(self.count()) if self.item(at).flags() & Qt.ItemFlag.ItemIsEnabled]
        if usable:
            at = usable.index(self.currentRow()) if self.currentRow() in usable else -1 if step > 0 else 0
            self.setCurrentRow(usable[(at + step) % len(usable)])
            self._walked = True

    def _place(self) -> None:
        window = self._field.window()
        if self.parent() is not window:
            self.setParent(window)
            window.installEventFilter(self)
            self.show()
        height = min(self.count(), MOST) * _Line.height(self.fontMetrics()) + 10
        below = self._field.mapTo(window, self._field.rect().bottomLeft()) + QPoint(0, 3)
        if below.y() + height > window.height():
            below = self._field.mapTo(window, QPoint(0, 0)) - QPoint(0, height + 3)
        self.setGeometry(QRect(below.x(), max(0, below.y()), self._field.width(), height))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False


class _Line(QStyledItemDelegate):
    """An option in one line: its name, and muted at the right what else is known of it. Plain text, elided."""

    @staticmethod
    def height(metrics: QFontMetrics) -> int:
        return metrics.height() + 12

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, self.height(option.fontMetrics))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        held = index.data(OPTION)
        palette: QPalette = option.palette
        rect: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        muted = palette.color(QPalette.ColorRole.PlaceholderText)
        text = palette.color(QPalette.ColorRole.Text)
        if chosen:
            text = muted = palette.color(QPalette.ColorRole.HighlightedText)
        painter.save()
        if chosen:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        metrics = QFontMetrics(painter.font())
        inside = rect.adjusted(9, 0, -9, 0)
        what = Option(*held) if held is not None else Option("", index.data(), reason=" ")
        name = metrics.elidedText(visible(what.name), Qt.TextElideMode.ElideRight, inside.width() * 3 // 5)
        painter.setPen(muted if what.reason else text)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, name)
        rest = inside.adjusted(metrics.horizontalAdvance(name) + 14, 0, 0, 0)
        about = what.reason.strip() or what.detail
        about = metrics.elidedText(visible(about), Qt.TextElideMode.ElideRight, rest.width())
        painter.setPen(muted)
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, about)
        painter.restore()

"""A field that finds while one types: people, projects, items; the list below never takes the focus.

It knows options (`options`), not plans. Options are taken in a few at a time after the dialog is on screen, so that
neither opening nor a keystroke waits for ten thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
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

from planner_gui.ui.dialogs.options import MOST, Option, Options
from planner_gui.ui.text import visible

_OPTION = Qt.ItemDataRole.UserRole
STEP = 400  # options taken in between two events


class Lookup(QLineEdit):
    """Type to find, arrows to walk, Enter or Tab to choose. Signals: chosen(Option | None) when what is meant changes.

    free: whether any text is taken as it is; then `option` is one made of it. eager: whether leaving by Tab takes the
    first of the list nevertheless.
    """

    chosen = Signal(object)

    def __init__(self, name: str, *, free: bool = False, eager: bool = True, kind: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._free, self._eager, self._kind = free, eager, kind
        self._option: Option | None = None
        self._options = Options()
        self._source: Iterator[Option] = iter(())
        self._loading = QTimer(self, interval=0)
        self._loading.timeout.connect(self._take_some)
        self.results = _Results(self)
        self.setTextMargins(0, 0, 18 + (self.fontMetrics().horizontalAdvance(kind) + 6 if kind else 0), 0)
        self.textEdited.connect(self._look)
        self.results.itemClicked.connect(self._click)

    @property
    def option(self) -> Option | None:
        """What is chosen; None for nothing, or for words that stand for nothing."""
        return self._option

    @property
    def loaded(self) -> bool:
        """Whether every option is there to be found."""
        return not self._loading.isActive()

    def offer(self, source: Iterator[Option]) -> None:
        """Find among these from now on."""
        self._options, self._source = Options(), source
        self._loading.start()

    def choose(self, option: Option | None) -> None:
        """Show and mean this one."""
        self._set_text("" if option is None else option.name)
        self.setCursorPosition(0)
        self._mean(option)

    def _set_text(self, text: str) -> None:
        self.setText(visible(text).replace("\n", " "))

    def _mean(self, option: Option | None) -> None:
        if option != self._option:
            self._option = option
            self._show_kind()
            self.chosen.emit(option)

    def _show_kind(self) -> None:
        kind = self._badge()
        self.setTextMargins(0, 0, 18 + (self.fontMetrics().horizontalAdvance(kind) + 6 if kind else 0), 0)
        self.update()

    def _badge(self) -> str:
        return self._option.kind if self._option is not None and self._option.kind else self._kind

    def _take_some(self) -> None:
        taken = list(islice(self._source, STEP))
        self._options.extend(taken)
        if len(taken) < STEP:
            self._loading.stop()
        if self.results.isVisible() and taken:
            self._show_found()

    def _look(self, text: str) -> None:
        # What is typed stands for something only once it is chosen, or where any text may stand.
        typed = text.strip()
        self._mean(Option(typed, typed, value=typed) if self._free and typed else None)
        self._show_found()

    def _show_found(self, everything: bool = False) -> None:
        text = "" if everything else self.text()
        found = self._options.find(text)
        self.results.show_found(found, loading=not self.loaded, free=self._free, eager=self._eager)

    def _click(self, item: QListWidgetItem) -> None:
        self._take(item)

    def _take(self, item: QListWidgetItem | None) -> bool:
        option = item.data(_OPTION) if item is not None else None
        if option is None or option[4]:  # a reason: it cannot be chosen
            return False
        self.results.hide()
        self.choose(Option(*option))
        return True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shown = event.key(), self.results.isVisible()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if shown:
                self.results.walk(1 if key == Qt.Key.Key_Down else -1)
            elif key == Qt.Key.Key_Down:
                self._show_found(everything=self._option is not None)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shown and not event.modifiers():
            if not self._take(self.results.currentItem()):
                self.results.hide()
        elif key == Qt.Key.Key_Escape and shown:
            self.results.hide()
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.position().x() > self.width() - 24 and self.isEnabled():
            if self.results.isVisible():
                self.results.hide()
            else:
                self._show_found(everything=True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self._settle(event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason))
        super().focusOutEvent(event)

    def _settle(self, by_key: bool) -> None:
        """Leaving the field: by Tab the list's current line is meant; else only what has exactly the typed name."""
        walked = by_key and self.results.isVisible() and self._take(self.results.currentItem())
        if not walked and (self._option is None or self._free) and self.text().strip():
            self.choose_named(self.text())
        self.results.hide()

    def choose_named(self, text: str) -> None:
        """Mean the one option of this name, where there is just one."""
        option = self._options.named(text)
        if option is not None and option != self._option:
            self.choose(option)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        inside = self.rect().adjusted(0, 0, -24, 0)
        if self._badge():
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._badge())
        paint_chevron(painter, QPoint(self.width() - 14, self.height() // 2))


def paint_chevron(painter: QPainter, middle: QPoint) -> None:
    """A small arrow down, in the pen's colour: what opens a list."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(painter.pen().color()))
    painter.setPen(Qt.PenStyle.NoPen)
    x, y = middle.x(), middle.y()
    painter.drawPolygon([QPoint(x - 4, y - 2), QPoint(x + 4, y - 2), QPoint(x, y + 3)])


class _Results(QListWidget):
    """The options below the field: part of the dialog, above what is beneath."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._field = field
        self.setObjectName("options")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_Line(self))
        self.setAccessibleName(f"{field.accessibleName()}: what could be meant")
        self.hide()

    def show_found(self, found: list[Option], *, loading: bool, free: bool, eager: bool) -> None:
        """List these, the first usable one current; say so where there are none."""
        self.clear()
        for option in found:
            item = QListWidgetItem(visible(", ".join(part for part in (option.name, option.reason) if part)))
            item.setData(_OPTION, tuple(option))
            if option.reason:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)
        if not found and not free:
            item = QListWidgetItem("Still looking\N{HORIZONTAL ELLIPSIS}" if loading else "Nothing found")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)
        usable = next((at for at, option in enumerate(found) if not option.reason), -1)
        # Where any text may stand, Enter takes what was typed unless the list was walked into.
        self.setCurrentRow(usable if eager else -1)
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
        held = index.data(_OPTION)
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

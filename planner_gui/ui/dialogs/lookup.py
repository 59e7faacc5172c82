"""A field that finds while one types: people, projects, items; the list below never takes the focus.

It knows options (`options`), not plans. Options are taken in a few at a time after the dialog is on screen, so that
neither opening nor a keystroke waits for ten thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidgetItem,
)
from typing_extensions import override

from planner_gui.ui.choice import paint_chevron
from planner_gui.ui.dialogs.option_list import OPTION, OptionList
from planner_gui.ui.dialogs.options import Option, Options
from planner_gui.ui.text import visible

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
        self._loaded = True
        self._loading = QTimer(self, interval=0)
        self._loading.timeout.connect(self._take_some)
        self._list: OptionList | None = None
        self.setTextMargins(0, 0, 18 + (self.fontMetrics().horizontalAdvance(kind) + 6 if kind else 0), 0)
        self.textEdited.connect(self._look)

    @property
    def results(self) -> OptionList:
        """The list below the field, made when it is first needed: a form has many fields."""
        if self._list is None:
            self._list = OptionList(self)
            self._list.itemClicked.connect(self._click)
        return self._list

    @property
    def is_open(self) -> bool:
        """Whether the list is to be seen."""
        return self._list is not None and self._list.isVisible()

    def close_list(self) -> None:
        if self._list is not None:
            self._list.hide()

    @property
    def option(self) -> Option | None:
        """What is chosen; None for nothing, or for words that stand for nothing."""
        return self._option

    @property
    def loaded(self) -> bool:
        """Whether every option is there to be found."""
        return self._loaded

    def offer(self, source: Iterator[Option]) -> None:
        """Find among these from now on; they are taken in once somebody comes to the field."""
        self._options, self._source, self._loaded = Options(), source, False
        if self.hasFocus():
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
            self._loaded = True
        if self.is_open and taken:
            self._show_found(again=True)

    def finish(self) -> None:
        """Take in what is left at once: somebody leaves the field, or chooses, faster than it fills."""
        if self._loaded:
            return
        self._loading.stop()
        self._options.extend(self._source)
        self._loaded = True
        if self.isModified() and self.text().strip():
            self._show_found(again=True)

    def _look(self, text: str) -> None:
        # What is typed stands for something only once it is chosen, or where any text may stand.
        typed = text.strip()
        self._mean(Option(typed, typed, value=typed) if self._free and typed else None)
        self._show_found()

    def _show_found(self, everything: bool = False, again: bool = False) -> None:
        if not self._loaded and not self._loading.isActive():
            self._loading.start()
        text = "" if everything else self.text()
        found = self._options.find(text)
        self.results.show_found(found, loading=not self.loaded, free=self._free, eager=self._eager, again=again)

    def _click(self, item: QListWidgetItem) -> None:
        self._take(item)

    def _take(self, item: QListWidgetItem | None) -> bool:
        option = item.data(OPTION) if item is not None else None
        if option is None or option[4]:  # a reason: it cannot be chosen
            return False
        self.close_list()
        self.choose(Option(*option))
        return True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()  # what was typed quickly is looked up before it is taken
        shown = self.is_open
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if shown:
                self.results.walk(1 if key == Qt.Key.Key_Down else -1)
            elif key == Qt.Key.Key_Down:
                self._show_found(everything=self._option is not None)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shown and not event.modifiers():
            if not self._take(self.results.currentItem()):
                self.close_list()
        elif key == Qt.Key.Key_Escape and shown:
            self.close_list()
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.position().x() > self.width() - 24 and self.isEnabled():
            if self.is_open:
                self.close_list()
            else:
                self._show_found(everything=True)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self._loaded:
            self._loading.start()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self._settle(event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason))
        super().focusOutEvent(event)

    def _settle(self, by_key: bool) -> None:
        """Leaving the field: by Tab the list's current line is meant; else only what has exactly the typed name."""
        if self.isModified():
            self.finish()
        walked = by_key and self.is_open and self._take(self.results.currentItem())
        if not walked and (self._option is None or self._free) and self.text().strip():
            self.choose_named(self.text())
        self.close_list()

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

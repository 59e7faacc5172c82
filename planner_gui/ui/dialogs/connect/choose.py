"""Step 3: what of the service to read, what the connection is called here, and which Jira site it is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QSignalBlocker, Qt
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)
from typing_extensions import override

from planner_gui.sources.base import Choice, Offered
from planner_gui.ui.dialogs.connect.page import Page
from planner_gui.ui.dialogs.connect.services import CLOUD, EFFORTS, EXAMPLES, Form, split
from planner_gui.ui.dialogs.fields import Tick, Words
from planner_gui.ui.text import PlainLabel, visible

_KEY = Qt.ItemDataRole.UserRole
MOST_TYPED = 4000  # characters: some hundred ids


class _Ticks(QStyledItemDelegate):
    """Draws the tick of a box of the list: a style sheet's own has none, the platform's is not to be seen when dark."""

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        made = QStyleOptionViewItem(option)
        self.initStyleOption(made, index)
        if made.checkState != Qt.CheckState.Checked:
            return
        box = made.widget.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, made, made.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(made.palette.color(QPalette.ColorRole.HighlightedText), 1.8))
        x, y = box.center().x() + 0.5, box.center().y() + 0.5
        painter.drawPolyline([QPointF(x - 3.5, y), QPointF(x - 1, y + 2.8), QPointF(x + 3.8, y - 3)])
        painter.restore()


class ChoosePage(Page):
    """What is read. taken: names that connections have already; sites: the Jira sites known so far."""

    def __init__(self, form: Form, taken: frozenset[str], sites: Sequence[str], *, fixed_name: bool) -> None:
        super().__init__()
        self._form, self._taken = form, taken
        self._listed = False
        self.name = QLineEdit(form.name)
        self.name.setAccessibleName("Name of the connection")
        self.name.setMaxLength(80)
        self.name.setEnabled(not fixed_name)
        self.site = QLineEdit(form.site)
        self.site.setAccessibleName("Jira site")
        self._sites = tuple(site for site in sites if site)
        self.everything = Tick("Everything that can be seen, also what is added later")
        self.finder = QLineEdit()
        self.finder.setAccessibleName("Find in the list")
        self.finder.setClearButtonEnabled(True)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setItemDelegate(_Ticks(self.tree))
        self.tree.setMinimumHeight(150)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.count = PlainLabel(role="hint")
        self.typed = QLineEdit()
        self.typed.setMaxLength(MOST_TYPED)
        self.projects = QLineEdit(", ".join(form.projects))
        self.projects.setAccessibleName("Projects")
        self.effort = Words("Effort", EFFORTS, form.effort or EFFORTS[0][0])
        self.completed = Tick("Read archived and finished tasks, too")
        self._build()
        self._connect()

    def _build(self) -> None:
        self.add("&Name", self.name, "name", needed=True)
        self.add("&Jira site", self.site, "site")
        self.add("&Read", self.everything, "everything")
        self.add("", self.finder, "find")
        self.add("", self.tree, "limits")
        self.add("&Ids", self.typed, "typed")
        self.add("&Projects", self.projects, "projects").say("Keys of projects, such as ORI, KITE; empty for all.")
        self.add("&Effort", self.effort, "effort")
        self.add("", self.completed, "completed")
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.everything.toggled.connect(lambda _: self._adapt())
        self.finder.textChanged.connect(self._filter)
        self.tree.itemChanged.connect(self._ticked)
        for field in (self.name, self.site, self.typed, self.projects):
            field.textEdited.connect(lambda _: self._changed())

    def show_form(self, form: Form, offered: Offered | None, suggested: str) -> None:
        """What the tested connection can be limited to; suggested: a name for it."""
        self._form = form
        if self.name.isEnabled() and (not self.name.text() or not self.name.isModified()):
            self.name.setText(suggested)
        self._listed = bool(offered and offered.choices)
        chosen = frozenset(form.limits)
        if offered is not None:
            self._fill(offered.choices, chosen)
        listed = {choice.key for choice in offered.choices} if offered else frozenset()
        self.typed.setText(", ".join(key for key in form.limits if key not in listed))
        what = form.runs.limit
        self.finder.setPlaceholderText(f"Find among the {what}")
        self.tree.setAccessibleName(what.capitalize())
        self.typed.setPlaceholderText(EXAMPLES.get(what, ""))
        self.typed.setAccessibleName(f"Ids of {what}")
        must_type = bool(form.limits) and not self._listed
        self.everything.setChecked(not form.limits)
        reason = "" if self._listed or offered is None or not offered.reason else f"No list: {offered.reason}. "
        more = f"{reason}Ids separated by commas." if not self._listed else f"Further {what} by id."
        self.rows["typed"].say(more)
        self.everything.setEnabled(not (must_type and what == "boxes" and offered is not None and bool(offered.reason)))
        self._adapt()

    def form(self) -> Form:
        """The form with what this page adds."""
        limits = () if self.everything.isChecked() or not self._form.runs.limit else self._chosen()
        effort = self.effort.word or ""
        return replace(
            self._form,
            name=self.name.text().strip(),
            site=self.site.text().strip() if self._form.of.in_jira else "",
            limits=limits,
            projects=split(self.projects.text()),
            effort="" if effort == EFFORTS[0][0] else effort,
            completed=self.completed.isChecked(),
        )

    def faults(self) -> dict[str, str]:
        """By field, what is missing or wrong."""
        form, found = self.form(), {}
        if not form.name:
            found["name"] = "Give it a name: it stands beside everything that comes from there."
        elif self.name.isEnabled() and form.name in self._taken:
            found["name"] = f"There is a connection called {form.name} already. Choose another name."
        elif not form.name.isprintable():
            found["name"] = "A name has visible characters only."
        if form.runs.limit and not self.everything.isChecked() and not form.limits:
            what = form.runs.limit
            found["limits" if self._listed else "typed"] = f"Choose at least one, or read all {what} that can be seen."
        return found

    @override
    def show_faults(self, faults: dict[str, str]) -> bool:  # type: ignore[override]
        """What is wrong with the limits stands where they are chosen: at the list, else at what is typed."""
        placed = dict(faults)
        if "limits" in placed and (not self._listed or self.typed.text().strip()):
            placed["typed"] = placed.pop("limits")
        return super().show_faults(placed)

    @override
    def take_focus(self) -> None:
        target = self.name if self.name.isEnabled() else self.everything
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def _chosen(self) -> tuple[str, ...]:
        ticked = [item.data(0, _KEY) for item in self._items() if item.checkState(0) == Qt.CheckState.Checked]
        return tuple(dict.fromkeys((*ticked, *split(self.typed.text()))))

    def _items(self) -> Iterator[QTreeWidgetItem]:
        waiting = [self.tree.topLevelItem(at) for at in range(self.tree.topLevelItemCount())][::-1]
        while waiting:
            item = waiting.pop()
            if item is not None:
                yield item
                waiting += [item.child(at) for at in range(item.childCount())][::-1]

    def _fill(self, choices: Sequence[Choice], chosen: frozenset[str]) -> None:
        with QSignalBlocker(self.tree):
            self.tree.clear()
            made: dict[str, QTreeWidgetItem] = {}
            for choice in choices:
                item = QTreeWidgetItem([visible(f"{choice.name}  ({choice.key})".replace("\n", " "))])
                item.setFlags(
                    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
                )
                item.setData(0, _KEY, choice.key)
                ticked = choice.key in chosen
                item.setCheckState(0, Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
                parent = made.get(choice.parent)
                if parent is not None:
                    parent.addChild(item)
                else:
                    self.tree.addTopLevelItem(item)
                made.setdefault(choice.key, item)
            nested = any(choice.parent in made for choice in choices)
            self.tree.setRootIsDecorated(nested)
            if len(choices) <= 200:
                self.tree.expandAll()

    def _ticked(self, item: QTreeWidgetItem) -> None:
        """What lies in a box is ticked with it; each may be taken out again."""
        with QSignalBlocker(self.tree):
            waiting = [item.child(at) for at in range(item.childCount())]
            while waiting:
                if (inner := waiting.pop()) is not None:
                    inner.setCheckState(0, item.checkState(0))
                    waiting += [inner.child(at) for at in range(inner.childCount())]
        self._changed()

    def _filter(self, text: str) -> None:
        """Hide what does not match, but not the way to what does."""
        wanted = text.strip().casefold()
        items = list(self._items())
        for item in items:
            item.setHidden(bool(wanted) and wanted not in item.text(0).casefold())
        for item in reversed(items):
            parent = item.parent()
            if parent is not None and not item.isHidden():
                parent.setHidden(False)

    def _changed(self) -> None:
        self.show_faults({})
        self._say_count()
        self.edited.emit()

    def _adapt(self) -> None:
        """Show what this connection has to choose from."""
        form = self._form
        runs, open_ = form.runs, not self.everything.isChecked()
        shown = {
            "site": form.of.in_jira,
            "everything": bool(runs.limit),
            "find": bool(runs.limit) and open_ and self._listed and sum(1 for _ in self._items()) > 8,
            "limits": bool(runs.limit) and open_ and self._listed,
            "typed": bool(runs.limit) and open_,
            "projects": runs.kind == "tempo",
            "effort": runs.kind == "bigpicture",
            "completed": runs.kind == "bigtime",
        }
        for name, is_shown in shown.items():
            self.rows[name].set_visible(is_shown)
        known = f" Known so far: {', '.join(self._sites)}." if self._sites else ""
        same = "Cloud" if form.flavour == CLOUD else "this Jira"
        self.rows["site"].say(
            f"Only where you use several Jira sites: a name for the one of {same}. People of one site are joined by "
            f"their Jira account, across sites by e-mail.{known}"
        )
        if not runs.limit:
            self.rows["name"].say("Everything that the token may see is read.")
        self.rows["everything"].label.setVisible(bool(runs.limit))
        self._changed()

    def _say_count(self) -> None:
        if self._form.runs.limit and not self.everything.isChecked() and self._listed:
            number = len(self._chosen())
            self.rows["limits"].say(f"{number} chosen" if number else "None chosen yet")

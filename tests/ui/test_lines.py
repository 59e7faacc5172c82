"""The rows of a table that are found by words."""

from __future__ import annotations

from PySide6.QtCore import Qt

from planner_gui.ui.models.lines import LinesModel, line_of

ROWS = (("Ana Okafor", "tempo"), ("Łukasz Nowak", "bigtime"), ("Bo <b>Lind</b>", "tempo"))


def model() -> LinesModel[tuple[str, str]]:
    made: LinesModel[tuple[str, str]] = LinesModel()
    made.show_rows(("Name", "Where"), ROWS, lambda row, column: row[column])
    return made


def names(shown: LinesModel[tuple[str, str]]) -> list[str]:
    return [shown.row(at)[0] for at in range(shown.rowCount())]


def test_every_word_has_to_be_in_a_row_in_any_order_and_spelling() -> None:
    shown = model()
    for text, found in (("", 3), ("TEMPO", 2), ("tempo okafor", 1), ("lukasz", 1), ("okafor bigtime", 0)):
        shown.look_for(text)
        assert shown.rowCount() == found, text
    assert shown.total == 3


def test_what_is_looked_for_stays_when_the_rows_are_others() -> None:
    shown = model()
    shown.look_for("tempo")
    shown.show_rows(("Name", "Where"), ROWS[:2], lambda row, column: row[column])
    assert names(shown) == ["Ana Okafor"]


def test_given_lines_are_looked_through_in_place_of_the_cells() -> None:
    shown = model()
    lines = [line_of("ana@example.com"), line_of("x"), line_of("y")]
    shown.show_rows(("Name",), ROWS, lambda row, column: row[column], lines)
    shown.look_for("example")
    assert names(shown) == ["Ana Okafor"]
    assert shown.place(lambda row: row[0].startswith("Ana")) == 0
    assert shown.place(lambda row: row[0].startswith("Bo")) == -1


def test_U1_U2_a_cell_is_text_and_its_tooltip_is_escaped() -> None:
    shown = model()
    index = shown.index(2, 0)
    assert index.data() == "Bo <b>Lind</b>"
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Bo <b>Lind</b>"

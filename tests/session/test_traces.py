"""A bug as text for a log or a report: places, kinds of error, nobody's data (L2, L4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner_gui.domain.errors import Forbidden
from planner_gui.session.traces import FRAMES, identity, lines_of, words_of


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    private = "local-secret"
    try:
        if cause is not None:
            raise error from cause
        raise error
    except BaseException as caught:
        assert private
        return caught


def test_it_says_where_and_what_without_locals_and_without_anybodys_home() -> None:
    lines = lines_of(raised(TypeError("unsupported operand type(s) for +: 'int' and 'str'")))
    assert lines[0].startswith("tests/session/test_traces.py:")
    assert lines[0].endswith(" in raised")
    assert lines[-1] == "TypeError: unsupported operand type(s) for +: 'int' and 'str'"
    assert "local-secret" not in "".join(lines)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("invalid literal for int(): 'Priya Raman'"),
        KeyError("Priya Raman"),
        TypeError("cannot use 'Priya Raman' here"),
        Forbidden("you lack the right", connection="tempo", subject="absences of Priya Raman"),
        UnicodeDecodeError("utf-8", b"Priya Raman", 0, 1, "bad"),
    ],
)
def test_L2_an_errors_own_words_show_no_name(error: BaseException) -> None:
    text = "\n".join(lines_of(raised(error)))
    assert "Priya" not in text
    assert "Raman" not in text
    assert type(error).__name__ in text


def test_a_file_error_says_its_number_and_not_the_path() -> None:
    with pytest.raises(FileNotFoundError) as caught:
        Path("/home/priya/none").read_bytes()
    assert words_of(caught.value) == "FileNotFoundError: [2] No such file or directory"


def test_a_cause_comes_before_what_it_led_to_and_a_group_names_its_errors() -> None:
    lines = lines_of(raised(TypeError("outer"), raised(ZeroDivisionError("division by zero"))))
    assert lines.index("ZeroDivisionError: division by zero") < lines.index("which led to")
    assert lines[-1] == "TypeError: outer"
    group = lines_of(raised(ExceptionGroup("several", [TypeError("one"), KeyError("x")])))
    assert any(line.strip() == "TypeError: one" for line in group)


def test_a_recursion_is_cut_and_a_circle_of_causes_ends() -> None:
    def down() -> None:
        down()

    with pytest.raises(RecursionError) as caught:
        down()
    assert len(lines_of(caught.value)) == FRAMES + 2
    one, two = TypeError("one"), TypeError("two")
    one.__cause__, two.__cause__ = two, one
    assert lines_of(one)[-1] == "TypeError: one"


def test_the_same_bug_is_the_same_whatever_its_words_and_another_place_is_another() -> None:
    errors = [raised(KeyError(name)) for name in ("a", "b")]
    assert identity(errors[0]) == identity(errors[1])
    with pytest.raises(KeyError) as elsewhere:
        raise KeyError("a")
    assert identity(elsewhere.value) != identity(errors[0])
    assert identity(raised(TypeError("a"))) != identity(errors[0])

"""Notices: one for ten equal things, and gone when they no longer hold (U6)."""

from planner_gui.session.notices import Action, Notice, Notices, Severity


def test_u6_equal_notices_are_one_with_a_count() -> None:
    notices, shown = Notices(), list[Notice]()
    notices.shown.connect(shown.append)
    for _ in range(10):
        notices.show("the server failed", connection="tempo", severity=Severity.ERROR)
    notices.show("the server failed", connection="bigtime", severity=Severity.ERROR)
    assert [(notice.connection, notice.count) for notice in notices.current] == [("tempo", 10), ("bigtime", 1)]
    assert [notice.count for notice in shown] == [*range(1, 11), 1]


def test_a_notice_is_withdrawn_once() -> None:
    notices, withdrawn = Notices(), list[Notice]()
    notices.withdrawn.connect(withdrawn.append)
    notice = notices.show("waiting", actions=(Action("Cancel", lambda: None),))
    notices.withdraw(notice)
    notices.withdraw(notice)
    assert len(withdrawn) == 1
    assert notices.current == ()


def test_a_connections_notices_go_together_and_leave_the_others() -> None:
    notices = Notices()
    for connection in ("tempo", "tempo", "bigtime"):
        notices.show(f"{len(notices.current)}", connection=connection)
    notices.withdraw_of("tempo")
    assert [notice.connection for notice in notices.current] == ["bigtime"]

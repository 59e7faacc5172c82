"""The look of the wizard: the dialogs' style, its list of steps, and the answer of a test."""

from __future__ import annotations

from planner_gui.domain.judging import Level
from planner_gui.ui.dialogs.style import dialog_style
from planner_gui.ui.theme import Theme, blend


def wizard_style(theme: Theme) -> str:
    """Qt style sheet of the wizard and of the page of connections."""
    chosen = blend(theme.background, theme.accent, 0.12)
    good = blend(theme.background, theme.cell(Level.FULL).fill, 0.14)
    warm = blend(theme.background, theme.cell(Level.OVER).fill, 0.13)
    bad = blend(theme.background, theme.red, 0.10)
    edge = 1 if theme.outline else 0
    return f"""
    {dialog_style(theme)}
    QDialog QPushButton#step {{ text-align: left; border: 1px solid transparent; background: transparent;
        color: {theme.text}; padding: 7px 12px; }}
    QDialog QPushButton#step:checked {{ background: {chosen}; color: {theme.link}; font-weight: 600; }}
    QDialog QPushButton#step:disabled {{ color: {theme.muted}; background: transparent; }}
    QDialog QPushButton#step:focus {{ border-color: {theme.accent}; }}
    #answer {{ border-radius: 6px; background: {theme.side}; border: {edge}px solid {theme.muted}; }}
    #answer[mood="good"] {{ background: {good}; }}
    #answer[mood="warn"] {{ background: {good}; }}
    #answer[mood="bad"] {{ background: {bad}; }}
    #answer QLabel {{ background: transparent; }}
    QLabel[answer="warn"] {{ color: {theme.orange}; }}
    QLabel[answer="bad"] {{ color: {theme.red}; }}
    #note {{ background: {warm}; border-radius: 6px; border: {edge}px solid {theme.orange}; }}
    #note QLabel {{ background: transparent; color: {theme.text}; }}
    QTreeWidget, QListWidget {{ border: 1px solid {theme.line}; border-radius: 6px; background: {theme.background};
        color: {theme.text}; outline: 0; }}
    QTreeWidget:focus, QListWidget:focus {{ border-color: {theme.accent}; }}
    QTreeWidget[faulty="true"] {{ border-color: {theme.red}; }}
    QTreeWidget::item, QListWidget::item {{ padding: 4px 6px; border: 0; }}
    QListWidget::item {{ padding: 8px 10px; }}
    QTreeWidget::indicator {{ width: 14px; height: 14px; border: 1px solid {theme.muted}; border-radius: 4px;
        background: {theme.background}; }}
    QTreeWidget::indicator:checked {{ background: {theme.accent}; border-color: {theme.accent}; }}
    QTreeWidget::item:selected, QListWidget::item:selected {{ background: {chosen}; color: {theme.text}; }}
    """

"""The look of the edit dialogs: the window's style sheet and what only a form needs."""

from __future__ import annotations

from planner_gui.domain.judging import Level
from planner_gui.ui.style import edge, style_sheet
from planner_gui.ui.theme import Theme, blend


def dialog_style(theme: Theme) -> str:
    """Qt style sheet of one dialog, with or without a window behind it."""
    warm = blend(theme.background, theme.cell(Level.OVER).fill, 0.13)
    return f"""
    {style_sheet(theme)}
    QDialog, #form, #body {{ background: {theme.background}; }}
    QScrollArea {{ border: 0; background: {theme.background}; }}
    #head {{ background: {theme.side}; border-bottom: 1px solid {theme.line}; }}
    #foot {{ background: {theme.side}; border-top: 1px solid {theme.line}; }}
    QLabel {{ color: {theme.text}; }}
    QLabel[role="label"], QLabel[role="hint"] {{ color: {theme.muted}; }}
    QLabel[role="hint"] {{ font-size: 8.5pt; }}
    QLabel[role="fault"] {{ color: {theme.red}; font-size: 9pt; }}
    QLabel[role="dialog"] {{ font-size: 11pt; font-weight: 700; }}
    QLineEdit, QPlainTextEdit, QComboBox {{ background: {theme.background}; color: {theme.text};
        border: 1px solid {edge(theme)}; border-radius: 6px; padding: 5px 9px;
        selection-background-color: {theme.accent}; selection-color: {theme.on_accent}; }}
    QPlainTextEdit {{ padding: 3px 5px; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{ border-color: {theme.accent}; }}
    QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {{ background: {theme.side};
        color: {theme.muted}; border-color: {theme.line}; }}
    QLineEdit[faulty="true"], QPlainTextEdit[faulty="true"], QComboBox[faulty="true"] {{
        border-color: {theme.red}; }}
    #options {{ background: {theme.background}; border: 1px solid {theme.muted}; border-radius: 6px;
        padding: 4px; outline: 0; }}
    #warnings {{ background: {warm}; border: {1 if theme.outline else 0}px solid {theme.orange};
        border-radius: 6px; }}
    #warnings QLabel {{ color: {theme.orange}; background: transparent; }}
    #warnings QLabel[role="muted"] {{ color: {theme.text}; }}
    #banner {{ background: {blend(theme.background, theme.red, 0.10)}; border-top: 1px solid {theme.line}; }}
    #banner QLabel {{ color: {theme.red}; background: transparent; }}
    QDialog QPushButton {{ padding: 6px 14px; border-color: {edge(theme)}; }}
    QDialog QPushButton:hover {{ background: {theme.weekend}; }}
    QDialog QPushButton:disabled {{ color: {theme.muted}; background: {theme.side}; }}
    QDialog QPushButton:focus {{ border: 1px solid {theme.accent}; }}
    QDialog QPushButton#primary {{ background: {theme.accent}; color: {theme.on_accent};
        border-color: {theme.accent}; font-weight: 600; }}
    QDialog QPushButton#primary:hover {{ background: {blend(theme.accent, theme.text, 0.12)}; }}
    QDialog QPushButton#primary:focus {{ border: 2px solid {theme.text}; padding: 5px 13px; }}
    QDialog QPushButton#primary:disabled {{ background: {theme.line}; border-color: {theme.line};
        color: {theme.muted}; }}
    QDialog QPushButton#danger {{ color: {theme.red}; }}
    QDialog QPushButton#danger:disabled {{ color: {theme.muted}; }}
    QDialog QPushButton#link {{ color: {theme.link}; background: transparent; border: 1px solid transparent;
        padding: 0 2px; text-align: left; }}
    QDialog QPushButton#link:focus {{ border-color: {theme.accent}; }}
    """

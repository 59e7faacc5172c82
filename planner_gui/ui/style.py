"""The style sheet of the native widgets, made from a Theme: hierarchy and spacing that a palette cannot say."""

from __future__ import annotations

from planner_gui.ui.theme import Theme


def style_sheet(theme: Theme) -> str:
    """Qt style sheet for the whole window."""
    return f"""
    QToolTip {{ color: {theme.text}; background: {theme.background}; border: 1px solid {theme.line}; padding: 4px; }}
    QToolBar {{ background: {theme.side}; border: 0; border-bottom: 1px solid {theme.line}; padding: 6px 10px;
        spacing: 6px; }}
    QToolBar QToolButton, QToolBar QPushButton, #inspector QPushButton {{ background: {theme.background};
        color: {theme.text}; border: 1px solid {theme.line}; border-radius: 6px; padding: 5px 11px; }}
    QToolBar QToolButton:hover, #inspector QPushButton:hover {{ border-color: {theme.muted}; }}
    QToolBar QToolButton:focus, QToolBar QLineEdit:focus, #inspector QPushButton:focus {{
        border-color: {theme.accent}; }}
    QToolBar QToolButton:checked {{ color: {theme.link}; border-color: {theme.accent}; font-weight: 600; }}
    QToolBar QToolButton:disabled {{ color: {theme.muted}; }}
    QToolBar QToolButton::menu-indicator {{ image: none; width: 0; }}
    QToolBar QLineEdit {{ background: {theme.background}; color: {theme.text}; border: 1px solid {theme.line};
        border-radius: 6px; padding: 5px 9px; min-width: 190px; }}
    #workspace {{ font-weight: 700; background: transparent; border: 0; }}
    #range {{ font-weight: 600; padding: 0 8px; }}
    QLabel[role="muted"] {{ color: {theme.muted}; }}
    QLabel[role="title"] {{ font-size: 15pt; font-weight: 600; }}
    QLabel[role="heading"] {{ color: {theme.muted}; font-weight: 600; font-size: 8.5pt; letter-spacing: 1px; }}
    QLabel[role="strong"] {{ font-weight: 600; }}
    QLabel[role="error"] {{ color: {theme.red}; font-weight: 600; }}
    QLabel[role="warning"] {{ color: {theme.orange}; font-weight: 600; }}
    QLabel[role="badge"] {{ color: {theme.muted}; border: 1px solid {theme.line}; border-radius: 4px;
        padding: 0 5px; font-size: 8pt; background: {theme.background}; }}
    #status {{ background: {theme.side}; border-top: 1px solid {theme.line}; }}
    #status QToolButton {{ color: {theme.text}; padding: 2px 8px; }}
    #over[alert="true"] {{ color: {theme.red}; font-weight: 600; }}
    #notice {{ background: {theme.side}; border-top: 1px solid {theme.line}; }}
    #notice[alert="true"] QLabel {{ color: {theme.red}; }}
    #inspector, #inspector QScrollArea, #inspector QScrollArea > QWidget > QWidget {{ background: {theme.side}; }}
    #inspector {{ border-left: 1px solid {theme.line}; }}
    #rule {{ background: {theme.line}; }}
    #empty {{ background: {theme.background}; }}
    QProgressBar {{ background: {theme.line}; border: 0; border-radius: 4px; }}
    QProgressBar::chunk {{ background: {theme.accent}; border-radius: 4px; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    QScrollBar::handle {{ background: {theme.hatch}; border-radius: 4px; margin: 2px; min-height: 30px;
        min-width: 30px; }}
    QScrollBar::handle:hover {{ background: {theme.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QMenuBar {{ background: {theme.side}; color: {theme.text}; }}
    QMenu {{ background: {theme.background}; color: {theme.text}; border: 1px solid {theme.line}; }}
    QMenu::item:selected, QMenuBar::item:selected {{ background: {theme.accent}; color: {theme.on_accent}; }}
    """

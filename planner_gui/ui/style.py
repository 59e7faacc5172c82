"""The style sheet of the native widgets, made from a Theme: hierarchy and spacing that a palette cannot say."""

from __future__ import annotations

from planner_gui.ui.calendar import calendar_style
from planner_gui.ui.theme import Theme, blend


def style_sheet(theme: Theme) -> str:
    """Qt style sheet for the whole window."""
    chosen = blend(theme.background, theme.accent, 0.12)
    return f"""
    QToolTip {{ color: {theme.text}; background: {theme.background}; border: 1px solid {theme.line}; padding: 4px; }}
    QToolBar {{ background: {theme.side}; border: 0; border-bottom: 1px solid {theme.line}; padding: 7px 12px;
        spacing: 8px; }}
    QToolBar QToolButton, QToolBar QPushButton, #inspector QPushButton, #popup QPushButton, QDialog QPushButton {{
        background: {theme.background}; color: {theme.text}; border: 1px solid {theme.line}; border-radius: 6px;
        padding: 5px 11px; }}
    QToolBar QToolButton:hover, #inspector QPushButton:hover {{ background: {theme.weekend}; }}
    QToolBar QToolButton:focus, QToolBar QLineEdit:focus, #inspector QPushButton:focus, #popup QPushButton:focus,
        QDialog QPushButton:focus {{ border-color: {theme.accent}; }}
    QToolBar QToolButton:checked {{ color: {theme.link}; background: {chosen}; font-weight: 600; }}
    QToolBar QToolButton:disabled {{ color: {theme.muted}; }}
    QToolBar QToolButton[segment="first"] {{ border-top-right-radius: 0; border-bottom-right-radius: 0; }}
    QToolBar QToolButton[segment="middle"] {{ border-radius: 0; border-left: 0; }}
    QToolBar QToolButton[segment="last"] {{ border-top-left-radius: 0; border-bottom-left-radius: 0;
        border-left: 0; }}
    QToolBar QToolButton[alert="true"] {{ color: {theme.link}; border-color: {theme.accent}; }}
    QToolBar QToolButton#workspace {{ font-weight: 700; background: transparent; border: 1px solid transparent;
        padding: 5px 6px; }}
    QToolBar QToolButton#workspace:focus {{ border-color: {theme.accent}; }}
    QToolBar QToolButton[primary="true"], #changes QPushButton[primary="true"], QDialog QPushButton[primary="true"] {{
        background: {theme.accent}; color: {theme.on_accent}; border-color: {theme.accent}; font-weight: 600; }}
    #changes QPushButton[primary="true"]:disabled {{ background: {theme.background}; color: {theme.muted};
        border-color: {theme.line}; }}
    QToolBar QToolButton::menu-indicator {{ image: none; width: 0; }}
    QLineEdit {{ background: {theme.background}; color: {theme.text}; border: 1px solid {theme.line};
        border-radius: 6px; padding: 5px 9px; selection-background-color: {theme.accent};
        selection-color: {theme.on_accent}; placeholder-text-color: {theme.muted}; }}
    QToolBar QLineEdit {{ padding-left: 4px; }}
    QLineEdit:focus {{ border-color: {theme.accent}; }}
    QCheckBox {{ color: {theme.text}; spacing: 8px; }}
    QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {edge(theme)}; border-radius: 4px;
        background: {theme.background}; }}
    QCheckBox::indicator:checked {{ background: {theme.accent}; border-color: {theme.accent}; }}
    QCheckBox::indicator:focus {{ border-color: {theme.accent}; }}
    QCheckBox::indicator:disabled {{ background: {theme.side}; border-color: {theme.line}; }}
    QCheckBox:focus {{ color: {theme.link}; }}
    QCheckBox:disabled {{ color: {theme.muted}; }}
    QComboBox {{ background: {theme.background}; color: {theme.text}; border: 1px solid {edge(theme)};
        border-radius: 6px; padding: 4px 22px 4px 11px; }}
    QComboBox:focus {{ border-color: {theme.accent}; }}
    QComboBox::drop-down {{ border: 0; width: 22px; }}
    QComboBox::down-arrow {{ image: none; }}
    QComboBox QAbstractItemView {{ background: {theme.background}; color: {theme.text};
        border: 1px solid {theme.muted}; padding: 4px; outline: 0;
        selection-background-color: {theme.accent}; selection-color: {theme.on_accent}; }}
    #results, #popup {{ background: {theme.background}; border: 1px solid {theme.muted}; border-radius: 6px; }}
    #results {{ padding: 4px; }}
    #range {{ font-weight: 600; padding: 0 6px; }}
    QPushButton#link, #inspector QPushButton#link {{ text-align: left; border: 1px solid transparent; padding: 1px 2px;
        border-radius: 3px; background: transparent; color: {theme.text}; }}
    #inspector QPushButton#link:hover {{ color: {theme.link}; text-decoration: underline; }}
    #inspector QPushButton#link:focus {{ border-color: {theme.accent}; }}
    QLabel[role="muted"] {{ color: {theme.muted}; }}
    QLabel[role="title"] {{ font-size: 13pt; font-weight: 600; }}
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
    #changes QPushButton, #findings QPushButton {{ background: {theme.background}; color: {theme.text};
        border: 1px solid {theme.line}; border-radius: 6px; padding: 5px 11px; }}
    #changes QPushButton:focus, #findings QPushButton:focus {{ border-color: {theme.accent}; }}
    #card {{ border: 1px solid {theme.line}; border-radius: 6px; background: {theme.background}; }}
    QTreeView {{ background: {theme.background}; color: {theme.text}; border: 0; }}
    QTreeView::item {{ padding: 6px 6px; border-bottom: 1px solid {theme.line}; }}
    QTreeView::item:selected {{ background: {chosen}; color: {theme.text}; }}
    #findings, #changes {{ background: {theme.side}; border-top: 1px solid {theme.line}; }}
    QTableView {{ background: {theme.background}; alternate-background-color: {theme.side}; color: {theme.text};
        border: 0; selection-background-color: {theme.accent}; selection-color: {theme.on_accent}; }}
    QHeaderView::section {{ background: {theme.side}; color: {theme.muted}; border: 0; padding: 5px 6px;
        border-bottom: 1px solid {theme.line}; }}
    QTabBar::tab {{ background: transparent; color: {theme.muted}; padding: 7px 14px; border: 0;
        border-bottom: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; font-weight: 600; }}
    QTabWidget::pane {{ border: 0; }}
    QTabBar:focus {{ color: {theme.link}; }}
    #ruled {{ border-bottom: 1px solid {theme.line}; background: transparent; }}
    QTableView::item {{ padding: 0 6px; }}
    {calendar_style(theme)}
    #empty QPushButton {{ background: {theme.background}; color: {theme.text}; border: 1px solid {theme.line};
        border-radius: 6px; padding: 7px 16px; }}
    #empty QPushButton[primary="true"] {{ background: {theme.accent}; color: {theme.on_accent};
        border-color: {theme.accent}; font-weight: 600; }}
    #empty QPushButton:focus {{ border: 2px solid {theme.text}; }}
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


def edge(theme: Theme) -> str:
    """Edges of things to type into: seen better than the lines between things to read."""
    return theme.line if theme.outline else blend(theme.line, theme.muted, 0.28)

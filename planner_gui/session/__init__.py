"""The running planner without widgets: QtCore signals, no QtWidgets."""

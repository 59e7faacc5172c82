"""planner-gui: a desktop capacity planner."""

__version__ = "0.1.0"

"""The tests: they mirror planner_gui/, read like a specification, and name the requirement each one proves."""

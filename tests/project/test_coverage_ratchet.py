"""Coverage floors only rise, and no file of the ruled layers is without one."""

import json
import tomllib

from tests.project.coverage_ratchet import as_toml, measured, problems, raised

REPORT = json.dumps(
    {
        "files": {
            "planner_gui/domain/plan.py": {"summary": {"percent_covered": 91.7}},
            "planner_gui/store/cache.py": {"summary": {"percent_covered": 80.0}},
            "planner_gui/ui/window.py": {"summary": {"percent_covered": 3.0}},
        }
    }
)


def test_only_the_layers_that_hold_rules_are_measured() -> None:
    assert measured(REPORT) == {"planner_gui/domain/plan.py": 91.7, "planner_gui/store/cache.py": 80.0}


def test_a_file_below_its_floor_without_one_or_gone_is_named() -> None:
    floors = {"planner_gui/domain/plan.py": 92, "planner_gui/domain/gone.py": 5}
    assert problems(floors, measured(REPORT)) == [
        "planner_gui/domain/plan.py: 91.7 % covered, its floor is 92 %",
        "planner_gui/store/cache.py: no floor yet (80.0 % covered)",
        "planner_gui/domain/gone.py: has a floor but is gone",
    ]
    assert problems({"planner_gui/domain/plan.py": 91, "planner_gui/store/cache.py": 80}, measured(REPORT)) == []


def test_raising_rounds_down_and_never_lowers_a_floor() -> None:
    floors = {"planner_gui/store/cache.py": 85, "planner_gui/domain/gone.py": 5}
    assert raised(floors, measured(REPORT)) == {"planner_gui/domain/plan.py": 91, "planner_gui/store/cache.py": 85}


def test_the_written_floors_are_read_back() -> None:
    floors = {"planner_gui/store/cache.py": 85, "planner_gui/domain/plan.py": 91}
    assert tomllib.loads(as_toml(floors))["floors"] == floors

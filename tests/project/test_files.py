"""The project's own files agree with each other: README, commands, lock files, licences, documents."""

import ast
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

LOCKS = ("packaging/requirements.txt", "packaging/requirements-dev.txt")
NAME = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def tracked_files(repository: Path) -> list[Path]:
    """Every file of the repository, committed or about to be."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(git, cwd=repository, capture_output=True, text=True, check=True).stdout
    return [path for path in map(repository.joinpath, output.splitlines()) if path.is_file()]


def first_block(readme: str) -> list[str]:
    """The lines of the first fenced block."""
    match = re.search(r"^```\w*\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert match, "the README has no fenced block"
    return match[1].splitlines()


def test_the_first_block_of_the_readme_is_the_two_commands_and_nothing_else(repository: Path) -> None:
    assert first_block((repository / "README.md").read_text()) == ["./dev demo", "./dev test"]


def test_the_commands_exist_and_say_what_they_do(repository: Path) -> None:
    assert os.access(repository / "dev", os.X_OK)
    output = subprocess.run(["./dev", "help"], cwd=repository, capture_output=True, text=True, check=True).stdout
    for verb in ("demo", "test", "ratchet", "lock", "setup"):
        assert f"./dev {verb}" in output


def test_an_unknown_command_is_a_usage_error(repository: Path) -> None:
    result = subprocess.run(["./dev", "dance"], cwd=repository, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "./dev demo" in result.stderr


def test_continuous_integration_runs_the_second_command_and_nothing_cleverer(repository: Path) -> None:
    script = repository / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = [line for line in script.read_text().splitlines() if not line.startswith("#")]
    assert lines == ['cd "$(dirname "$0")/.." && exec ./dev test']


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_server(repository: Path, lock: str) -> None:
    text = (repository / lock).read_text()
    assert "://" not in text
    assert "--index-url" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_its_hash(repository: Path, lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (repository / lock).read_text().strip())
    assert len(entries) > 30
    assert [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_of_the_program_is_a_part_of_the_development_lock(repository: Path) -> None:
    runtime, development = (set(NAME.findall((repository / lock).read_text())) for lock in LOCKS)
    assert runtime < development


def test_every_dependency_is_locked(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())
    locked = {name for name, _ in NAME.findall((repository / LOCKS[0]).read_text())}
    wanted = {re.split(r"[<>=!~\[; ]", line)[0].lower() for line in project["project"]["dependencies"]}
    assert wanted <= locked


def test_the_licences_name_exactly_the_locked_packages(repository: Path) -> None:
    page = (repository / "packaging" / "LICENCES.md").read_text()
    with_program, _, for_development = page.partition("## For development only")
    row = re.compile(r"^\| ([a-z0-9-]+) \| (\S.*?) \|", re.MULTILINE)
    named = [{name for name, _ in row.findall(part)} - {"package"} for part in (with_program, for_development)]
    runtime, development = ({name for name, _ in NAME.findall((repository / lock).read_text())} for lock in LOCKS)
    assert named == [runtime, development - runtime]


def test_the_version_is_the_same_everywhere(repository: Path) -> None:
    import planner_gui

    project = tomllib.loads((repository / "pyproject.toml").read_text())
    assert planner_gui.__version__ == project["project"]["version"]


def test_every_module_opens_by_saying_what_it_is_for(repository: Path) -> None:
    silent = [
        str(path.relative_to(repository))
        for path in tracked_files(repository)
        if path.suffix == ".py" and path.read_text() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_no_file_names_a_place_of_the_machine_it_was_written_on(repository: Path) -> None:
    # Spelt in pieces, or this file would find itself.
    places = re.compile("|".join("/" + place for place in ("work/", "farm/", "opt/" + "pypi")))
    named = []
    for path in tracked_files(repository):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue  # a picture
        named += [
            f"{path.relative_to(repository)}: {line.strip()}" for line in text.splitlines() if places.search(line)
        ]
    assert named == []


def requirement_ids(repository: Path) -> set[str]:
    """The ids that docs/requirements.md defines, ranges of faults spread out."""
    ids: set[str] = set()
    for prefix, first, last in re.findall(
        r"^\| ([A-Z]{1,2})(\d+)(?:-[A-Z]{1,2}(\d+))? \|",
        (repository / "docs/requirements.md").read_text(),
        re.MULTILINE,
    ):
        ids |= {f"{prefix}{number}" for number in range(int(first), int(last or first) + 1)}
    return ids


def test_the_requirements_are_whole(repository: Path) -> None:
    ids = requirement_ids(repository)
    counts = {"N": 14, "A": 9, "W": 18, "C": 10, "V": 6, "U": 6, "X": 4, "D": 5, "L": 5, "K": 5}
    assert {prefix: sum(1 for name in ids if re.fullmatch(prefix + r"\d+", name)) for prefix in counts} == counts


def test_an_id_that_code_or_a_test_cites_exists(repository: Path) -> None:
    """Looks in docstrings and comments, where an id stands alone or in a list: (N5), N1-N9, "W5, W6"."""
    known = requirement_ids(repository) | {"X11"}  # the window system
    families = {re.sub(r"\d", "", name) for name in known}
    cited = re.compile(r"(?<![\w.#-])(" + "|".join(sorted(families, key=len, reverse=True)) + r")(\d{1,2})(?![\w.%-])")
    unknown = []
    for path in tracked_files(repository):
        if path.suffix != ".py" or path == Path(__file__):
            continue
        for text in comments_and_docstrings(path.read_text()):
            for family, number in cited.findall(text):
                if family + number not in known:
                    unknown.append(f"{path.relative_to(repository)}: {family}{number}")
    assert unknown == []


def comments_and_docstrings(source: str) -> list[str]:
    """The prose of a module."""
    tree = ast.parse(source)
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    prose = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds)]
    return prose + re.findall(r"(?:^|\s)#\s(.*)$", source, re.MULTILINE)


def test_every_example_of_the_capacity_rules_is_a_test_named_by_its_id(repository: Path) -> None:
    examples = re.findall(r"^\| (CAP-\w+) \|", (repository / "docs" / "capacity.md").read_text(), re.MULTILINE)
    assert len(examples) == 28
    names = " ".join(
        node.name
        for path in (repository / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    )
    missing = [name for name in examples if not re.search(rf"test_{name.replace('-', '_')}(?![A-Za-z0-9])", names)]
    assert missing == []


def test_links_between_the_documents_lead_somewhere(repository: Path) -> None:
    broken = []
    for page in tracked_files(repository):
        if page.suffix == ".md":
            targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
            local = [target for target in targets if "://" not in target]
            broken += [f"{page.name}: {target}" for target in local if not (page.parent / target).exists()]
    assert broken == []

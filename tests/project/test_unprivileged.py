"""A program started to obey file modes does, whoever starts it."""

import subprocess
import sys
from pathlib import Path

from tests.unprivileged import obey_file_modes

WRITES = """
import sys
for place in sys.argv[1:]:
    try:
        open(place, "a").close()
        print("written")
    except PermissionError:
        print("refused")
"""


def test_a_read_only_folder_and_a_read_only_file_refuse_and_others_do_not(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    file = tmp_path / "file"
    file.touch(0o444)
    closed.chmod(0o555)
    places = [str(closed / "new"), str(file), str(tmp_path / "new")]
    command = [sys.executable, "-c", WRITES, *places]
    done = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=obey_file_modes)
    assert done.stdout.split() == ["refused", "refused", "written"]
    assert done.stderr == ""

"""`python -m tests.faults [ID ...]`: run every case of the fault plan, or those whose id begins so; 0 if all passed."""

from __future__ import annotations

import sys
import time

from tests.faults.cases import Case
from tests.faults.plan import plan, run


def main(wanted: list[str]) -> int:
    passed = failed = left_out = 0
    began = time.monotonic()
    for case in plan():
        if wanted and not any(case.id.startswith(prefix) for prefix in wanted):
            continue
        if not isinstance(case, Case):
            left_out += 1
            print(f"not applicable  {case.id}  {case.reason}")
            continue
        started = time.monotonic()
        problem = run(case)
        slow = f" ({time.monotonic() - started:.1f} s)" if time.monotonic() - started > 1 else ""
        passed, failed = (passed + 1, failed) if problem is None else (passed, failed + 1)
        print(
            f"{'ok  ' if problem is None else 'FAIL'}  {case.id}  {case.what}{slow}{f': {problem}' if problem else ''}"
        )
    seconds = time.monotonic() - began
    print(f"{passed} passed, {failed} failed, {left_out} not applicable, in {seconds:.0f} s")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

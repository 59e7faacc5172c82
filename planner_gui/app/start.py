"""What makes the window open sooner. Called before Qt and the window's modules are imported; decides nothing else."""

from __future__ import annotations

import builtins
import gc


def hasten() -> None:
    """Import Qt, so that what is imported after it costs less; collect no garbage until the window has been painted.

    Opening makes a hundred thousand objects that stay, and a collector that is set for short programs looks at them
    again and again: a tenth of the time. `desktop` sets what suits a running window at the first paint.
    """
    gc.set_threshold(500_000, 20, 500)
    import PySide6.QtCore  # noqa: F401  (here and not above: `hasten` is what imports it early)

    # PySide6 puts its own `__import__` in place of Python's, for `from __feature__ import ...`. It reads the source of
    # every module that is imported from then on, a tenth of what our imports cost; we use no `__feature__`.
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:
        builtins.__import__ = plain

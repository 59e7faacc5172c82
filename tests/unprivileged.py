"""Root as an ordinary user: a program that must obey the modes of files, as everybody else does.

Becoming another user would do too, but that one may not read Python or the program where they lie in root's home.
"""

import ctypes

PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
_libc = ctypes.CDLL(None)  # loaded here: between fork and exec nothing may wait for a lock


def obey_file_modes() -> None:
    """For `subprocess`' preexec_fn: what is started then may write only what its owner's mode allows, even as root."""
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)

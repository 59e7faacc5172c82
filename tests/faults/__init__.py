"""Fault injection (reliability: FA, FB, FC for reads; FD3, FD5, FD9): `python -m tests.faults` runs every case."""

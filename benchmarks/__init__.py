"""The speed figures, each a time of its own process or a ratio, run by `python -m benchmarks`; no test asserts them."""

"""A pretend company behind the five kinds of vendor API, for the demo, the tests and the benchmarks.

It must import nothing else of this program: a mistake in an adapter may not hide behind the same mistake here.
"""

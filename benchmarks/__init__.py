"""Benchmarks: each measures us beside a reference, in one run, and prints one line of JSON."""

"""Benchmarks: what Seawall costs, measured beside peers in one run. ``make bench`` writes results/*.json."""

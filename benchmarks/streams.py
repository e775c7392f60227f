"""Placeholder."""


def measure():
    return []

"""Screening: text in, findings out; one detector a file. Imports `vocabulary` only."""

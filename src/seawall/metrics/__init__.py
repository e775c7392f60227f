"""Metrics: the public numbers, each with a definition, counted from records, closed as a record of its own.

    records -> tally -> withheld (small cells) -> told -> metrics.closed -> anyone verifies, auditors count again

What each number means is data, `editions/`. Counting, withholding and verifying are pure and load no database; closing
and reading need `store`. Imports `ledger` and `store`, never the vault and no room that decides anything: what is
public is made of what was recorded, and of nothing else.
"""

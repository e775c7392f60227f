"""The audit: records of the ledger found again, taken out as files, and passed on to other systems.

    sequenced records -> index -> search -> jsonl | csv | cef | ocsf -> file, webhook, syslog

Everything here reads what the ledger numbered, in its order; nothing is kept that is not in it, but an index that can
be made again. Every line that leaves carries its own index and that of the line before, so that a line which is taken
away shows (`consume`). Limits: a record is found some seconds after it was written, once it has its number; sealed
records show that they are there and nothing else.
"""

"""The demo: a whole Seawall, a model behind it, conversations through the official SDKs, and what came of them.

    scenario -> upstream + stage -> run -> what the database says -> ledger, checked by a process of its own -> report

It starts real processes and ends every one of them. Its figures are those of this one run on this one machine.
"""

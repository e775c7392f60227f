"""The ledger: what was decided, in order, for good. So far its pure part: the tree, signed notes and proof files.

Everything here works on bytes alone, so that a verifier needs nothing of the server.
"""

"""The ledger: what was decided, in order, for good, and checkable by anyone.

    record -> commitment -> sequence -> tiles -> checkpoint -> proof -> verify

`write` and `sequencer` need the store. Everything that a verifier needs (`commitment`, `tree`, `tiles`, `note`,
`proof`, `bodies`, `verify`, `source`) works on bytes alone, shares no state with the server and imports nothing of it;
that is why this module itself imports nothing.
"""

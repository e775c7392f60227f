"""Pages that reach every room: a whole instance as `app` wires it, with its acts, its holders of data, its ledger."""

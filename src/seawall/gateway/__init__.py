"""The gateway: the live path between people and a model, on both wire formats.

    screen -> decide -> commit -> reply

`flow` is that path on one screen; `server` puts it behind HTTP; `recorder` writes it down; `batches` hands it to the
ledger. Nothing is answered unrecorded, and nothing that was not screened counts as passed.
"""

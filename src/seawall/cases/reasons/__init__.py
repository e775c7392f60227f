"""Statements of reasons for the authority: made of decisions alone, sent in batches, each once however often it breaks.

    Decided -> statement -> waiting -> batch of 100 -> sent | refused, with what is wrong with it

Off unless the settings say where to. Nothing of child safety is stated, and nothing of what anybody wrote: a statement
is made of codes and dates. Imports `net`, as nothing else of the room does.
"""

"""What codes of investigations and rescreenings are called on pages."""

from seawall.investigations.model import How, Search, State
from seawall.web.console.cases.words import SURFACES, title_of

HOWS = {
    How.TEXT: "Words that were said",
    How.EXPRESSION: "An expression that what was said fits",
    How.CATEGORY: "What was found: a category",
    How.DETECTOR: "What found it: a detector",
    How.RELEASE: "One release of a detector, with a category",
    How.TOOL: "A tool that was called",
    How.NETWORK: "The network that it came from",
    How.SIMILAR: "A prompt that is like it",
    How.ACCOUNT: "An account",
    How.KEY: "A key",
    How.LINKED: "Accounts that share a payment or a device with one",
}
STATES = {
    State.QUEUED: "Waits for a worker",
    State.RUNNING: "Runs",
    State.FINISHED: "Done",
    State.STOPPED: "Stopped",
}
HAPPENED = {
    "opened": "Opened",
    "searched": "Searched",
    "search_finished": "A search came to its end",
    "viewed": "Looked at what was said",
    "pinned": "Saved",
    "unpinned": "Taken out",
    "noted": "Note",
    "readers_changed": "Who may see it was changed",
    "closed": "Closed",
    "reopened": "Reopened",
}
CLOSES = ("done", "nothing_found", "handed_on", "opened_by_mistake")


REOPENS = ("new_facts", "closed_too_early", "closed_by_mistake")


def sought(search: Search, typed: str | None) -> str:
    """Return what a search looks for, in the words that were typed where they are still kept."""
    if search.like:
        return f"as in {search.like}"
    if search.item is not None:
        return typed if typed is not None else "(no longer kept)"
    return title_of(search.value) if search.how is How.CATEGORY else search.value


def number(search: Search) -> str:
    """Return how much a search found."""
    if search.state in (State.QUEUED, State.RUNNING):
        return f"{search.hits} so far"
    return f"{search.hits}" if search.whole else f"{search.hits} or more"


__all__ = ["CLOSES", "HAPPENED", "HOWS", "REOPENS", "STATES", "SURFACES", "number", "sought", "title_of"]

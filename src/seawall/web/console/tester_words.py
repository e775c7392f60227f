"""What the codes of engagements are called where people read them."""

CHECKS: tuple[tuple[str, str], ...] = (
    ("identity_document", "An identity document"),
    ("employer", "Their employer confirmed them"),
    ("video_call", "A video call"),
    ("in_person", "They were here in person"),
    ("agreement", "An agreement that they signed"),
)
CHECKED = dict(CHECKS)
ENDED = {"time_over": "its time was over", "ended": "somebody ended it"}
HAPPENED = {
    "tester.engagement_created": "The engagement was set up",
    "tester.validated": "A tester was let in",
    "tester.removed": "A tester was taken out",
    "tester.key_created": "A key was made",
    "tester.safeguards_changed": "The safeguards were changed",
    "tester.statement_issued": "A statement was issued",
    "tester.engagement_ended": "The engagement ended",
}


def refused(keys: int, whose: str) -> str:
    """Return what becomes of keys that work, in a sentence."""
    if not keys:
        return "No key works, so none is refused."
    told = f"{whose} working key is" if keys == 1 else f"{whose} {keys} working keys are"
    return f"{told} refused from the next request on, in every gateway process."


def left(budget: int | None, used: int) -> str:
    """Return how much of a budget was used and is left, in words."""
    if budget is None:
        return f"{used:,} used; no limit is set"
    return f"{used:,} of {budget:,} used, {max(0, budget - used):,} left"

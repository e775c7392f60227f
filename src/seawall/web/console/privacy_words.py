"""What the codes of privacy requests are called where people read them, and what a deletion will do, in sentences."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

WISHES = {
    "export": "A copy of what is stored",
    "delete": "Deletion",
    "correct": "Correction",
    "opt_out": "That nothing is learned from it",
    "opt_in": "That it may be learned from again",
}
ASKS = {
    "export": "asks for a copy of what is stored",
    "delete": "asks for deletion",
    "correct": "asks for correction",
    "opt_out": "asks that nothing is learned from it",
    "opt_in": "asks that it may be learned from again",
}
WHOSE = {"account": "an end user", "person": "somebody who works here", "project": "a project"}
CHECKS: tuple[tuple[str, str], ...] = (
    ("signed_in", "They were signed in as themselves"),
    ("vouched_by_project", "The project's application vouches for them"),
    ("address_answered", "They answered from the address that is on record"),
    ("identity_document", "An identity document"),
    ("in_person", "They were here in person"),
)
CHECKED = dict(CHECKS)
REASONS: tuple[tuple[str, str], ...] = (
    ("not_who_they_say", "They are not who they say"),
    ("identity_not_shown", "They did not show who they are when asked"),
    ("not_theirs", "The data is not theirs"),
    ("asked_again", "The same was answered shortly before"),
    ("withdrawn", "They took the request back"),
    ("law_forbids", "A law or an order forbids it"),
)
REFUSED = dict(REASONS)
WHY = {
    "kept_by_law": "the law asks or allows to keep it",
    "evidence_of_decisions": "evidence of decisions, kept for its period",
    "credential": "a credential that the installation works with",
    "profile": "a profile: it goes by a request about the person",
    "ledger_committed_to_the_decision": "the ledger committed to what was decided; no content is in it",
    "decisions_stay_open_to_appeal": "what was decided must stay open to appeal; no content is in it",
    "ledger_names_the_id_alone": "the ledger names the identifier alone",
}


STAYS = {
    "content": "Contents",
    "exchange": "Exchanges",
    "standing": "Standing, decisions and strikes",
    "profile": "Profile",
    "records": "Records that name them",
}


class Held(NamedTuple):
    """What one holder holds, and what a deletion does to it."""

    label: str
    deletion: str


HOLDERS = {
    "exchange": Held(
        "Exchanges",
        "Their content and the places of what was found in it go. That there was an exchange stays.",
    ),
    "standing": Held("Standing, decisions and strikes", "Stays, open to appeal. No content is in it."),
    "content": Held("Notes and other texts", "Go. Evidence that decisions rest on stays for its period."),
    "person": Held(
        "Profile, roles, second factors, sessions, records",
        "Name, address, second factors, sessions and roles go. The identifier stays, as records name it.",
    ),
}


def holder(name: str) -> Held:
    """Return what a holder is called; one that is not known here yet says for itself what it removes."""
    return HOLDERS.get(name) or Held(
        name.replace("_", " ").capitalize(), "What it may remove goes; the answer says it."
    )


def deletion(
    held: Mapping[str, int], on_hold: Mapping[str, int], now: datetime, backups_kept_days: int
) -> tuple[str, ...]:
    """Return what a deletion will do, a sentence or two for each thing that it reaches and does not."""
    told = [f"{holder(name).label} ({count}): {_small(holder(name).deletion)}" for name, count in held.items() if count]
    bound, gone = sum(on_hold.values()), now + timedelta(days=backups_kept_days)
    if bound:
        told.append(f"A legal hold or a preservation order keeps {bound} of these. The answer says so.")
    return (
        *(told or ["Nothing is stored of them. The answer says that."]),
        "Content goes from the vault at once, and so from whatever finds, shows or learns from it. Files of labels "
        "that left with their texts are named in the answer, to be made anew without.",
        "The keys that open it in backups are destroyed with the vault's next sweep. The last backup with it is gone "
        f"by {gone:%-d %B %Y}: they are kept for {backups_kept_days} days.",
        "It cannot be brought back.",
    )


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]

"""A legal request through the forms of the console, as a browser sends them."""

from typing import Any

import httpx

from tests.web.console.conftest import Staff
from tests.web.console.wired.conftest import ACCOUNT

TAKEN = {
    "kind": "search_warrant", "tier": "content", "country": "DE", "channel": "served",
    "received_at": "2026-01-01T10:00", "due_at": "", "agency": "Example Police", "sender": "Inspector Example",
    "title": "", "email": "", "phone": "+49 30 1234567", "legal_basis": "Section 1", "case_ref": "", "danger": "",
    "accounts": ACCOUNT, "since": "2025-12-01T00:00", "until": "2027-01-01T00:00", "nondisclosure_until": "",
}  # fmt: skip
DATA = ["account", "exchanges", "content"]
CALL = {"found_at": "court_registry", "number": "030 7654321", "spoke_to": "Registry", "confirmed": "yes"}
WORDS = {"reason_code": "too_broad", "words": "Why all of it?"}
SCOPE = {"accounts": ACCOUNT, "since": "2025-12-01T00:00", "until": "2027-01-01T00:00"}


def sent(who: Staff, path: str, fields: dict[str, Any], document: bytes | None = None) -> httpx.Response:
    """Send a form with several values of a field, or with a file, as a browser does."""
    data = {"csrf": who.browser.form} | fields
    headers = {"accept": "text/html", "x-csrf-token": ""}
    files = None if document is None else {"document": ("order.pdf", document, "application/pdf")}
    return who.browser.ask("POST", f"/console{path}", data=data, files=files, headers=headers)


def taken(who: Staff, document: bytes = b"%PDF an order", **more: Any) -> str:
    """Take a request in and return the path of its page."""
    reply = sent(who, "/legal/take", {**TAKEN, "categories": DATA, **more}, document)
    assert reply.status_code == 303, reply.text
    return str(reply.headers["location"]).removeprefix("/console").split("?")[0]


def done(who: Staff, path: str, step: str, **fields: Any) -> None:
    """Do a step that must succeed."""
    reply = sent(who, f"{path}/{step}", fields)
    assert reply.status_code == 303, (step, reply.text)


def approved(lea: Staff, leo: Staff, **more: Any) -> str:
    """Take one in up to its approval."""
    path = taken(lea, **more)
    done(lea, path, "call-back", **CALL)
    done(lea, path, "accept", reason="It holds.", categories=DATA, **SCOPE)
    done(leo, path, "approve")
    return path

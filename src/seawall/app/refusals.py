"""What to do next when a server refuses, in words of the command line."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

_ENDED = frozenset({"access.session_ended", "access.token_reused"})


def next_step(server: str, told: Mapping[str, Any]) -> str:
    """Return the hint of a refusal, as whoever sits at a command line can follow it."""
    code, hint = told.get("code", ""), str(told.get("hint", ""))
    if code == "access.approval_needed":
        return _ask(server, told) or hint
    if code == "access.passkey_needed":
        return f"Use your passkey at {server}/console/step-up, then: seawall sign-in --passkey --server {server}"
    if code in _ENDED:
        return f"seawall sign-in --server {server}"
    return hint


def _ask(server: str, told: Mapping[str, Any]) -> str:
    try:
        wanted = json.loads(told["asks"])
        words = ["seawall", "approvals", "ask", wanted["act"], "--parameters", json.dumps(wanted["parameters"])]
    except (KeyError, TypeError, ValueError):
        return ""
    return (
        f"{shlex.join([*words, '--server', server, '--reason'])} WHY; once they agreed: seawall approvals execute rq_…"
    )

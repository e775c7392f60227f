"""Accounts: who is in which standing, found by state, key, project, label or identifier; and rules about them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import Response

from seawall.enforce.rules.listing import Came
from seawall.policy.accounts.documents import RuleDoc
from seawall.vocabulary.standing import State
from seawall.web.api import account_rules
from seawall.web.api import accounts as api
from seawall.web.console.listing import PAGE, Column, Row, listed
from seawall.web.console.page import page, sent_to
from seawall.web.routes import Routes, may

routes = Routes("/console/accounts", tags=["console"])
STEPS = (("Accounts", "/console/accounts"),)
_ASKED = ("state", "key", "project", "label")
_DAYS = 30.0
_STATES = tuple(each.value for each in State)
_RULES = (
    Column(key="rule", label="Rule", mono=True),
    Column(key="mode", label="Mode", choices=("enforce", "monitor")),
    Column(key="says", label="What it is for", free=True),
    Column(key="acted", label="Acted", number=True),
    Column(key="would_have", label="Would have", number=True),
    Column(key="failed", label="Failed", number=True),
    Column(key="reversed", label="Reversed", number=True),
    Column(key="latest", label="Latest"),
)


@routes.get("", needs=may("account.read"))
def every(request: Request) -> Response:
    """List accounts a page at a time, narrowed by what is asked; an identifier leads to its page."""
    given = {name: value.strip()[:80] for name, value in request.query_params.items()}
    if given.get("account"):
        return sent_to(where(given["account"]))
    asked = {name: given.get(name, "") for name in _ASKED}
    state = State(asked["state"]) if asked["state"] in _STATES else None
    found = api.every(
        request, state, asked["key"], asked["project"], asked["label"], after=given.get("after", ""), limit=PAGE
    )
    told = urlencode({name: value for name, value in {**asked, "after": found.next}.items() if value})
    following = f"/console/accounts?{told}" if found.next else ""
    return page(
        request,
        "accounts.html",
        found=found.accounts,
        asked=asked,
        states=_STATES,
        following=following,
        where=where,
    )


@routes.get("/rules", needs=may("policy.read"))
def rules(request: Request) -> Response:
    """List the rules in force, and what came of each in the last month."""
    shown = account_rules.in_force(request, _DAYS)
    rows = [_row(rule, [each for each in shown.came if each.rule == rule.name]) for rule in shown.rules.rules]
    return listed(request, "account_rules.html", "account-rules", _RULES, rows, version=shown.version)


@routes.get("/rules/{rule}", needs=may("account.read"))
def rule(rule: str, request: Request, after: str = "") -> Response:
    """Show what came of a rule."""
    found, following = account_rules.came_of(rule, request, after, PAGE)
    path = f"/console/accounts/rules/{quote(rule, safe='')}"
    return page(
        request,
        "account_rule.html",
        steps=(*STEPS, ("Rules", "/console/accounts/rules")),
        rule=rule,
        came=found,
        following=f"{path}?after={following}" if following else "",
        where=where,
    )


def _row(rule: RuleDoc, came: Sequence[Came]) -> Row:
    cells: dict[str, Any] = {each.outcome: each.times for each in came}
    cells = dict.fromkeys(("acted", "would_have", "failed"), 0) | cells
    cells |= {"rule": rule.name, "mode": rule.mode, "says": rule.says, "reversed": sum(each.reversed for each in came)}
    cells["latest"] = max((each.latest for each in came), default=None)
    return Row(cells=cells, href=f"/console/accounts/rules/{quote(rule.name, safe='')}")


def where(account: str) -> str:
    """Return the address of an account's page."""
    return f"/console/accounts/of/{quote(account, safe='')}"

"""Links of the portal for an operator's product, which alone knows the person; and where that person is reached.

A link with content, or with everything that is stored, is the product's word of this moment that whoever is given it is
that person. So it lasts for minutes.
"""

from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel, Field

from seawall.cases import appeals, contacts, facing, flags
from seawall.cases.links import Link, Opens, issue, revoke
from seawall.cases.notices import one
from seawall.store import Transaction
from seawall.web.offices import office_of
from seawall.web.routes import PROJECT_KEY, Routes, Through
from seawall.web.signed import house_of

routes = Routes("/api/v1", tags=["for products"])
_PAGES = {
    Opens.NOTICE: "notice",
    Opens.CONTENT: "notice",
    Opens.MACHINE: "notice",
    Opens.APPEAL: "appeal",
    Opens.FLAG: "flag",
    Opens.EXPORT: "export",
}


class NoticeLinkWanted(BaseModel):
    """Whether the page may show what the person wrote: then the link lasts for minutes."""

    content: bool = False


class DecisionLinkWanted(BaseModel):
    """On which exchange a machine decided."""

    exchange: str = Field(max_length=60)


class Whose(BaseModel):
    """The person, by the name that requests at the gateway give them."""

    end_user: str = Field(min_length=1, max_length=512)


class ContactGiven(Whose):
    """Where the person is reached by e-mail."""

    email: str = Field(max_length=254)
    language: Literal["en", "de"] = "en"


@routes.post("/notices/{notice}/link", needs=PROJECT_KEY, status_code=201)
def of_notice(notice: str, given: NoticeLinkWanted, request: Request, through: Through) -> dict[str, Any]:
    """Make a link to a notice. With `content` the page can show what the person wrote."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        found = one(tx, office, notice, through=through)
        kind = Opens.CONTENT if given.content else Opens.NOTICE
        made = issue(
            tx, office, kind, found.id, project=through.project, key=through.key, account=found.account, by=through.key
        )
    return _shown(request, *made)


@routes.post("/decisions/{decision}/link", needs=PROJECT_KEY, status_code=201)
def of_decision(decision: str, given: DecisionLinkWanted, request: Request, through: Through) -> dict[str, Any]:
    """Make a link to what a machine decided on an exchange, from which it can be appealed."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        found = facing.machine_decision(tx, office, decision, given.exchange, through=through)
        made = issue(
            tx, office, Opens.MACHINE, decision, project=through.project, key=through.key, account=found.account,
            exchange=found.exchange, by=through.key,
        )  # fmt: skip
    return _shown(request, *made)


@routes.post("/appeals/{appeal}/link", needs=PROJECT_KEY, status_code=201)
def of_appeal(appeal: str, request: Request, through: Through) -> dict[str, Any]:
    """Make a link to where an appeal is."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        found = appeals.status(tx, office, appeal, through=through)
        return _shown(request, *_of_case(tx, request, Opens.APPEAL, found.appeal, through))


@routes.post("/flags/{flag}/link", needs=PROJECT_KEY, status_code=201)
def of_flag(flag: str, request: Request, through: Through) -> dict[str, Any]:
    """Make a link to what became of a flag."""
    with house_of(request).database.begin() as tx:
        found = flags.follow(tx, flag, through=through)
        return _shown(request, *_of_case(tx, request, Opens.FLAG, found.flag, through))


@routes.post("/export-link", needs=PROJECT_KEY, status_code=201)
def of_export(given: Whose, request: Request, through: Through) -> dict[str, Any]:
    """Make a link behind which a person gets what is stored of them, once, within minutes."""
    house, office = house_of(request), office_of(request)
    account = house.account(through.key, given.end_user)
    with house.database.begin() as tx:
        made = issue(
            tx, office, Opens.EXPORT, account, project=through.project, key=through.key, account=account, by=through.key
        )
    return _shown(request, *made)


@routes.delete("/links/{link}", needs=PROJECT_KEY)
def end(link: str, request: Request, through: Through) -> dict[str, Any]:
    """Let a link work no more."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        revoke(tx, office, link, project=through.project, by=through.key)
    return {"revoked": link}


@routes.put("/contacts", needs=PROJECT_KEY)
def reach(given: ContactGiven, request: Request, through: Through) -> dict[str, Any]:
    """Say where a person is reached by e-mail, for notices. The address lies in the vault."""
    house, office = house_of(request), office_of(request)
    account = house.account(through.key, given.end_user)
    with house.database.begin() as tx:
        contacts.say(tx, office, account, given.email, given.language, through=through)
    return {"account": account}


@routes.post("/contacts/forget", needs=PROJECT_KEY)
def forget(given: Whose, request: Request, through: Through) -> dict[str, Any]:
    """Forget where a person is reached."""
    house, office = house_of(request), office_of(request)
    account = house.account(through.key, given.end_user)
    with house.database.begin() as tx:
        known = contacts.take_back(tx, office, account, through=through)
    return {"account": account, "forgotten": known}


def _of_case(tx: Transaction, request: Request, kind: Opens, case: str, through: Through) -> tuple[Link, str]:
    return issue(
        tx, office_of(request), kind, case, project=through.project, key=through.key, account="", by=through.key
    )


def _shown(request: Request, link: Link, token: str) -> dict[str, Any]:
    url = f"{house_of(request).site.origins[0]}/portal/{_PAGES[link.kind]}/{token}"
    return {"link": link.id, "url": url, "ends_at": link.ends_at}

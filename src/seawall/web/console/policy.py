"""The usage policy: its words in force or of any version, what was published, and what changed between two."""

from fastapi import Request
from fastapi.responses import Response

from seawall.policy import PolicyVersion, diff, load_documents, versions
from seawall.policy.documents import Documents, RuleDoc
from seawall.policy.problems import NoPolicy
from seawall.policy.publishing import find
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.web.console.naming import readable_names
from seawall.web.console.page import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/policy", tags=["console"])
STEPS = (("Policy", "/console/policy"),)
_MOST = 200


@routes.get("", needs=may("policy.read"))
def in_force(request: Request, signed: Caller) -> Response:
    """Show the policy that is in force."""
    return _shown(request, signed, "")


@routes.get("/versions/{version}", needs=may("policy.read"))
def version(version: str, request: Request, signed: Caller) -> Response:
    """Show a version as it was published."""
    return _shown(request, signed, version)


@routes.get("/diff", needs=may("policy.read"))
def compare(request: Request, before: str = "", after: str = "") -> Response:
    """Show what changed from one version to another; to the one in force where none is named."""
    with house_of(request).database.begin() as tx:
        found = versions(tx, _MOST)
        former, latter = find(tx, before or _before(found)), find(tx, after)
        changes = diff(load_documents(tx, former.digest), load_documents(tx, latter.digest))
    return page(
        request,
        "policy/diff.html",
        steps=STEPS,
        versions=found,
        before=former,
        after=latter,
        changes=changes,
    )


def rules_of(documents: Documents, category: Category) -> tuple[RuleDoc, ...]:
    """Return the rules about a category, in their order."""
    return tuple(each for each in documents.rules if each.category is category)


def _shown(request: Request, signed: Signed, wanted: str) -> Response:
    with house_of(request).database.begin() as tx:
        found = versions(tx, _MOST)
        known = _found(tx, wanted)
        documents = None if known is None else load_documents(tx, known.digest)
    return page(
        request,
        "policy/policy.html",
        steps=STEPS if wanted else (),
        versions=found,
        known=known,
        current=bool(found) and known is not None and found[0].digest == known.digest,
        documents=documents,
        rules_of=rules_of,
        names=readable_names(request, signed, {each.by for each in found}),
    )


def _found(tx: Transaction, wanted: str) -> PolicyVersion | None:
    try:
        return find(tx, wanted)
    except NoPolicy:
        return None


def _before(found: list[PolicyVersion]) -> str:
    """Return the version before the one in force; that one itself where it is the first."""
    return str(found[min(1, len(found) - 1)].version) if found else ""

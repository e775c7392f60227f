"""What the portal says of rules and reports, in plain words. Of a rule: what the policy in force says to people."""

import msgspec

from seawall.cases.reports import About
from seawall.cases.speaking import marked as _
from seawall.policy.publishing import load_documents
from seawall.store import Transaction
from seawall.vocabulary.categories import MAPPINGS, Category
from seawall.vocabulary.errors import SeawallError


class RuleTold(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as people are told: its title, what it prohibits and what it does not."""

    title: str
    prohibited: str = ""
    allowed: str = ""


ABOUT: dict[About, str] = {
    About.CHILDREN: _("Harm to children"),
    About.VIOLENCE: _("Violence or threats"),
    About.SELF_HARM: _("Suicide or self-harm"),
    About.FRAUD: _("Fraud or impersonation"),
    About.PRIVACY: _("Personal data, mine or somebody else's"),
    About.RIGHTS: _("Copyright or another right of mine"),
    About.HATE: _("Hatred against people"),
    About.OTHER: _("Something else"),
}


def rule_of(tx: Transaction, category: Category | None) -> RuleTold | None:
    """Return the rule of a category; None where no category is told."""
    if category is None:
        return None
    try:
        found = load_documents(tx).categories.get(category)
    except SeawallError:
        # No policy is in force here: the title is all there is to say.
        found = None
    if found is None:
        return RuleTold(title=MAPPINGS[category].title)
    return RuleTold(title=found.title, prohibited=found.prohibited.strip(), allowed=found.allowed.strip())

"""The seven themes of the hub: what each is about, and which public records and documents belong to it.

The words are message ids: `words` translates them.
"""

import msgspec


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """A theme. `kinds` are record kinds, `documents` kinds of documents."""

    id: str
    title: str
    lead: str
    kinds: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


def _(text: str) -> str:
    # Marks a text for the catalogue.
    return text


THEMES: tuple[Theme, ...] = (
    Theme(
        id="risk",
        title=_("Risk assessment"),
        lead=_(
            "Before a model is released, what it could do in the wrong hands is looked for and measured, and how much "
            "protection it gets follows from what was found."
        ),
        kinds=("classifier.released",),
        documents=("model_card", "system_card", "red_team"),
    ),
    Theme(
        id="monitoring",
        title=_("Monitoring after release"),
        lead=_(
            "Use is watched for violations of the usage policy. People report what goes wrong, appeal against what was "
            "decided, and get an answer."
        ),
        kinds=("metrics.closed",),
        documents=("incident_report", "release_notes"),
    ),
    Theme(
        id="information-sharing",
        title=_("Information sharing"),
        lead=_(
            "What is learned about threats and failures goes to those who can act on it: other developers, "
            "researchers, authorities and the public."
        ),
        documents=("research", "incident_report", "red_team"),
    ),
    Theme(
        id="security-and-privacy",
        title=_("Security and privacy"),
        lead=_(
            "Models, keys and what people say to them are protected. Content is kept for a stated time and then "
            "destroyed; what is decided about it stays provable without it."
        ),
        kinds=("retention.changed", "ledger.key_rotated", "ledger.recovered"),
    ),
    Theme(
        id="public-awareness",
        title=_("Public awareness"),
        lead=_(
            "What a model can do and cannot, what it was told, where it is offered and how to use it well is written "
            "down for everybody, with every earlier version."
        ),
        documents=(
            "system_prompt",
            "release_notes",
            "guidance",
            "model_card",
            "system_card",
            "availability",
            "modalities",
            "faq",
        ),
    ),
    Theme(
        id="societal-impact",
        title=_("Societal impact"),
        lead=_(
            "Who gains from these systems and who bears their cost is studied, and programmes support research, "
            "education and access that the market alone would not."
        ),
        documents=("research", "guidance"),
    ),
    Theme(
        id="safeguards",
        title=_("System safeguards"),
        lead=_(
            "A usage policy says what the systems may not be used for. Detectors look for it on the way in and on the "
            "way out, and what they find has stated consequences."
        ),
        kinds=("policy.published", "classifier.released"),
        documents=("usage_policy", "child_safety"),
    ),
)

"""Kinds of documents and of records that a hub shows, and what each is called. The words are message ids."""


def _(text: str) -> str:
    # Marks a text for the catalogue.
    return text


DOCUMENTS: dict[str, str] = {
    "usage_policy": _("Usage policy"),
    "system_prompt": _("System prompts and knowledge cutoffs"),
    "release_notes": _("Release notes"),
    "guidance": _("Guidance and prompt library"),
    "research": _("Research"),
    "model_card": _("Model cards"),
    "system_card": _("System cards"),
    "incident_report": _("Incident reports"),
    "red_team": _("Red-team reports"),
    "child_safety": _("Child safety progress"),
    "availability": _("Country availability"),
    "modalities": _("Inputs and outputs"),
    "faq": _("Questions and answers"),
}
# What nobody writes by hand: usage policies come from their own documents.
WRITTEN = tuple(kind for kind in DOCUMENTS if kind != "usage_policy")

RECORDS: dict[str, str] = {
    "policy.published": _("A usage policy was put into force"),
    "document.published": _("A document was published"),
    "hub.published": _("An edition of this hub was published"),
    "release.signed_off": _("The release of a model version was signed off"),
    "release.withdrawn": _("A release was withdrawn"),
    "classifier.released": _("A classifier went to work"),
    "metrics.closed": _("The numbers of a period were closed"),
    "commitment.register_changed": _("Another register of commitments is in force"),
    "commitment.state_changed": _("A practice or commitment came into another state"),
    "activity.recorded": _("A person recorded what was done for a practice"),
    "activity.withdrawn": _("What a person recorded counts no more"),
    "feedback.answer_published": _("An answer to feedback on a commitment was published"),
    "retention.changed": _("How long content is kept changed"),
    "ledger.key_rotated": _("The ledger got a new key"),
    "ledger.recovered": _("The ledger began anew"),
}

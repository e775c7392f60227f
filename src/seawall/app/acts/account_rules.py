"""Let rules about accounts act by themselves: exactly the rules whose digest was agreed on, with what they would do."""

from datetime import timedelta

import msgspec

from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.rights import Resource
from seawall.app.instance import Instance
from seawall.enforce.rules import publishing
from seawall.enforce.rules.previewing import Preview, RulePreview, keep, kept_preview, preview
from seawall.policy.accounts.reading import read
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId

_PAST = timedelta(days=30)


class RulesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file of rules, as a text."""

    file: str


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rules, and which ones they replace; nothing where there are none."""

    digest: str
    replaces: str | None


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""

    def staged(tx: Transaction, given: RulesFile) -> Rules:
        rules, held = read(given.file), publishing.in_force(tx)
        publishing.begin_to_act(None if held is None else held[1], rules)
        digest = publishing.stage(tx, rules)
        # Whoever agrees sees what these very rules would have done.
        keep(tx, preview(tx, rules, since=instance.clock() - _PAST), clock=instance.clock)
        return Rules(digest=digest, replaces=None if held is None else held[1].digest)

    def about(tx: Transaction, given: Rules) -> Resource:
        publishing.kept(tx, given.digest)
        return Resource(kind="Policy", id="account_rules")

    def carry_out(tx: Transaction, by: PersonId, given: Rules) -> Given:
        rules = publishing.kept(tx, given.digest)
        made = publishing.publish(
            tx, rules, by=by, agreed=True, replaces=given.replaces, record=instance.record, clock=instance.clock
        )
        return {"version": made.version, "digest": made.digest, "changed": made.changed}

    return (
        Act(
            action="account_rules.enforce",
            takes=Rules,
            about=about,
            says=_says,
            carry_out=carry_out,
            hands_in=RulesFile,
            staged=staged,
        ),
    )


def _says(tx: Transaction, given: Rules) -> str:
    rules, made = publishing.kept(tx, given.digest), kept_preview(tx, given.digest)
    acting = {each.name for each in rules.document.rules if each.mode == "enforce"}
    head = f"Puts rules about accounts ({given.digest[:12]}) into force. These act by themselves: "
    told = [head + (", ".join(sorted(acting)) or "none") + "."]
    told += [] if made is None else [_tried(made), *map(_rule, made.rules)]
    return "\n".join(told)


def _tried(made: Preview) -> str:
    rest = "" if made.whole else ", the newest of more"
    return f"Tried on {made.tried} decisions since {made.since:%Y-%m-%d}{rest}:"


def _rule(each: RulePreview) -> str:
    failed = f", failed {each.failed} times" if each.failed else ""
    listed = f": {', '.join(each.listed)}" if each.listed else ""
    return f"{each.rule} ({each.mode}; {each.does}): {each.fired} times, {each.accounts} accounts{failed}{listed}"

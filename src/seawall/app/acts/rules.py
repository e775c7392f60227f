"""Put new rules of who may do what into force: exactly the files whose digest was agreed on."""

import msgspec

from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.rights import Resource, force
from seawall.access.rights.actions import ACTIONS
from seawall.app.instance import Instance
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId


class Files(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files of Cedar policies that replace or add roles, by name: all of them, as of a `rights_dir`."""

    files: dict[str, str]


class NewRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which files, which rules they make, and which ones they replace."""

    files_digest: str
    digest: str
    replaces: str


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""

    def staged(tx: Transaction, given: Files) -> NewRules:
        made = force.stage(tx, given.files)
        return NewRules(files_digest=made.files_digest, digest=made.digest, replaces=force.holding(tx) or "")

    def about(tx: Transaction, given: NewRules) -> Resource:
        if force.staged(tx, given.files_digest).digest != given.digest:
            raise force.RightsMoved("These files make other rules by now.", hint="Hand them in again.")
        return Resource(kind="Rights", id="all")

    def carry_out(tx: Transaction, by: PersonId, given: NewRules) -> Given:
        made = force.put_staged(
            tx, given.files_digest, replaces=given.replaces, by=by, record=instance.record, clock=instance.clock
        )
        return {"digest": made.digest, "roles": sorted(made.roles)}

    return (
        Act(
            action="rights.change",
            takes=NewRules,
            about=about,
            says=_says,
            carry_out=carry_out,
            hands_in=Files,
            staged=staged,
        ),
    )


def _says(tx: Transaction, given: NewRules) -> str:
    new, old = force.staged(tx, given.files_digest), force.in_force_now(tx)
    lines = [f"Puts new rules of who may do what into force ({new.digest[:12]}), everywhere at once."]
    for action in ACTIONS:
        thing = Resource(kind=action.kind)
        before, after = (set(rules.roles_for(action.name, thing)) for rules in (old, new))
        lines += [f"{role} may {action.name}" for role in sorted(after - before)]
        lines += [f"{role} may no longer {action.name}" for role in sorted(before - after)]
    files = [f"--- {name}\n{text}" for name, text in new.files.items() if old.files.get(name) != text]
    return "\n".join([*lines, *files])

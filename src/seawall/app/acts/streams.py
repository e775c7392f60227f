"""Let records flow to another system: exactly where, in which form and which kinds, as others agreed."""

from typing import Literal

import msgspec

from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.rights import Resource
from seawall.app.instance import Instance
from seawall.audit import setting_up
from seawall.audit.streams import Target
from seawall.store import Transaction
from seawall.vault import Retention
from seawall.vocabulary.ids import ItemId, PersonId

ACTION = "audit.stream_add"


class Flow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where records are to flow to. `kinds` are set apart by commas; none is all of them.

    `private` allows an address that is not on the public internet. `credential` is an item of the vault.
    """

    way: Literal["webhook", "syslog"]
    target: str
    form: Literal["ocsf", "jsonl", "csv", "cef"] = "ocsf"
    kinds: str = ""
    authority: str = ""
    private: bool = False
    from_now: bool = False
    credential: str | None = None


class FlowWithSecret(Flow, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, with the secret that signs a webhook, which is sealed when it is handed in."""

    secret: str = ""


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""

    def staged(tx: Transaction, given: FlowWithSecret) -> Flow:
        setting_up.check_secret(given.way, given.secret)
        _target(given)
        item = None
        if given.secret:
            vault, secret = instance.vault(), given.secret.encode()
            item = vault.put(tx, secret, owner=setting_up.OWNER, retention=Retention.CREDENTIAL)
        fields = {name: getattr(given, name) for name in Flow.__struct_fields__}
        return Flow(**fields | {"credential": item})

    def about(tx: Transaction, given: Flow) -> Resource:
        _target(given)
        if given.credential is not None:
            instance.vault().check_owned(tx, ItemId(given.credential), setting_up.OWNER)
        return Resource(kind="Audit", id=given.target)

    def carry_out(tx: Transaction, by: PersonId, given: Flow) -> Given:
        secret = None if given.credential is None else ItemId(given.credential)
        made = setting_up.set_up(tx, _target(given), secret, by=by, record=instance.record, clock=instance.clock)
        return {"stream": made.id}

    return (
        Act(
            action=ACTION,
            takes=Flow,
            about=about,
            says=_says,
            carry_out=carry_out,
            hands_in=FlowWithSecret,
            staged=staged,
        ),
    )


def _target(given: Flow) -> Target:
    return setting_up.checked(
        way=given.way,
        target=given.target,
        form=given.form,
        kinds=[each.strip() for each in given.kinds.split(",") if each.strip()],
        authority=given.authority,
        private=given.private,
        from_now=given.from_now,
        signed=given.way != "webhook" or given.credential is not None or isinstance(given, FlowWithSecret),
    )


def _says(tx: Transaction, given: Flow) -> str:
    target = _target(given)
    which = f"records of the kinds {', '.join(target.kinds)}" if target.kinds else "all records"
    since = "from now on" if target.from_now else "from the first one on"
    inside = " It need not be on the public internet." if target.private else ""
    return (
        f"Lets {which} flow to {target.target} as {target.form}, {since}, until somebody removes it.{inside} Whoever "
        "runs that system reads who did what here, but no content; sealed records leave as their numbers alone."
    )

"""Set up where records flow to: what a target may be, and a stream from it. The secret is in the vault by then."""

from collections.abc import Sequence

from seawall.audit.formats import form_of
from seawall.audit.search import last_index
from seawall.audit.sending import checked as checked_target
from seawall.audit.streams import Stream, Target, Write, add
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import InvalidInput
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records import KINDS

# Whose the secrets of streams are, in the vault.
OWNER = "audit"
_SHORTEST = 32


class SecretMissing(InvalidInput):
    """A webhook has no secret, or one that is too short to sign with."""

    code = "audit.secret_missing"


class NoSuchKind(InvalidInput):
    """Nothing is recorded under that name."""

    code = "audit.no_such_kind"


def checked(
    *,
    way: str,
    target: str,
    form: str,
    kinds: Sequence[str],
    authority: str = "",
    private: bool = False,
    from_now: bool = False,
    signed: bool = True,
) -> Target:
    """Return a target that can be used. Raises BadTarget, NoSuchForm, NoSuchKind, SecretMissing."""
    form_of(form)
    for each in kinds:
        if each not in KINDS and not (each.endswith(".*") and any(kind.startswith(each[:-1]) for kind in KINDS)):
            raise NoSuchKind(f"There is no kind of record {each!r}.", hint="Such as person.* or role.granted.")
    if not signed:
        check_secret(way, "")
    return Target(
        way=way,
        target=checked_target(way, target),
        form=form,
        kinds=tuple(kinds),
        authority=authority,
        private=private,
        from_now=from_now,
    )


def check_secret(way: str, secret: str) -> None:
    """Hold that a webhook is signed with something that cannot be guessed. Raises SecretMissing."""
    if way == "webhook" and len(secret) < _SHORTEST:
        raise SecretMissing(
            f"A webhook is signed, and its secret has {len(secret)} characters.",
            hint=f"Take {_SHORTEST} characters or more, by chance.",
        )


def set_up(tx: Transaction, target: Target, secret: ItemId | None, *, by: str, record: Write, clock: Clock) -> Stream:
    """Let records flow to a target, within a minute."""
    start = last_index(tx) + 1 if target.from_now else 0
    return add(tx, target, secret, start=start, by=by, record=record, clock=clock)

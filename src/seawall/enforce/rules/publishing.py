"""Which rules about accounts are in force: files by digest, numbered in the order in which they came.

A rule begins in monitor mode: it may act by itself only once exactly this rule was watched, and once others agreed to
it. Going back to watching, or dropping a rule, takes one person.
"""

import hashlib
from datetime import datetime
from functools import lru_cache

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.enforce.accounts import Write
from seawall.enforce.rules.listing import Came, came
from seawall.enforce.rules.tables import rule_documents, rule_versions
from seawall.policy.accounts.documents import FileDoc, RuleDoc
from seawall.policy.accounts.reading import RuleSet, stored
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import Conflict, NotFound, SeawallError
from seawall.vocabulary.records.enforce import AccountRulesPublished

_LOCK = "seawall.account_rules"


class RulesVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One publication. `changed` is false when these rules were in force already."""

    version: int
    digest: str
    by: str
    published_at: datetime
    changed: bool = True


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """The rules in force, and what came of each since a moment. Nothing is in force where there is no version."""

    version: RulesVersion | None
    rules: FileDoc
    came: tuple[Came, ...]


class NotWatched(Conflict):
    """A rule is to act by itself that was never watched."""

    code = "account_rules.not_watched"

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"Not watched yet, exactly as written here: {', '.join(names)}.",
            hint="Put it into force with `mode: monitor` first; seawall rules show tells what it would have done.",
        )


class TakesOthers(SeawallError):
    """A rule begins to act by itself, which others must agree to."""

    code, status = "account_rules.takes_others", 403

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"These would begin to act by themselves: {', '.join(names)}.",
            hint="Others must agree: seawall rules enforce FILE says how.",
        )


class RulesMoved(Conflict):
    """The rules in force are others than those that were to be replaced."""

    code = "account_rules.moved"


class NoSuchRules(NotFound):
    """No rules are kept under that digest."""

    code = "account_rules.unknown"


class RulesDamaged(SeawallError):
    """The stored rules are not those that their digest names, or this release cannot read them."""

    code = "account_rules.damaged"


def latest(tx: Transaction) -> RulesVersion | None:
    """Return what is in force; None where nothing ever was."""
    row = tx.execute(select(rule_versions).order_by(rule_versions.c.version.desc()).limit(1)).mappings().first()
    return None if row is None else RulesVersion(**row)


def versions(tx: Transaction, limit: int = 100) -> list[RulesVersion]:
    """Return what was in force, newest first."""
    rows = tx.execute(select(rule_versions).order_by(rule_versions.c.version.desc()).limit(limit)).mappings()
    return [RulesVersion(**row) for row in rows]


def kept(tx: Transaction, digest: str) -> RuleSet:
    """Return the rules of a digest, in force or not. Raises NoSuchRules, RulesDamaged."""
    body = tx.scalar(select(rule_documents.c.body).where(rule_documents.c.digest == digest))
    if body is None:
        raise NoSuchRules(f"No rules are kept as {digest[:12]!r}.", hint="Hand them in again.")
    if hashlib.sha256(body.encode()).hexdigest() != digest:
        raise RulesDamaged(f"The stored rules {digest[:12]} are not those that were handed in.", hint="Publish anew.")
    try:
        return _ready(body)
    except msgspec.ValidationError as error:
        raise RulesDamaged(f"This release cannot read rules {digest[:12]}: {error}.", hint="Publish anew.") from None


@lru_cache(maxsize=8)
def _ready(body: str) -> RuleSet:
    return stored(body)


def in_force(tx: Transaction) -> tuple[RulesVersion, RuleSet] | None:
    """Return the version in force and its rules. Raises RulesDamaged."""
    version = latest(tx)
    return None if version is None else (version, kept(tx, version.digest))


def shown(tx: Transaction, *, since: datetime) -> InForce:
    """Return what is in force and what came of it since a moment. Raises RulesDamaged."""
    held = in_force(tx)
    rules = FileDoc() if held is None else held[1].document
    return InForce(version=None if held is None else held[0], rules=rules, came=tuple(came(tx, since=since)))


def stage(tx: Transaction, rules: RuleSet) -> str:
    """Keep rules under their digest, not in force, and return it."""
    row = {"digest": rules.digest, "body": rules.body}
    tx.execute(upsert(rule_documents).values(row).on_conflict_do_nothing())
    return rules.digest


def begin_to_act(before: RuleSet | None, after: RuleSet) -> list[str]:
    """Return the rules that would act by themselves and do not now. Raises NotWatched."""
    known = {} if before is None else {each.name: each for each in before.document.rules}
    acting = [each for each in after.document.rules if each.mode == "enforce"]
    unseen = [each.name for each in acting if each.name not in known or not each.same(known[each.name])]
    if unseen:
        raise NotWatched(unseen)
    bans_now = after.document.bans == "rules" and (before is None or before.document.bans != "rules")
    return [each.name for each in acting if known[each.name].mode != "enforce" or (bans_now and each.then.ban)]


def publish(
    tx: Transaction,
    rules: RuleSet,
    *,
    by: str,
    agreed: bool = False,
    replaces: str | None = None,
    record: Write,
    clock: Clock,
) -> RulesVersion:
    """Put rules into force. With `agreed`, others agreed to these in place of `replaces`.

    Raises NotWatched, TakesOthers, RulesMoved.
    """
    # Versions are numbered without gaps, and each names the one before it: one publisher at a time.
    tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(_LOCK))))
    held = in_force(tx)
    before = None if held is None else held[1]
    if agreed and (None if before is None else before.digest) != replaces:
        raise RulesMoved("Other rules came into force meanwhile.", hint="Ask anew: seawall rules enforce FILE")
    beginning = begin_to_act(before, rules)
    if beginning and not agreed:
        raise TakesOthers(beginning)
    if held is not None and held[1].digest == rules.digest:
        return msgspec.structs.replace(held[0], changed=False)
    return _publish(tx, rules, held[0] if held else None, by=by, record=record, clock=clock)


def _publish(
    tx: Transaction, rules: RuleSet, before: RulesVersion | None, *, by: str, record: Write, clock: Clock
) -> RulesVersion:
    stage(tx, rules)
    made = RulesVersion(
        version=1 if before is None else before.version + 1, digest=rules.digest, by=by, published_at=clock()
    )
    tx.execute(insert(rule_versions).values({k: v for k, v in msgspec.structs.asdict(made).items() if k != "changed"}))
    body = AccountRulesPublished(
        version=made.version,
        digest=made.digest,
        previous=None if before is None else before.digest,
        enforced=_names(rules.document.rules, "enforce"),
        monitored=_names(rules.document.rules, "monitor"),
        by=by,
    )
    record(tx, body)
    return made


def _names(rules: tuple[RuleDoc, ...], mode: str) -> tuple[str, ...]:
    return tuple(each.name for each in rules if each.mode == mode)

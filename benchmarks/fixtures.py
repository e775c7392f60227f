"""What a year leaves behind beside enforcement: documents, policies, and records that rules of practices ask for.

Evaluations and releases are stand-ins until their room exists, and every one of them says that it is a fixture.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, get_origin

import msgspec

from seawall.commitments.documents import Pick, Rule
from seawall.hub.kinds import WRITTEN
from seawall.policy.publishing import Write, ensure_default, publish_staged, stage, staged
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.records import KINDS, Record

FIXTURE = "fixture"
# What the operation brings about by itself is not made up for a rule.
_LIVED = frozenset({"commitment.register_changed", "policy.published", "exchange.decided", "strike.counted",
                    "standing.changed", "decision.reviewed"})  # fmt: skip
_MODELS = ("lark-1", "lark-2", "wren-1")
_RELEASES = ("model_card", "system_card", "red_team")


def filled(rule: Rule, name: str) -> list[Record]:
    """Return records that a rule asks for, each of whose texts says that it is a fixture."""
    if rule.every is not None:
        same = {rule.every.same: f"{FIXTURE}-{rule.id}-{name}"}
        picks = [] if rule.every.of.kind.startswith("case.") else [rule.every.of, rule.every.has[0]]
        return [_made(each, same) for each in picks]
    if rule.count is None or rule.count.of[0].kind in _LIVED:
        return []
    return [_made(rule.count.of[0], {}) for _ in range(rule.count.at_least)]


def document(month: int, now: datetime) -> Iterator[tuple[str, int, bytes]]:
    """Return documents that are out after so many months: name, version, text."""
    for model in _MODELS:
        yield _document("system_prompt", f"{model}-prompt", month // 3 + 1, now, model)
        yield _document("release_notes", f"{model}-notes", month // 2 + 1, now, model)
        for kind in _RELEASES:
            yield _document(kind, f"{model}-{kind.replace('_', '-')}", month // 6 + 1, now, model)
    for kind in WRITTEN:
        if kind not in ("system_prompt", "release_notes", *_RELEASES):
            yield _document(kind, kind.replace("_", "-"), month // 6 + 1, now, "")


def policies(tx: Transaction, number: int, *, record: Write, clock: Clock) -> None:
    """Put so many amendments of the usage policy into force, unless they are."""
    held = ensure_default(tx, record=record, clock=clock)
    for version in range(held.version, number + 1):
        documents = staged(tx, held.digest)
        words = f"The usage policy of this service does not allow this; that holds since amendment {version}."
        texts = msgspec.structs.replace(documents.policy.texts, withheld=words)
        amended = msgspec.structs.replace(documents, policy=msgspec.structs.replace(documents.policy, texts=texts))
        digest = stage(tx, amended)
        held = publish_staged(tx, digest, replaces=held.digest, by="host:simulation", record=record, clock=clock)


def _made(pick: Pick, given: dict[str, Any]) -> Record:
    kind, said = KINDS[pick.kind], dict(given)
    for name, value in pick.where.items():
        said[name] = value[0] if isinstance(value, tuple) else value
    fields = {each.name: each.type for each in msgspec.structs.fields(kind)}
    return kind(**{name: _value(type_, said.get(name)) for name, type_ in fields.items()})


def _value(type_: Any, given: Any) -> Any:
    if get_origin(type_) is tuple:
        return (given,) if given is not None else ()
    if given is not None:
        return given
    if type_ is bool:
        return True
    return 1 if type_ is int else {} if get_origin(type_) is dict else FIXTURE


def _document(kind: str, name: str, version: int, now: datetime, model: str) -> tuple[str, int, bytes]:
    title = f"{kind.replace('_', ' ').capitalize()}{f' of {model}' if model else ''}"
    release = kind in _RELEASES
    head = {
        "kind": kind, "id": name, "title": f"{title}, a fixture" if release else title,
        "date": f"{now - timedelta(days=1):%Y-%m-%d}", "language": "en", "version": str(version),
    } | ({"model": model} if model else {})  # fmt: skip
    lines = [f"{key}: {value}" for key, value in head.items()]
    parts = [f"## Part {each}\n\n{_words(each, version)}\n" for each in range(1, 9)]
    note = "This is a fixture: nothing was evaluated and nothing released.\n\n" if release else ""
    return name, version, "\n".join(["---", *lines, "---", note + "\n".join(parts)]).encode()


def _words(part: int, version: int) -> str:
    changed = f" Version {version} says so." if version % 8 == part - 1 else ""
    return (
        f"What part {part} tells is told in a few plain sentences, and the next part goes on from there.{changed} " * 4
    )

"""What changed between two versions of a policy, by rule, category, banner and step, field by field."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

from seawall.policy.documents import Documents


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was added, removed or changed; `fields` has name, before and after of each changed field."""

    what: str
    name: str
    change: Literal["added", "removed", "changed", "moved"]
    fields: tuple[tuple[str, Any, Any], ...] = ()

    def __str__(self) -> str:
        head = f"{self.change} {self.what}" + (f" {self.name}" if self.name else "")
        lines = (f"    {name}: {_shown(before)} -> {_shown(after)}" for name, before, after in self.fields)
        return "\n".join((head, *lines))


def diff(before: Documents, after: Documents) -> tuple[Difference, ...]:
    """Return what changed from one policy to another; nothing when their digests are the same."""
    old, new = (msgspec.to_builtins(each, str_keys=True) for each in (before, after))
    found = list(_values("policy", "", old["policy"], new["policy"]))
    for what, section in (("category", "categories"), ("overlay", "overlays")):
        found += _entries(what, old[section], new[section])
    for what, section, name in (
        ("rule", "rules", lambda each: each["id"]),
        ("banner", "banners", lambda each: each["name"]),
        ("exemption", "exemptions", _exemption),
    ):
        former, latter = _by(name, old[section]), _by(name, new[section])
        found += [*_entries(what, former, latter), *_moved(what, former, latter)]
    tiers = [{category: {"steps": steps} for category, steps in each["cascade"].items()} for each in (old, new)]
    found += _entries("cascade", *tiers)
    found += _values("ladder", "", old["ladder"], new["ladder"])
    return tuple(found)


def _exemption(document: dict[str, Any]) -> str:
    whom = "+".join(document[each] for each in ("project", "key", "account") if document[each])
    return f"of {whom} from {','.join(document['rules'])}"


def _by(name: Callable[[dict[str, Any]], str], entries: list[dict[str, Any]]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for entry in entries:
        key = name(entry)
        # Two exemptions of the same account from the same rules are told apart by their number.
        named[key if key not in named else f"{key} ({len(named)})"] = entry
    return named


def _entries(what: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for name in [*new, *(each for each in old if each not in new)]:
        if name not in old:
            yield Difference(what=what, name=name, change="added")
        elif name not in new:
            yield Difference(what=what, name=name, change="removed")
        else:
            yield from _values(what, name, old[name], new[name])


def _moved(what: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    # Order decides only which of two rules of one gravity speaks, but the digest differs, so it is told.
    kept_old, kept_new = [each for each in old if each in new], [each for each in new if each in old]
    if kept_old != kept_new:
        yield Difference(what=what, name="", change="moved", fields=(("order", kept_old, kept_new),))


def _values(what: str, name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    # What is not written in an overlay is not changed by it, and is shown as such.
    keys = [*new, *(key for key in old if key not in new)]
    fields = tuple((key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key))
    if fields:
        yield Difference(what=what, name=name, change="changed", fields=fields)


def _shown(value: Any) -> str:
    return "–" if value is None else value if isinstance(value, str) and value else msgspec.json.encode(value).decode()

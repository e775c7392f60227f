"""Decide what somebody may do, by Cedar, and say why. Parsed once; each decision carries only what it speaks of."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

import cedarpy
import msgspec

from seawall.access.applications import Application
from seawall.access.people.model import Kind, Person
from seawall.access.people.proofs import Proof, Way, age
from seawall.access.rights.actions import BY_NAME, Action
from seawall.access.rights.slices import Sliced
from seawall.vocabulary.errors import InvalidInput, SeawallError

NEVER = 10**9
_WORD = {True: "true", False: "false"}
FRESH = timedelta(minutes=5)
GUARDS = {
    "guard.active": "the person to be active",
    "guard.fresh": f"a passkey used in the last {int(FRESH.total_seconds())} s",
    "guard.two_party": "the approval of others, for exactly this",
    "guard.readers": "to be one of the readers that this object names; no role reaches past them",
    "guard.own_request": "somebody else: nobody votes on, or reviews, what they asked for",
    "guard.service": "a person: service accounts do not approve",
    "guard.application": "a person or a service account: an application only sends requests to its project's models",
}


class NoSuchAction(InvalidInput):
    """No action has that name."""

    code = "access.no_such_action"


class NoSuchRole(InvalidInput):
    """No policy speaks of that role."""

    code = "access.no_such_role"


class NotPermitted(SeawallError):
    """The rules do not let this person do this."""

    code, status = "access.not_permitted", 403


class PasskeyNeeded(NotPermitted):
    """The rules would let this person do this, once they have used their passkey again."""

    code = "access.passkey_needed"


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: a person, a service account, or an application, whose `human` is the owner."""

    id: str
    human: str
    roles: frozenset[str]
    active: bool = True
    service: bool = False
    application: bool = False


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """What it is about. `readers` are all who may reach it, whatever their roles; None leaves it to the roles."""

    kind: str
    id: str = "any"
    readers: frozenset[str] | None = None
    requester: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """In which circumstances: seconds since a passkey was used, and whether other people agreed."""

    passkey_seconds: int = NEVER
    approved: bool = False


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: which policies decided, and what is missing."""

    allowed: bool
    action: str
    because: tuple[str, ...]
    missing: tuple[str, ...] = ()

    def required(self) -> "Permission":
        """Return it where it allows. Raises NotPermitted, PasskeyNeeded."""
        if not self.allowed:
            refusal = PasskeyNeeded if self.missing == (GUARDS["guard.fresh"],) else NotPermitted
            raise refusal(f"{self.action} is not allowed here.", hint=f"It takes {'; '.join(self.missing)}.")
        return self


class Rights:
    """The rules in force. `digest` names them. A process keeps one and lets it `follow` what is put in force."""

    def __init__(
        self, *, roles_text: str, guards_text: str, roles: frozenset[str], digest: str, files: Mapping[str, str]
    ) -> None:
        self.roles, self.digest, self.files = roles, digest, dict(sorted(files.items()))
        self.files_body = msgspec.json.encode(self.files).decode()
        self.files_digest = sha256(self.files_body.encode()).hexdigest()
        # Which roles reach an action takes as many decisions as there are roles: worked out once.
        self._reached: dict[str, tuple[str, ...]] = {}
        self._all = Sliced(f"{guards_text}\n{roles_text}")
        self._roles = Sliced(roles_text)
        self._guards = Sliced(f'{guards_text}\n@id("any") permit (principal, action, resource);')

    def follow(self, other: "Rights") -> None:
        """Become those rules, for everything that holds this object."""
        self.__dict__.update(other.__dict__)

    def may(self, person: Principal, action: str, resource: Resource, asked: Asked | None = None) -> Permission:
        """Decide. What is missing is worked out for a refusal only. Raises NoSuchAction."""
        known = _known(action, resource)
        asked = asked or Asked()
        allowed, because = _decide(self._all, person, known, resource, asked)
        missing = () if allowed else self._missing(person, known, resource, asked)
        return Permission(allowed=allowed, action=action, because=because, missing=missing)

    def known_role(self, role: str) -> str:
        """Return the name of a role that a policy speaks of. Raises NoSuchRole."""
        if role not in self.roles:
            raise NoSuchRole(f"There is no role {role!r}.", hint=f"There are: {', '.join(sorted(self.roles))}.")
        return role

    def roles_for(self, action: str, resource: Resource) -> tuple[str, ...]:
        """Return the roles that reach an action, whatever the guards then ask for. Raises NoSuchAction."""
        known, every = _known(action, resource), Asked(passkey_seconds=0, approved=True)
        alone = {role: Principal(id="nobody", human="nobody", roles=frozenset({role})) for role in sorted(self.roles)}
        return tuple(role for role, who in alone.items() if _decide(self._roles, who, known, resource, every)[0])

    def _missing(self, person: Principal, action: Action, resource: Resource, asked: Asked) -> tuple[str, ...]:
        by_role, _ = _decide(self._roles, person, action, resource, asked)
        passed, guards = _decide(self._guards, person, action, resource, asked)
        if action.name not in self._reached:
            self._reached[action.name] = self.roles_for(action.name, Resource(kind=action.kind))
        wanted = self._reached[action.name]
        role = [] if by_role else [f"one of the roles {', '.join(wanted)}" if wanted else "a role that no policy gives"]
        return (*role, *(() if passed else (GUARDS.get(guard, guard) for guard in guards)))


def principal(person: Person, roles: Iterable[str]) -> Principal:
    """Return a person as the rules see them."""
    service = person.kind is Kind.SERVICE
    held = frozenset(roles)
    return Principal(id=person.id, human=person.human, roles=held, active=person.active, service=service)


def applying(application: Application) -> Principal:
    """Return an application as the rules see it: it holds no role."""
    known, owner = application, application.owner
    return Principal(id=known.id, human=owner, roles=frozenset(), active=known.active, application=True)


def asked(proofs: tuple[Proof, ...], now: datetime, *, approved: bool = False) -> Asked:
    """Return the circumstances of a session."""
    last = age(proofs, now, Way.PASSKEY, verified=True)
    return Asked(passkey_seconds=NEVER if last is None else int(last.total_seconds()), approved=approved)


def _type(who: Principal) -> str:
    return "Application" if who.application else "Person"


def _known(action: str, resource: Resource) -> Action:
    known = BY_NAME.get(action)
    if known is None or known.kind != resource.kind:
        told = "is not known" if known is None else f"concerns {known.kind}, not {resource.kind}"
        raise NoSuchAction(f"The action {action!r} {told}.", hint="`seawall access actions` lists all.")
    return known


def _decide(
    rules: Sliced, person: Principal, action: Action, resource: Resource, asked: Asked
) -> tuple[bool, tuple[str, ...]]:
    request = {
        "principal": {"type": _type(person), "id": person.id},
        "action": {"type": "Action", "id": action.name},
        "resource": {"type": resource.kind, "id": resource.id},
        "context": f'{{"passkey_seconds":{asked.passkey_seconds:d},"approved":{_WORD[asked.approved]}}}',
    }
    found = cedarpy.is_authorized(request, rules.of(action), _entities(person, action, resource))
    names = found.diagnostics.id_annotations_by_reason
    # An error in a policy would leave that policy out, a guard too: nothing is allowed then.
    allowed = found.allowed and not found.diagnostics.errors
    return allowed, tuple(sorted(names.get(each, each) for each in found.diagnostics.reasons))


def _entities(person: Principal, action: Action, resource: Resource) -> cedarpy.Entities:
    """Return what a decision speaks of. A thing that says nothing of itself need not be among them."""
    says_nothing = resource.kind != "Approval" and resource.readers is None
    if says_nothing or (resource.kind, resource.id) == ("Person", person.id):
        return _asker(person, action)
    return _described(person, action, resource)


@lru_cache(maxsize=1024)
def _described(person: Principal, action: Action, resource: Resource) -> cedarpy.Entities:
    thing: dict[str, Any] = {"requester": resource.requester} if resource.kind == "Approval" else {}
    if resource.readers is not None:
        thing["readers"] = [{"__entity": {"type": "Person", "id": each}} for each in sorted(resource.readers)]
    made = {"uid": {"type": resource.kind, "id": resource.id}, "attrs": thing, "parents": []}
    return _asker(person, action).with_added_json_str(json.dumps([made]))


@lru_cache(maxsize=4096)
def _asker(person: Principal, action: Action) -> cedarpy.Entities:
    # Parsed once for whoever does the same again: half of what a decision costs.
    who = {"active": person.active, "service": person.service, "human": person.human}
    roles = [{"type": "Role", "id": role} for role in sorted(person.roles)]
    parents = [{"type": "Action", "id": name} for name in action.groups]
    made: list[Mapping[str, Any]] = [
        {"uid": {"type": _type(person), "id": person.id}, "attrs": who, "parents": roles},
        {"uid": {"type": "Action", "id": action.name}, "attrs": {}, "parents": parents},
    ]
    return cedarpy.Entities.from_json_str(json.dumps(made))

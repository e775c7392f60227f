"""The dangerous acts: what each takes, what it will do in a sentence, and how it is carried out once others agreed.

    hand_in -> parameters (exact, kept, shown) -> ask -> votes -> carry_out: digest anew, used up, done, at once

The acts themselves reach other rooms, so `app` gives them. Every action that asks for other people stands in `Acts`,
with what carries it out or with the reason why nothing does yet: none is allowed silently.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from seawall.access.approvals.eligible import enough
from seawall.access.approvals.glass import break_glass
from seawall.access.approvals.model import Actor, Desk, Request, RequestChanged
from seawall.access.approvals.requests import ask, execute, imagined, locked, own, parameters_of, permit
from seawall.access.people.edges import Edges
from seawall.access.rights import Resource
from seawall.access.rights.actions import ACTIONS, BY_NAME
from seawall.access.rights.force import holding
from seawall.store import Transaction
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.vocabulary.ids import PersonId

Given = Mapping[str, Any]


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One dangerous act. `takes` is what it is asked with, exact and without secrets.

    `about` names the thing and checks that it is there; `says` tells what will happen; `carry_out` does it in the
    transaction and returns what is shown once. Where people hand in something else than parameters, such as files,
    `hands_in` is its type and `staged` keeps it and returns the parameters. `admits` raises where this very person may
    not ask for it, or may not know that the thing is there: before anything else is said of the thing.
    """

    action: str
    takes: type[msgspec.Struct]
    about: Callable[[Transaction, Any], Resource]
    says: Callable[[Transaction, Any], str]
    carry_out: Callable[[Transaction, PersonId, Any], Given]
    hands_in: type[msgspec.Struct] | None = None
    staged: Callable[[Transaction, Any], msgspec.Struct] | None = None
    admits: Callable[[Transaction, PersonId, Any], object] | None = None


class NoSuchAct(NotFound):
    """Nothing that takes the approval of others has that name."""

    code = "access.no_such_act"

    def __init__(self, action: str) -> None:
        super().__init__(f"No act {action!r} takes an approval.", hint="GET /api/acts lists all.")


class ActUnavailable(Conflict):
    """Nothing carries this act out here."""

    code = "access.act_unavailable"


class BadParameters(InvalidInput):
    """An act cannot be asked for with these parameters."""

    code, status = "access.bad_parameters", 422


class ApprovalNeeded(SeawallError):
    """This takes a request that others agreed to."""

    code, status = "access.approval_needed", 403

    def __init__(self, action: str, parameters: Given) -> None:
        self.asks = msgspec.json.encode({"act": action, "parameters": parameters}, order="sorted").decode()
        super().__init__(
            f"{action} takes the approval of others.",
            hint=f"POST /api/approvals with {self.asks} and a reason; then repeat this with its id as `approval`.",
        )

    def as_dict(self) -> dict[str, str]:
        """Return what to ask for too, as JSON."""
        return super().as_dict() | {"asks": self.asks}


class Acts:
    """The table of acts. Raises RuntimeError where an action that asks for others is in neither list, or in both."""

    def __init__(self, acts: Sequence[Act], unavailable: Mapping[str, str]) -> None:
        self._acts = {act.action: act for act in acts}
        self.unavailable = dict(unavailable)
        wanted = {action.name for action in ACTIONS if action.two_party}
        if len(self._acts) != len(acts) or set(self._acts) & set(unavailable) or {*self._acts, *unavailable} != wanted:
            raise RuntimeError(f"every action that asks for others is an act, once: {sorted(wanted)}")

    def get(self, action: str) -> Act:
        """Return an act. Raises NoSuchAct, ActUnavailable."""
        if action not in self._acts and action not in self.unavailable:
            raise NoSuchAct(action)
        if action in self.unavailable:
            raise ActUnavailable(f"{action} is not available: {self.unavailable[action]}", hint="Nothing was done.")
        return self._acts[action]

    def every(self) -> tuple[str, ...]:
        """Return the names of all, available or not."""
        return tuple(sorted({*self._acts, *self.unavailable}))


def unwired(because: str) -> Acts:
    """Return a table in which nothing can be carried out."""
    return Acts((), {action.name: because for action in ACTIONS if action.two_party})


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """What acts are held against and done with."""

    edges: Edges
    desk: Desk
    acts: Acts


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was carried out. `shown` may hold what nothing can show again."""

    request: Request
    shown: Given


def ask_for(tx: Transaction, table: Table, actor: Actor, action: str, given: Given, *, reason: str) -> Request:
    """Ask others to agree to an act.

    Raises NoSuchAct, NotPermitted, ActUnavailable, BadParameters and what `ask` does.
    """
    act, parameters = _prepared(tx, table, actor, action, given)
    thing = act.about(tx, parameters)
    return ask(tx, table.edges, table.desk, actor, action, thing, plain(parameters), reason=reason)


def break_for(tx: Transaction, table: Table, actor: Actor, action: str, given: Given, *, reason: str) -> Request:
    """Let one person do an act alone, under review. Raises as `ask_for`, and what `break_glass` does."""
    act, parameters = _prepared(tx, table, actor, action, given)
    thing = act.about(tx, parameters)
    return break_glass(tx, table.edges, table.desk, actor, action, thing, plain(parameters), reason=reason)


def carry_out(
    tx: Transaction, table: Table, actor: Actor, request: str, *, action: str | None = None, given: Given | None = None
) -> Done:
    """Do exactly what a request says, and use it up, in one transaction.

    With `action` and `given`, what the caller is about to do: it must be what was agreed to. The digest is made anew
    either way. Raises NoSuchRequest, NotEligible, ActUnavailable, RequestClosed, RequestChanged, NotPermitted.
    """
    found = locked(tx, table.edges, request)
    own(tx, found, actor)
    act = table.acts.get(found.action)
    if action not in (None, found.action) or holding(tx) not in (None, table.desk.rights.digest):
        raise RequestChanged("What is to be done, or the rules, are not those that were approved.", hint="Ask anew.")
    wanted = parameters_of(tx, table.edges, found) if given is None else given
    parameters = _handed(tx, act, actor, wanted)
    thing = act.about(tx, parameters)
    used = execute(tx, table.edges, table.desk, actor, request, act.action, thing, plain(parameters))
    return Done(request=used, shown=act.carry_out(tx, actor.person, parameters))


def told(tx: Transaction, table: Table, request: Request) -> tuple[dict[str, Any], str]:
    """Return the exact parameters of a request and the sentence of what will happen. Raises RequestChanged."""
    kept = parameters_of(tx, table.edges, request)
    try:
        act = table.acts.get(request.action)
        return kept, act.says(tx, _read(act.takes, kept))
    except SeawallError as error:
        return kept, f"It cannot be carried out any more: {error.message}"


def probe(tx: Transaction, table: Table, actor: Actor, action: str) -> str:
    """Return why an actor could not have an act approved now, whatever its parameters; nothing where they could."""
    if action in table.acts.unavailable:
        return table.acts.unavailable[action]
    thing = Resource(kind=BY_NAME[action].kind)
    asks = imagined(tx, table.edges, table.desk, actor, action, thing)
    possible, against = enough(tx, table.desk, asks)
    return "" if possible else f"there are not enough people who could agree: {'; '.join(against[:8])}."


def needed(tx: Transaction, table: Table, actor: Actor, action: str, given: Given) -> ApprovalNeeded:
    """Return the refusal that says which request to make.

    Raises NoSuchAct, NotPermitted, ActUnavailable, BadParameters.
    """
    act, parameters = _prepared(tx, table, actor, action, given)
    act.about(tx, parameters)
    return ApprovalNeeded(action, plain(parameters))


def plain(parameters: msgspec.Struct) -> dict[str, Any]:
    """Return parameters as JSON carries them."""
    found: dict[str, Any] = msgspec.to_builtins(parameters)
    return found


def _prepared(tx: Transaction, table: Table, actor: Actor, action: str, given: Given) -> tuple[Act, msgspec.Struct]:
    # Whoever may not do it at all learns nothing of what exists.
    known = BY_NAME.get(action)
    if known is None or not known.two_party:
        raise NoSuchAct(action)
    permit(tx, table.edges, table.desk, actor, action, Resource(kind=known.kind))
    act = table.acts.get(action)
    return act, _handed(tx, act, actor, given)


def _handed(tx: Transaction, act: Act, actor: Actor, given: Given) -> msgspec.Struct:
    if act.staged is not None and act.hands_in is not None and not _exact(act.takes, given):
        return act.staged(tx, _admitted(tx, act, actor, _read(act.hands_in, given)))
    made: msgspec.Struct = _admitted(tx, act, actor, _read(act.takes, given))
    return made


def _admitted(tx: Transaction, act: Act, actor: Actor, given: Any) -> Any:
    if act.admits is not None:
        act.admits(tx, actor.person, given)
    return given


def _exact(kind: type[msgspec.Struct], given: Given) -> bool:
    """Tell whether parameters are those that an act is asked with, and not what is handed in for them."""
    fields = msgspec.structs.fields(kind)
    needed = {each.name for each in fields if each.required}
    return needed <= set(given) <= {each.name for each in fields}


def _read(kind: type[msgspec.Struct], given: Given) -> Any:
    try:
        return msgspec.convert(dict(given), kind)
    except msgspec.ValidationError as error:
        raise BadParameters(f"{error}.", hint=f"It takes: {', '.join(kind.__struct_fields__)}.") from None

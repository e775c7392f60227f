"""What a command needs, an action of the rights or nothing, and the way that it takes: over the API, on the host.

What the API offers a command reaches either way (`offered`, `reach`). On the host nobody is signed in, so a command
cannot be held against roles: one that changes something writes `host.acted` in its transaction, with the host's user,
which proves nobody, and one that does what takes a passkey or the approval of others is possible there while the
setting `host_recovery` says so.
"""

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from seawall.app import acting
from seawall.app.commands.options import instance, page, person
from seawall.app.remote import Remote
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.records.approvals import HostActed

if TYPE_CHECKING:
    # Only for the type checker: a command that reads files must not load PostgreSQL.
    from seawall.store import Transaction

_ACTING, _RECORDED = "seawall.acting", "seawall.recorded"
Command = Callable[..., Any]
T = TypeVar("T")


class RecoveryOff(SeawallError):
    """The host may not act past approvals here."""

    code, status = "app.recovery_off", 403

    def __init__(self, action: str) -> None:
        super().__init__(
            f"{action} takes a passkey or the approval of others, and `host_recovery` is off.",
            hint="Ask for it, signed in: seawall approvals ask",
        )


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What a command needs, and its ways. `instead` are the actions that options turn it into."""

    action: str = ""
    instead: dict[str, str] = {}
    remote: bool = False
    both: bool = False
    reads: bool = False
    host: str = ""
    reason: str = ""

    def acts(self, given: dict[str, Any]) -> str:
        """Return the action that this call comes to."""
        return next((action for option, action in self.instead.items() if given.get(option)), self.action)

    def told(self) -> str:
        """Say it, for a page."""
        if self.reason:
            return f"On this machine only: {self.reason}."
        if not self.action:
            return "Needs somebody signed in, over the API; the rest depends on what is asked for."
        more = [f"; with `--{option.replace('_', '-')}` `{action}`" for option, action in self.instead.items()]
        return f"Needs `{self.action}`{''.join(more)}{self._ways()}"

    def _ways(self) -> str:
        if self.remote:
            return ", signed in, over the API."
        where = ". Over the API, or on the host" if self.both else f". On the host only ({self.host})"
        return f"{where}." if self.reads else f"{where}, recorded there as unauthenticated: `host.acted`."


def needs(
    action: str, *, host: str = "", remote: bool = False, reads: bool = False, **instead: str
) -> Callable[[Command], Command]:
    """Declare the action of a command that has one way; `instead` names options that make it another.

    `remote` is for commands that act over the API alone; `host` says why another can be on the host alone; `reads`
    that it changes nothing. That the actions exist is tested: here it would load too much.
    """
    return _declare(Declared(action=action, instead=instead, host=host, remote=remote, reads=reads))


def offered(action: str, *, reads: bool = False, **instead: str) -> Callable[[Command], Command]:
    """Declare the action of a command that the API offers too, and give it the options that choose its way."""
    declare = _declare(Declared(action=action, instead=instead, both=True, reads=reads))

    def chosen(command: Command) -> Command:
        run: Any = declare(command)
        # Click keeps them last first: the way is chosen after everything else in the help.
        run.__click_params__ = [*reversed(acting.options()), *getattr(run, "__click_params__", ())]
        return run  # type: ignore[no-any-return]

    return chosen


def host_only(reason: str) -> Callable[[Command], Command]:
    """Declare that a command needs no action, and why."""
    return _declare(Declared(reason=reason))


def signed_in(command: Command) -> Command:
    """Declare that a command acts over the API as a signed-in person, and that the server holds what it asks for."""
    return _declare(Declared(remote=True))(command)


def declared(command: click.Command) -> Declared | None:
    """Return what a command declared; None where it did not."""
    found = getattr(command.callback, "declared", None)
    return found if isinstance(found, Declared) else None


def dangerous(action: str) -> bool:
    """Tell whether an action takes a passkey or the approval of others."""
    from seawall.access.rights.actions import BY_NAME

    return BY_NAME[action].two_party or BY_NAME[action].fresh


def acted(tx: "Transaction", *, changed: bool = True) -> None:
    """Record, in the transaction that does it, that a command changes something on the host; nothing where it reads.

    Without `changed` the command did nothing, and nothing is recorded.
    """
    context = click.get_current_context()
    action = context.meta.get(_ACTING)
    if action is None:
        return
    user = person()
    if changed:
        stated = context.params.get("by") or user
        instance().record(tx, HostActed(action=action, command=context.command_path, by=user, stated=stated))
    context.meta[_RECORDED] = True


def reach(
    takes: type[T],
    *,
    api: Callable[[Remote], object],
    host: "Callable[[Transaction], T]",
    changed: Callable[[T], bool] = lambda done: True,
) -> T:
    """Return what the API answers, or what is done on the host in one transaction, as the same kind of value.

    `changed` tells whether anything was done there.
    """
    there = acting.there()
    if there is not None:
        return msgspec.convert(api(there), takes)
    with instance().database().begin() as tx:
        done = host(tx)
        acted(tx, changed=changed(done))
    return done


def reach_page(
    each: type[T],
    *,
    api: Callable[[Remote], object],
    host: "Callable[[Transaction], Sequence[T]]",
    name: Callable[[T], str],
    after: str | None,
    limit: int,
) -> Sequence[T]:
    """Return a page of a list: the API's own, or the page of what the host lists. Raises NothingToGoOnAfter."""
    return reach(list[each], api=api, host=lambda tx: list(page(host(tx), name, after, limit)))  # type: ignore[valid-type]


def _declare(what: Declared) -> Callable[[Command], Command]:
    def declare(command: Command) -> Command:
        @functools.wraps(command)
        def run(*words: Any, **given: Any) -> Any:
            recorded = _is_recorded(what, given)
            done = command(*words, **given)
            if recorded and not click.get_current_context().meta.get(_RECORDED):
                raise RuntimeError(f"{what.action} was done and not recorded: see seawall.app.commands.declared.acted")
            return done

        run.declared = what  # type: ignore[attr-defined]
        return run

    return declare


def _is_recorded(what: Declared, given: dict[str, Any]) -> bool:
    """Tell whether this call changes something on the host. Raises RecoveryOff."""
    if what.reason or what.remote or what.reads or (what.both and acting.there() is not None):
        return False
    action = what.acts(given)
    if dangerous(action) and not instance().settings.host_recovery:
        raise RecoveryOff(action)
    click.get_current_context().meta[_ACTING] = action
    return True

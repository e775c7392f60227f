"""What a command needs: an action of the rights, or nothing because it only touches this machine.

On the host nobody is signed in, so a command cannot be held against roles. One that does what takes a passkey or the
approval of others is recovery: it is possible while the setting `host_recovery` says so, and writes `host.acted` in its
transaction, with the host's user, which proves nobody.
"""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
import msgspec

from seawall.app.commands.options import instance, person
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.records.approvals import HostActed

if TYPE_CHECKING:
    # Only for the type checker: a command that reads files must not load PostgreSQL.
    from seawall.store import Transaction

_ACTING, _RECORDED = "seawall.acting", "seawall.recorded"
Command = Callable[..., Any]


class RecoveryOff(SeawallError):
    """The host may not act past approvals here."""

    code, status = "app.recovery_off", 403

    def __init__(self, action: str) -> None:
        super().__init__(
            f"{action} takes a passkey or the approval of others, and `host_recovery` is off.",
            hint="Ask for it, signed in: seawall approvals ask",
        )


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What a command needs. `instead` are the actions that options turn it into."""

    action: str = ""
    instead: dict[str, str] = {}
    recovery: bool = False
    remote: bool = False
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
        where = ", signed in, over the API" if self.remote else ""
        past = " Recorded as recovery: `host.acted`." if self.recovery or self._dangerous() else ""
        return f"Needs `{self.action}`{''.join(more)}{where}.{past}"

    def _dangerous(self) -> bool:
        return not self.remote and any(dangerous(each) for each in (self.action, *self.instead.values()))


def needs(action: str, *, recovery: bool = False, remote: bool = False, **instead: str) -> Callable[[Command], Command]:
    """Declare the action of a command; `instead` names options that make it another.

    `remote` is for commands that act over the API as a signed-in person; `recovery` marks what is no dangerous action
    by itself but acts past somebody's decision. That the actions exist is tested: here it would load too much.
    """
    return _declare(Declared(action=action, instead=instead, recovery=recovery, remote=remote))


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


def acted(tx: "Transaction", by: str = "", *, changed: bool = True) -> None:
    """Record, in the transaction that does it, that a command acts past approvals; nothing where it does not.

    Without `changed` the command did nothing, and nothing is recorded.
    """
    context = click.get_current_context()
    action = context.meta.get(_ACTING)
    if action is None:
        return
    command, user = context.command_path, person()
    if changed:
        instance().record(tx, HostActed(action=action, command=command, by=user, stated=by or user))
    context.meta[_RECORDED] = True


def _declare(what: Declared) -> Callable[[Command], Command]:
    def declare(command: Command) -> Command:
        @functools.wraps(command)
        def run(*words: Any, **given: Any) -> Any:
            recovers = _recovers(what, given)
            done = command(*words, **given)
            if recovers and not click.get_current_context().meta.get(_RECORDED):
                raise RuntimeError(f"{what.action} was done and not recorded: see seawall.app.commands.declared.acted")
            return done

        run.declared = what  # type: ignore[attr-defined]
        return run

    return declare


def _recovers(what: Declared, given: dict[str, Any]) -> bool:
    action = what.acts(given)
    if what.reason or what.remote or not (what.recovery or dangerous(action)):
        return False
    if dangerous(action) and not instance().settings.host_recovery:
        raise RecoveryOff(action)
    click.get_current_context().meta[_ACTING] = action
    return True

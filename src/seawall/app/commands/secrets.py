"""`seawall secrets`: what the installation rests on, and how each of it is replaced."""

import click

from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, instance, say

_HOST = "the keys lie in files here"
_NAMES = ("ledger", "vault", "people", "accounts")


@click.group()
def secrets() -> None:
    """Keys of the installation: show, rotate, retire."""


@secrets.command()
@needs("system.operate", host=_HOST, reads=True)
@JSON
def show(as_json: bool) -> None:
    """Show which there are: newest version, earlier ones that still count, when it was rotated. No key is shown."""
    from seawall.app.rotating import held

    found = held(instance())
    lines = [
        f"{each.name}  version {each.version}  "
        + (f"earlier: {', '.join(map(str, each.earlier))}  " if each.earlier else "")
        + (f"rotated {each.rotated_at:%Y-%m-%d} by {each.rotated_by}" if each.rotated_at else "never rotated")
        for each in found
    ]
    say(found, as_json, *lines, "vault  one key for each class and month: seawall secrets rotate vault")


@secrets.command()
@needs("system.rotate_keys", host=_HOST)
@click.argument("name", type=click.Choice(_NAMES))
@BY
@JSON
def rotate(name: str, by: str, as_json: bool) -> None:
    """Give NAME a new version. Killed in the middle, it goes on where it stopped when it is begun again."""
    from seawall.app import rotating

    _tell()
    done = rotating.rotate(instance(), name, by=by)
    say(done, as_json, f"{name} is rotated: version {done.version}, {done.moved} moved.", done.says)


@secrets.command()
@needs("system.rotate_keys", host=_HOST)
@click.argument("name", type=click.Choice(("ledger", "people", "accounts")))
@click.option("--end-recovery-codes", is_flag=True, help="End the codes that rest on an earlier version of people.")
@BY
@click.confirmation_option(prompt="Destroy the earlier versions?")
@JSON
def retire(name: str, end_recovery_codes: bool, by: str, as_json: bool) -> None:
    """Destroy the earlier versions of NAME, once nothing needs them."""
    from seawall.app import rotating

    _tell()
    done = rotating.retire(instance(), name, by=by, end_recovery_codes=end_recovery_codes)
    say(done, as_json, done.says)


def _tell() -> None:
    """Record that it is done past approvals; what follows makes transactions of its own."""
    with instance().database().begin() as tx:
        acted(tx)

"""`seawall vault`: hold, release and erase items, rotate keys, do at once what is due."""

import click

from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, Command, instance, page, paged, say, say_page
from seawall.vault import sweep
from seawall.vault.errors import ItemNotHeld
from seawall.vocabulary.errors import Conflict
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records.vault import ItemHeld


class EndsByItself(Conflict):
    """A hold has an end of its own, before which nobody releases it."""

    code = "app.hold_ends_by_itself"

    def __init__(self, item: str) -> None:
        super().__init__(
            f"What holds {item} ends by itself, and not before.",
            hint="Whoever set it can tell when: seawall vault holds",
        )


_HOST = "the keys of the vault lie here, and no page reaches into it"


def _options(command: Command) -> Command:
    return BY(JSON(command))


@click.group()
def vault() -> None:
    """Content that can be erased: hold, release, erase, rotate keys."""


@vault.command()
@needs("vault.hold", host=_HOST)
@click.argument("item")
@click.option("--reason", required=True, help="Why; kept in the vault, not in the record.")
@_options
def hold(item: str, reason: str, by: str, as_json: bool) -> None:
    """Forbid every deletion of ITEM until it is released."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx)
        held = here.vault().hold(tx, ItemId(item), reason=reason, by=by)
    say(held, as_json, f"{item} is on hold ({held.hold}).")


@vault.command()
@needs("vault.hold", host=_HOST)
@click.argument("item")
@click.option("--hold", "which", default=None, help="Only this hold.")
@_options
def release(item: str, which: str | None, by: str, as_json: bool) -> None:
    """End the holds on ITEM, but those that end by themselves. If it is overdue it goes with the next sweep."""
    from seawall.cases import exports
    from seawall.cases.legal.preserving import bound

    here = instance()
    with here.database().begin() as tx:
        acted(tx)
        stays = bound(tx, ItemId(item)) | exports.bound(tx, ItemId(item))
        try:
            released = here.vault().release(tx, ItemId(item), by=by, hold=which, besides=stays)
        except ItemNotHeld:
            # Why such a hold is there is not for everybody who may hold and release.
            if stays:
                raise EndsByItself(item) from None
            raise
    say(released, as_json, f"{item} is released ({', '.join(released.holds)}).")


@vault.command()
@needs("vault.hold", host=_HOST, reads=True)
@paged
@JSON
def holds(after: str | None, limit: int, as_json: bool) -> None:
    """List the open holds, oldest first: item, hold, who set it."""
    here = instance()
    with here.database().begin() as tx:
        found = page(here.vault().held(tx), lambda each: each.hold, after, limit)
    nothing = "Nothing is on hold."
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda each: each.hold)


def _line(held: ItemHeld) -> str:
    return f"{held.item}  {held.hold}  by {held.by}"


@vault.command()
@needs("vault.erase", host=_HOST)
@click.argument("item")
@click.option("--reason-code", required=True, help="A code such as person_asked; a text belongs elsewhere.")
@_options
def erase(item: str, reason_code: str, by: str, as_json: bool) -> None:
    """Destroy ITEM now, and the key that backups would need to read it."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx)
        erased = here.vault().erase(tx, ItemId(item), by=by, reason_code=reason_code)
    swept = sweep(here.vault(), here.database(), here.clock)
    say(erased, as_json, f"{item} is erased; {swept.destroyed} keys destroyed, {swept.rewrapped} items moved.")


@vault.command()
@needs("system.rotate_keys", host=_HOST)
@_options
def rotate(by: str, as_json: bool) -> None:
    """Retire every wrapping key, move all items to new ones, destroy the old ones."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx)
        rotated = here.vault().rotate(tx, by=by)
    swept = sweep(here.vault(), here.database(), here.clock)
    say(rotated, as_json, f"{len(rotated.keys)} keys retired, {swept.rewrapped} items moved.")


@vault.command()
@needs("system.operate", host=_HOST, reads=True)
@JSON
def due(as_json: bool) -> None:
    """Erase what is due now instead of at the next hour."""
    here = instance()
    swept = sweep(here.vault(), here.database(), here.clock)
    say(
        swept,
        as_json,
        f"{swept.erased} items erased, {swept.rewrapped} moved, {swept.destroyed} keys destroyed, "
        f"{len(swept.unreadable)} items do not open, {len(swept.missing)} keys are missing.",
    )
    if swept.unreadable or swept.missing:
        raise click.exceptions.Exit(1)

"""Which way a command takes: over the API as whoever is signed in, or on the host itself, where nobody is.

    --server, --token-file   over the API of that server
    --host                   on the host
    neither                  over the API where `seawall sign-in` left a session here, else on the host

Without --server it is the server of the settings; where a directory holds no installation, the last one signed in to.
"""

from pathlib import Path
from typing import Any

import click

from seawall.app import remote
from seawall.app.instance import Instance
from seawall.app.remote import Remote

_WAY, _TOLD = "seawall.way", "seawall.told"
_CHOSEN = "On the host itself: nobody is signed in, and what changes is recorded as unauthenticated."
_NOBODY = f"{_CHOSEN} To act as yourself: seawall sign-in"


def options() -> list[click.Option]:
    """Return the options that choose the way. They reach no command: `there` reads them."""
    made: list[tuple[str, dict[str, Any]]] = [
        ("--host", {"is_flag": True, "help": "On the host itself, where nobody is signed in."}),
        ("--server", {"help": "Over the API of the server at this address."}),
        (
            "--token-file",
            {
                "type": click.Path(path_type=Path, exists=True, dir_okay=False),
                "help": "File with the token to use there; whoever `seawall sign-in` signed in by default.",
            },
        ),
    ]
    return [click.Option([name], expose_value=False, callback=_note, **given) for name, given in made]


def there() -> Remote | None:
    """Return the server that this command calls, as whom; None on the host, which is said once.

    Raises NotSignedIn, BadServer.
    """
    context = click.get_current_context()
    way = context.meta.get(_WAY, {})
    if way.get("host"):
        if way.get("server") or way.get("token_file"):
            raise click.UsageError("--host is not over an API: leave --server and --token-file out.")
        _say_once(context, _CHOSEN)
        return None
    server = way.get("server") or usual(context.obj, kept=not way.get("token_file"))
    if not server:
        _say_once(context, _NOBODY)
        return None
    _refuse_by(context)
    file: Path | None = way.get("token_file")
    return remote.signed_in_at(server) if file is None else Remote(server, file.read_text("utf-8").strip())


def usual(instance: Instance, *, kept: bool) -> str:
    """Return the server where none is named; with `kept` one with a session here, or nothing."""
    own, sessions = own_address(instance), remote.load()
    if own in sessions.servers:
        return own
    if not _installed(instance):
        return sessions.last or ("" if kept else own)
    return "" if kept else own


def own_address(instance: Instance) -> str:
    """Return where the installation of the settings is reached."""
    here = instance.settings
    return here.public_url.rstrip("/") or f"http://localhost:{here.port}"


def _installed(instance: Instance) -> bool:
    return bool(instance.settings.database_url) or Path(instance.settings.data_dir).exists()


def _say_once(context: click.Context, said: str) -> None:
    if not context.meta.get(_TOLD):
        context.meta[_TOLD] = True
        click.echo(said, err=True)


def _refuse_by(context: click.Context) -> None:
    if context.get_parameter_source("by") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--by is for the host: over the API it is whoever is signed in.")


def _note(context: click.Context, parameter: click.Parameter, given: object) -> None:
    context.meta.setdefault(_WAY, {})[parameter.name] = given

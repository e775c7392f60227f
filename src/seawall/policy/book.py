"""The policy that one process keeps in memory: asked on every request, fresh by NOTIFY."""

from datetime import datetime

from seawall.policy.problems import NoPolicy
from seawall.policy.publishing import CHANNEL, latest, load_version
from seawall.policy.rules import Edition, Policy
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock, system_clock

__all__ = ["CHANNEL", "PolicyBook"]


class PolicyBook:
    """The policy in force. Written by one thread, read by any; a version that cannot be read leaves the last one."""

    channel = CHANNEL

    def __init__(self, clock: Clock = system_clock) -> None:
        self.loaded_at: datetime | None = None
        self._clock = clock
        self._edition: Edition | None = None

    @property
    def edition(self) -> Edition:
        """Return the edition in force. Raises NoPolicy."""
        if self._edition is None:
            raise NoPolicy("No policy is in force, so nothing is served.", hint="seawall policy publish DIR")
        return self._edition

    def current(self, project: str) -> Policy:
        """Return the policy for a project by its name, its overlay applied. Raises NoPolicy."""
        return self.edition.of(project)

    def load(self, tx: Transaction) -> None:
        """Read the version that is in force."""
        in_force = latest(tx)
        known = self._edition
        if in_force is None:
            self._edition = None
        elif known is None or (known.version, known.digest) != (in_force.version, in_force.digest):
            # Swapped in whole, so that no exchange is decided by half of it.
            self._edition = load_version(tx)
        self.loaded_at = self._clock()

    def notice(self, tx: Transaction, payload: str) -> None:
        """Read the version that is in force now, which may be later than the one that the payload names."""
        self.load(tx)

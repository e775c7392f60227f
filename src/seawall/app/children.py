"""A process of `seawall up` that is to run all the time, and is started again when it ends."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from seawall.app.leash import Holder

_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 10.0
_STEADY_S = 30.0
_log = logging.getLogger(__name__)


class Child:
    """One process. It loads its code at once and waits; `begin` lets it work."""

    def __init__(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str], sockets: Sequence[int], now: float
    ) -> None:
        self.name = name
        self._arguments, self._environment, self._sockets = tuple(arguments), dict(environment), tuple(sockets)
        self._pause_s, self._again_at = _SHORTEST_PAUSE_S, 0.0
        self._start(now)

    def _start(self, now: float) -> None:
        self._began, self._holder = now, Holder()
        leash = self._holder.reading
        self.process = subprocess.Popen(
            [sys.executable, "-m", "seawall.app", *self._arguments, "--leash", str(leash)],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            pass_fds=(leash, *self._sockets),
            # A Ctrl-C at the terminal reaches the supervisor only, which then stops its processes in order.
            process_group=0,
        )
        self._holder.handed_over()

    @property
    def ended(self) -> bool:
        """Tell whether the process has ended."""
        return self.process.poll() is not None

    def begin(self) -> None:
        """Let the process work, now that the database is there."""
        self._holder.begin()

    def keep(self, now: float) -> None:
        """Start the process again, after a pause, when it has ended."""
        if not self.ended:
            return
        if not self._again_at:
            if now - self._began > _STEADY_S:
                self._pause_s = _SHORTEST_PAUSE_S
            _log.warning("%s %s; it is started again in %.1f s", self.name, self.fate(), self._pause_s)
            self._again_at = now + self._pause_s
            self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
        elif now >= self._again_at:
            self._again_at = 0.0
            self._holder.cut()
            self._start(now)
            self.begin()

    def fate(self) -> str:
        """Say how the process ended."""
        status = self.process.returncode
        if status is not None and status < 0:
            return f"was ended by {signal.Signals(-status).name}"
        return f"ended with status {status}"

    def tell(self, number: signal.Signals) -> None:
        """Send the process a signal, if it is still there; what it started is killed with it."""
        if self.ended:
            return
        if number is signal.SIGKILL:
            os.killpg(self.process.pid, number)
        else:
            os.kill(self.process.pid, number)

    def let_go(self) -> None:
        """Cut the leash: the process stops by itself if it has not."""
        self._holder.cut()

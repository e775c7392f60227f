"""The leash: a pipe between `seawall up` and each of its processes. A line on it says "begin"; its end says "stop".

The kernel closes the pipe when the supervisor ends in whatever way, so none of its processes outlives it.
"""

import os
import threading
import time
from collections.abc import Callable

_STOPS_S = 30.0


class Leash:
    """A process's end of the pipe."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._told = threading.Event()
        self._cut = threading.Event()
        self._stop: Callable[[], object] = lambda: None
        threading.Thread(target=self._watch, name="leash", daemon=True).start()

    def wait(self) -> bool:
        """Wait to be told to begin; False when the supervisor has ended instead."""
        self._told.wait()
        return not self._cut.is_set()

    def at_the_end(self, stop: Callable[[], object]) -> None:
        """Call `stop`, from another thread, when the supervisor ends; this process has half a minute from then on."""
        self._stop = stop
        if self._cut.is_set():
            stop()

    def _watch(self) -> None:
        while os.read(self._file, 1):
            self._told.set()
        self._cut.set()
        self._told.set()
        self._stop()
        time.sleep(_STOPS_S)
        os._exit(1)


class Holder:
    """The supervisor's end of the pipe of one process. `reading` is the number that the process inherits."""

    def __init__(self) -> None:
        self.reading, self._writing = os.pipe()

    def handed_over(self) -> None:
        """Close the process's end here, once the process has it."""
        os.close(self.reading)

    def begin(self) -> None:
        """Let the process begin."""
        try:
            os.write(self._writing, b"\n")
        except BrokenPipeError:
            return  # it has ended already, which is noticed elsewhere

    def cut(self) -> None:
        """Tell the process to stop."""
        if self._writing >= 0:
            os.close(self._writing)
            self._writing = -1

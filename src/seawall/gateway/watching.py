"""Cancel the task that answers when its client goes away, so that the upstream's work ends as well.

Most of what is answered at once needs no watching, which costs a task. Whoever still answers at the second look is
watched from then on: one timer of the process serves all exchanges, where one for each would cost more than they do.
"""

import asyncio
from typing import Any, Final

_LOOK_S: Final = 0.02


class Watch:
    """The watch over one answer; `gone` tells whether its client went away."""

    def __init__(self, receive: Any) -> None:
        self.gone = self.stopped = False
        self._receive = receive
        self._answering = asyncio.current_task()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Look for the client from now on."""
        self._task = asyncio.create_task(self._until_gone())

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        if self._answering is not None:
            self._answering.cancel()

    def stop(self) -> None:
        """Watch no longer."""
        self.stopped = True
        self._answering = None
        if self._task is not None:
            self._task.cancel()


class Watching:
    """The watches of one event loop that have not begun."""

    def __init__(self) -> None:
        self._young: list[Watch] = []
        self._old: list[Watch] = []
        self._looks = False

    def watch(self, receive: Any) -> Watch:
        """Return a watch over the task that runs: it begins after one to two looks."""
        made = Watch(receive)
        self._young.append(made)
        if not self._looks:
            self._looks = True
            asyncio.get_running_loop().call_later(_LOOK_S, self._look)
        return made

    def _look(self) -> None:
        old, self._old, self._young = self._old, self._young, []
        for each in old:
            if not each.stopped:
                each.begin()
        self._looks = bool(self._old)
        if self._looks:
            asyncio.get_running_loop().call_later(_LOOK_S, self._look)

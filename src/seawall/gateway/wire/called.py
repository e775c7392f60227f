"""The names of the tools that a stream calls, gathered as its parts come.

Of one call a name may come in portions, which clients join, or again and again, which some upstreams do. Where calls
share a number, their ids tell them apart. Costs nothing where no tool is called.
"""

from typing import Any


class Called:
    """The names of one stream."""

    def __init__(self) -> None:
        self._names: dict[tuple[Any, ...], str] = {}
        self._ids: dict[tuple[Any, ...], str] = {}

    def note(self, call: tuple[Any, ...], name: Any, given_id: Any = None) -> None:
        """Note the name of a call, or the next portion of it."""
        if isinstance(given_id, str) and given_id:
            self._ids[call] = given_id
        if not isinstance(name, str) or not name:
            return
        one = (*call, self._ids.get(call))
        known = self._names.get(one, "")
        if name != known:
            self._names[one] = known + name

    @property
    def names(self) -> list[str]:
        """Return each name once, in the order in which they were called first."""
        return list(dict.fromkeys(self._names.values()))

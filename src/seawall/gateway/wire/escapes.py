r"""JSON escapes resolved, so that ``\u0073ecret`` is screened as what a client will read.

In a stream only ``\uXXXX`` and ``\/`` are resolved, and only to characters that may stand in a JSON string as they
are: the text stays the same JSON. Line breaks, quotes and backslashes stay escaped there. An escape that is still
incomplete when a stream ends is dropped: such JSON is broken anyway.
"""

import re

_ESCAPE = re.compile(
    r"\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})(?:\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})|(?P<wait>\\(?:u[0-9a-fA-F]{0,3})?)?\Z)"
    r"|\\u(?P<code>[0-9a-fA-F]{4})"
    r"|(?P<part>\\(?:u[0-9a-fA-F]{0,3})?)\Z"
    r"|\\(?P<plain>[^u])",
    re.DOTALL,
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", '"': '"', "\\": "\\"}


class Unescaper:
    """Resolve escapes in a run of JSON text that comes in portions."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, portion: str) -> str:
        """Return the portion, with what an earlier one left open, as the same JSON with fewer escapes."""
        if not self._rest and "\\" not in portion:
            return portion
        text, self._rest = self._rest + portion, ""
        return _ESCAPE.sub(self._resolve, text)

    def _resolve(self, match: re.Match[str]) -> str:
        if match["part"] is not None or (match["high"] and not match["low"]):
            self._rest = match[0]
            return ""
        if match["plain"]:
            return "/" if match["plain"] == "/" else match[0]
        char = _character(match)
        return match[0] if char is None or char < " " or char in '"\\' else char


def _character(match: re.Match[str]) -> str | None:
    if match["low"]:
        return chr(0x10000 + ((int(match["high"], 16) - 0xD800) << 10) + int(match["low"], 16) - 0xDC00)
    code = int(match["code"], 16)
    return None if 0xD800 <= code < 0xE000 else chr(code)


def unescape(text: str) -> str:
    """Return a text with all its JSON escapes resolved, whether or not it is JSON."""

    def resolve(match: re.Match[str]) -> str:
        if match["plain"]:
            return _NAMED.get(match["plain"], match[0])
        return (_character(match) if match["low"] or match["code"] else None) or match[0]

    return _ESCAPE.sub(resolve, text) if "\\" in text else text

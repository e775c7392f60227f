"""The authority's side: one batch to `POST /api/v1/statements`, and what its answer means.

A batch is taken whole or not at all. An answer that did not come may have been lost on its way back: whoever sends the
batch again learns by its own names for the statements (`puid`) which of them are there already.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from seawall.net.errors import NetError
from seawall.net.once import Answer, ask
from seawall.vocabulary.errors import InvalidInput, SeawallError

MOST = 100
PRODUCTION = "transparency.dsa.ec.europa.eu"
_WITHIN_S = 60.0
_LONGEST_WAIT_S = 3600
_BUSY = (408, 425, 429)
_UNAUTHORISED = (401, 403)


class BadAuthority(InvalidInput):
    """Statements cannot be sent there."""

    code = "reasons.bad_authority"


class TokenRefused(SeawallError):
    """The authority does not know us."""

    code, status = "reasons.token_refused", 502

    def __init__(self, host: str, status: int) -> None:
        super().__init__(
            f"{host} answers {status} to our token.",
            hint="A token that was made anew ends the one before: put it into the file that `reasons` names.",
        )


class BatchRefused(SeawallError):
    """The authority refused a batch and did not say which statement is wrong."""

    code, status = "reasons.batch_refused", 502

    def __init__(self, host: str, status: int) -> None:
        super().__init__(f"{host} answers {status} to a batch.", hint="Nothing was taken, and all of it waits.")


class Taken(msgspec.Struct, frozen=True):
    """All were taken; the authority's own names for them by ours."""

    names: dict[str, str]


class There(msgspec.Struct, frozen=True):
    """None was taken, as these were taken before."""

    puids: tuple[str, ...]


class Wrong(msgspec.Struct, frozen=True):
    """None was taken, as some are wrong: by their place, the fields."""

    fields: dict[int, tuple[str, ...]]


class Later(msgspec.Struct, frozen=True):
    """Whether any was taken is not known, or none can be now; `wait_s` is what the authority asks for."""

    wait_s: float | None
    why: str


Said = Taken | There | Wrong | Later


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """Where statements are sent. `private` lets the address be in a local net, for trials."""

    base_url: str
    token: str
    production: bool = False
    private: bool = False

    def __repr__(self) -> str:
        # Without the token, which must not reach a log.
        return f"Authority({self.base_url!r}, production={self.production})"

    def checked(self) -> "Authority":
        """Return it where it can be used. Raises BadAuthority: nothing on trial reaches the real one by accident."""
        parts = urlsplit(self.base_url)
        real = parts.hostname == PRODUCTION
        if not parts.hostname or parts.scheme not in (("https", "http") if self.private else ("https",)):
            raise BadAuthority(f"{self.base_url!r} is no address to send statements to.", hint="Begin with https://")
        if real is not self.production:
            kind = "the real database" if real else "not the real database"
            raise BadAuthority(
                f"{parts.hostname} is {kind}, and `production` says otherwise.", hint=f"The real one is {PRODUCTION}."
            )
        if not self.token:
            raise BadAuthority("There is no token for the authority.", hint="Put it into the file of `token_file`.")
        return self

    def send(self, statements: Sequence[Mapping[str, Any]]) -> Said:
        """Send a batch. Raises TokenRefused, BatchRefused."""
        headers = {
            "authorization": f"Bearer {self.token}",
            "accept": "application/json",
            "content-type": "application/json",
        }
        url = f"{self.base_url.rstrip('/')}/api/v1/statements"
        body = msgspec.json.encode({"statements": statements})
        try:
            answer = ask("POST", url, body=body, headers=headers, private=self.private, within_s=_WITHIN_S)
        except NetError as error:
            return Later(None, error.code)
        return self._meant(answer, [str(each["puid"]) for each in statements])

    def _meant(self, answer: Answer, puids: Sequence[str]) -> Said:
        host, status = urlsplit(self.base_url).hostname or "", answer.status
        told = _object(answer.body)
        if status == 201:
            return _taken(told, puids)
        if status in _BUSY or status >= 500:
            return Later(_wait(answer.headers.get("retry-after", "")), f"status {status}")
        if status in _UNAUTHORISED:
            raise TokenRefused(host, status)
        found = _refused(told.get("errors"), puids) if status == 422 else None
        if found is None:
            raise BatchRefused(host, status)
        return found


def _taken(told: Mapping[str, Any], puids: Sequence[str]) -> Said:
    made = told.get("statements")
    rows = [each for each in made if isinstance(each, dict)] if isinstance(made, list) else []
    names = {str(each.get("puid")): str(each.get("uuid", "")) for each in rows}
    # An answer that is cut short is none: asked again, the authority says what it has.
    return Taken(names) if set(puids) <= names.keys() else Later(None, "an answer that is not whole")


def _refused(errors: object, puids: Sequence[str]) -> Said | None:
    if not isinstance(errors, dict):
        return None
    there = errors.get("existing_puids")
    if isinstance(there, list):
        known = tuple(each for each in map(str, there) if each in puids)
        return There(known) if known else None
    places = {f"statement_{at}": at for at in range(len(puids))}
    wrong = {places[name]: _fields(what) for name, what in errors.items() if name in places}
    return Wrong(wrong) if wrong else None


def _fields(what: object) -> tuple[str, ...]:
    # Names of fields alone: a message may quote what was sent.
    return tuple(sorted(map(str, what)))[:20] if isinstance(what, dict) else ("?",)


def _wait(given: str) -> float | None:
    return float(min(int(given), _LONGEST_WAIT_S)) if given.isascii() and given.isdigit() else None


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}

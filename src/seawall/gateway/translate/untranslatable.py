"""What cannot be said in the other API."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from seawall.gateway.wire.request import BadRequest, Body, Path, field_name
from seawall.vocabulary.errors import InvalidInput, SeawallError


class Untranslatable(InvalidInput):
    """A request asks for something that the upstream's API has no words for."""

    code, status = "gateway.untranslatable", 400

    def __init__(self, path: Path, api: str, why: str = "has no counterpart") -> None:
        self.field = field_name(path)
        super().__init__(
            f"{self.field}: {why} in the {api} API, which this model's upstream speaks.",
            hint="Leave it out, or ask for a model whose upstream speaks the API of this request.",
        )


class ReplyUntranslatable(SeawallError):
    """An upstream answered with something that the client's API has no words for."""

    code, status = "gateway.reply_untranslatable", 502


def refuse_fields(body: Body, names: Iterable[str], api: str, path: Path = ()) -> None:
    """Stop at the first of these fields that asks for something. Raises Untranslatable."""
    for name in names:
        if body.get(name) not in (None, False, [], {}):
            raise Untranslatable((*path, name), api)


def without(body: Body, names: frozenset[str]) -> Body:
    """Return the fields of a body that are not among these."""
    return {name: value for name, value in body.items() if name not in names}


@contextmanager
def shaped(fault: Callable[[str], SeawallError]) -> Iterator[None]:
    """Turn a body that is not shaped as its API says, which passing it on would not have noticed, into an error."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise fault(f"{type(error).__name__} {str(error)[:80]}") from None


def bad_request(what: str) -> BadRequest:
    """Return the error for a request that cannot be read well enough to be translated."""
    return BadRequest("", f"The request does not follow its API, so that it cannot be translated ({what}).")


def bad_reply(what: str) -> ReplyUntranslatable:
    """Return the error for an answer that cannot be read well enough to be translated."""
    return ReplyUntranslatable(f"The upstream's answer does not follow its API, and cannot be translated ({what}).")

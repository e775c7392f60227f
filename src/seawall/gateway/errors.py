"""What the gateway itself refuses, before or beside the policy."""

from collections.abc import Sequence

from seawall.gateway.wire import ErrorKind
from seawall.vocabulary.errors import InvalidInput, NotFound, SeawallError


class BodyTooLong(SeawallError):
    """A request is longer than the gateway reads."""

    code, status = "gateway.body_too_long", 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request is longer than {limit} bytes.", hint="Send less, or raise body_limit.")


class UnknownModel(NotFound):
    """A project has no model of that name."""

    code = "gateway.unknown_model"

    def __init__(self, model: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no model {model[:100]!r} in this project.",
            hint=f"It has: {', '.join(known) or 'none; seawall projects model-add adds one'}.",
        )


class UnknownRoute(NotFound):
    """A path that is not screened is not served."""

    code = "gateway.unknown_route"

    def __init__(self, method: str, path: str) -> None:
        super().__init__(
            f"{method} {path[:200]} is not served here: only what is screened passes.",
            hint="Served: /v1/messages, /v1/messages/count_tokens, /v1/chat/completions, /v1/models, /v1/moderations.",
        )


class ImagesRefused(InvalidInput):
    """Images, audio and binary documents cannot be screened yet."""

    code = "gateway.images_refused"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"The request holds {count} images, recordings or binary documents, which are not screened yet.",
            hint="Send text, or let the project opt in: seawall projects set NAME --images",
        )


class BooksStale(SeawallError):
    """The process lost the database and cannot know who is suspended or which policy holds."""

    code, status = "gateway.books_stale", 503

    def __init__(self) -> None:
        super().__init__(
            "The gateway has lost its database and serves nobody until it is back.",
            hint="Send the request again in a moment.",
        )


class AccountRefused(SeawallError):
    """The account is suspended or banned."""

    code, status = "gateway.account_refused", 403


class NotForThisAccount(SeawallError):
    """A restricted account asks for something that it may not use."""

    code, status = "gateway.not_for_this_account", 403


class TooFast(SeawallError):
    """A restricted account has used up its rate."""

    code, status = "gateway.too_fast", 429
    wait_s: int = 1


class CountRefused(SeawallError):
    """The policy does not let this text be counted upstream."""

    code, status = "gateway.count_refused", 403


class UpstreamRefused(SeawallError):
    """The upstream answered with an error."""

    code, status = "gateway.upstream_refused", 502

    def __init__(self, message: str, *, status: int, kind: ErrorKind, hint: str = "", retry_after: str = "") -> None:
        super().__init__(message, hint=hint)
        self.answered, self.kind, self.retry_after = status, kind, retry_after


class Unexpected(SeawallError):
    """Something that should not happen did."""

    code = "gateway.unexpected"

    def __init__(self) -> None:
        super().__init__("The gateway failed on this request. It was not answered.", hint="The log says where.")


_KINDS = {
    400: ErrorKind.INVALID_REQUEST,
    401: ErrorKind.AUTHENTICATION,
    403: ErrorKind.PERMISSION,
    404: ErrorKind.NOT_FOUND,
    413: ErrorKind.REQUEST_TOO_LARGE,
    429: ErrorKind.RATE_LIMIT,
    502: ErrorKind.UPSTREAM,
    503: ErrorKind.OVERLOADED,
    504: ErrorKind.TIMEOUT,
}


def kind_of(error: SeawallError) -> ErrorKind:
    """Return what an error is called in both APIs."""
    if isinstance(error, UpstreamRefused):
        return error.kind
    return _KINDS.get(error.status, ErrorKind.INVALID_REQUEST if error.status < 500 else ErrorKind.INTERNAL)

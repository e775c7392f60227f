"""What went wrong, as the providers' own SDKs tell it: which class, which status, which shape."""

from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest

from tests.gateway.conftest import Stack
from tests.gateway.speakers import Speaker

# Status and error class for what went wrong: in Messages, in Chat Completions.
Told = tuple[int, type[Exception]]
BAD: dict[str, Told] = {"messages": (400, anthropic.BadRequestError), "chat": (400, openai.BadRequestError)}
NO_KEY: dict[str, Told] = {"messages": (401, anthropic.AuthenticationError), "chat": (401, openai.AuthenticationError)}
UNKNOWN: dict[str, Told] = {"messages": (404, anthropic.NotFoundError), "chat": (404, openai.NotFoundError)}
TOO_LONG: dict[str, Told] = {"messages": (413, anthropic.RequestTooLargeError), "chat": (413, openai.APIStatusError)}
RATE: dict[str, Told] = {"messages": (429, anthropic.RateLimitError), "chat": (429, openai.RateLimitError)}
UPSTREAM: dict[str, Told] = {
    "messages": (502, anthropic.InternalServerError),
    "chat": (502, openai.InternalServerError),
}
OVERLOADED: dict[str, Told] = {"messages": (529, anthropic.OverloadedError), "chat": (503, openai.InternalServerError)}
SLOW: dict[str, Told] = {"messages": (504, anthropic.GatewayTimeoutError), "chat": (504, openai.InternalServerError)}

_TYPES = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
    413: "request_too_large", 429: "rate_limit_error", 502: "api_error", 504: "timeout_error", 529: "overloaded_error",
}  # fmt: skip


def in_shape(speaker: Speaker, body: Any, status: int) -> dict[str, Any]:
    """Return the error of a body that is shaped as the API shapes its errors, with our own words beside it."""
    assert body["seawall"]["code"], body
    error: dict[str, Any] = body["error"]
    assert error["message"]
    if speaker.api == "messages":
        assert (body["type"], error["type"], error.keys()) == ("error", _TYPES[status], {"type", "message"})
    else:
        assert error.keys() == {"message", "type", "param", "code"}
        assert error["type"] in ("invalid_request_error", "rate_limit_error", "permission_error", "server_error")
    return error


async def told(
    speaker: Speaker, expected: Told, stack: Stack, run: Callable[..., Any], *given: Any, **more: Any
) -> Any:
    """Return the SDK's error for a request that fails, its class and shape checked."""
    with pytest.raises(expected[1]) as caught:
        await run(stack, *given, **more)
    error: Any = caught.value
    assert (type(error), error.status_code) == (expected[1], expected[0])
    in_shape(speaker, error.response.json(), expected[0])
    return error

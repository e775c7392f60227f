"""The live path behind HTTP: routes, errors in each API's shape, and a process that serves them.

Every route names who may use it: `key` is a project's key, `anyone` shows nothing of any project.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import uvicorn

from seawall.gateway import meters
from seawall.gateway.cascading import without_judges
from seawall.gateway.errors import TooFast, Unexpected, UnknownRoute, UpstreamRefused, kind_of
from seawall.gateway.flow import ExchangeFailed, answer
from seawall.gateway.http import JSON, ClientGone, Header, address_of, key_of, read_body, send_json, send_whole
from seawall.gateway.joining import JoiningProtocol
from seawall.gateway.live import Live
from seawall.gateway.wire import BadRequest, ErrorKind, Piece, WireFormat
from seawall.gateway.wire.chat import CHAT
from seawall.gateway.wire.messages import COUNT_TOKENS, MESSAGES
from seawall.gateway.wire.reading import decode_request
from seawall.ledger.serve import LedgerFiles
from seawall.screen.cascade import Text, settle
from seawall.screen.moderation import moderation
from seawall.screen.pool import Pool
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.findings import Finding, Surface
from seawall.vocabulary.ids import new_id

log = logging.getLogger(__name__)

Scope = Mapping[str, Any]


class Route(NamedTuple):
    """A route: who may use it, in which API's words it errs, what it does."""

    right: str
    api: WireFormat
    run: Callable[["Gateway", Scope, Any, Any], Awaitable[None]]


class Gateway:
    """The ASGI application of one process."""

    def __init__(self, live: Live, ledger: LedgerFiles) -> None:
        self._live, self._ledger = live, ledger

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        path, method = scope["path"], scope["method"]
        if path.startswith("/ledger/"):
            await self._ledger(scope, receive, send)
            return
        route = ROUTES.get((method, path))
        api = route.api if route else _api_of(scope)
        begun = _Begun(send)
        try:
            if route is None:
                raise UnknownRoute(method, path)
            await route.run(self, scope, receive, begun)
        except ClientGone:
            return
        except ExchangeFailed as failed:
            await _tell(api, failed.error, begun, failed.headers)
        except SeawallError as error:
            await _tell(api, error, begun)
        except Exception:
            log.exception("request failed", extra={"path": path[:100]})
            await _tell(api, Unexpected(), begun)

    def exchange(self, api: WireFormat, scope: Scope, receive: Any, send: Any) -> Awaitable[None]:
        """Answer a request of an API through the live path."""
        return answer(self._live, api, scope, receive, send)

    async def models(self, scope: Scope, receive: Any, send: Any) -> None:
        """List the models of the caller's project, in the fields of both APIs."""
        self._live.require_fresh()
        caller = self._live.access.authenticate(key_of(dict(scope["headers"])), address_of(scope))
        names = sorted(caller.project.models)
        epoch = "1970-01-01T00:00:00Z"
        data = [
            {"id": name, "object": "model", "type": "model", "display_name": name, "created": 0, "created_at": epoch,
             "owned_by": "seawall"}
            for name in names
        ]  # fmt: skip
        ends = {"first_id": names[0] if names else None, "last_id": names[-1] if names else None}
        await send_json(send, 200, {"object": "list", "data": data, "has_more": False, **ends})

    async def moderations(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer in OpenAI's shape what our own detectors say of texts. No model sees them and nothing is kept."""
        self._live.require_fresh()
        headers = dict(scope["headers"])
        caller = self._live.access.authenticate(key_of(headers), address_of(scope))
        texts, model = _moderated(await read_body(receive, headers, self._live.body_limit))
        policy = self._live.policies.current(caller.project.name)
        screening = await self._live.screens.of(policy)
        found: list[tuple[Finding, ...]] = []
        cascade = without_judges(policy.cascade)
        for text in texts:
            first = await screening.screened([Piece(surface=Surface.INPUT, text=text)])
            seen = Text(text=text, surface=Surface.INPUT)
            found.append((await settle(cascade, self._live.tiers, [seen], first, zero_retention=True)).findings)
        await send_json(send, 200, moderation(found, id=new_id("modr"), model=model))

    async def health(self, scope: Scope, receive: Any, send: Any) -> None:
        """Tell that the process answers."""
        await send_json(send, 200, {"status": "ok"})

    async def ready(self, scope: Scope, receive: Any, send: Any) -> None:
        """Tell whether the process follows the database and may serve."""
        fresh = self._live.listener.fresh
        await send_json(send, 200 if fresh else 503, {"status": "ready" if fresh else "the database is not followed"})

    async def metrics(self, scope: Scope, receive: Any, send: Any) -> None:
        """Give the counts in Prometheus' form."""
        meters.UNWRITTEN.set(self._live.recorder.waiting)
        if isinstance(self._live.tiers.accurate, Pool):
            meters.accurate(self._live.tiers.accurate)
        await send_whole(send, 200, meters.page(), [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8")])


def _exchange(api: WireFormat) -> Route:
    def run(gateway: Gateway, scope: Scope, receive: Any, send: Any) -> Awaitable[None]:
        return gateway.exchange(api, scope, receive, send)

    return Route("key", api, run)


ROUTES: dict[tuple[str, str], Route] = {
    ("POST", "/v1/messages"): _exchange(MESSAGES),
    ("POST", "/v1/messages/count_tokens"): _exchange(COUNT_TOKENS),
    ("POST", "/v1/chat/completions"): _exchange(CHAT),
    ("POST", "/v1/moderations"): Route("key", CHAT, Gateway.moderations),
    ("GET", "/v1/models"): Route("key", CHAT, Gateway.models),
    ("GET", "/healthz"): Route("anyone", CHAT, Gateway.health),
    ("GET", "/readyz"): Route("anyone", CHAT, Gateway.ready),
    ("GET", "/metrics"): Route("anyone", CHAT, Gateway.metrics),
}


class _Begun:
    """A `send` that remembers whether the answer has begun: then an error can no longer be one of its own."""

    def __init__(self, send: Any) -> None:
        self._send, self.begun = send, False

    def __call__(self, message: Mapping[str, Any]) -> Awaitable[None]:
        self.begun = True
        sent: Awaitable[None] = self._send(message)
        return sent


async def _tell(api: WireFormat, error: SeawallError, send: _Begun, more: Sequence[Header] = ()) -> None:
    meters.failed(error.code)
    if send.begun:
        return
    kind = kind_of(error)
    status = _status(api, error, kind)
    body = api.error(status, kind.value, error.message, code=error.code, hint=error.hint)
    headers = [JSON, *more]
    if isinstance(error, TooFast):
        headers.append((b"retry-after", str(error.wait_s).encode()))
    if isinstance(error, UpstreamRefused) and error.retry_after:
        headers.append((b"retry-after", error.retry_after.encode("latin-1", "replace")))
    await send_whole(send, status, body, headers)


def _status(api: WireFormat, error: SeawallError, kind: ErrorKind) -> int:
    """Return the status that the client sees: what the upstream found wrong with the request passes as it was."""
    if isinstance(error, UpstreamRefused) and 400 <= error.answered < 500 and kind is not ErrorKind.UPSTREAM:
        return error.answered
    return api.statuses[kind]


def _api_of(scope: Scope) -> WireFormat:
    spoken = scope["path"].startswith("/v1/messages") or any(
        name == b"anthropic-version" for name, _ in scope["headers"]
    )
    return MESSAGES if spoken else CHAT


def _moderated(raw: bytes) -> tuple[list[str], str]:
    """Return the texts of a moderation request and its model. Raises BadRequest."""
    body = decode_request(raw)
    given = body.get("input")
    items = given if isinstance(given, list) else [given]
    said = [item.get("text") if isinstance(item, dict) and item.get("type") == "text" else item for item in items]
    texts = [text for text in said if isinstance(text, str)]
    if not texts or len(texts) < len(said):
        raise BadRequest("input", "must be a text, or a list of texts", hint="Images are not screened yet.")
    model = body.get("model")
    return texts, model if isinstance(model, str) else "seawall"


async def run(app: Callable[..., Awaitable[None]], sockets: list[socket.socket], stop: asyncio.Event) -> None:
    """Serve an application on sockets until told to stop; requests that run may finish for ten seconds."""
    config = uvicorn.Config(
        app,
        http=JoiningProtocol,
        ws="none",
        loop="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=75,
        backlog=4096,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: the process has handlers of its own."""
        yield

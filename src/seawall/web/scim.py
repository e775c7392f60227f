"""SCIM 2.0 at `/scim/v2`: the one part of the application whose routes are a library's.

    request -> token of a directory -> pace -> body -> the library, in a thread -> Storage of that directory

Nothing reaches the library without a token that works: not its discovery, not a path that it does not know. The
address that it gives resources is the site's, whatever a request says of its host.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from scim2_models import Error, InvalidFilterException, InvalidSyntaxException, SCIMException
from scim2_server.applications.base import BaseApplication
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import SCIM_MEDIA_TYPE, ScimResponse
from scim2_server.service import ScimService
from starlette.concurrency import run_in_threadpool
from starlette.routing import Mount

from seawall.access.directory import Directory, TokenRefused, directories
from seawall.access.directory.schemas import LONGEST_BODY, PROVIDER
from seawall.access.directory.storage import Storage
from seawall.vocabulary.errors import SeawallError
from seawall.web.house import House
from seawall.web.pace import Pace, TooManyAttempts

PATH = "/scim"
PER_MINUTE = 1200
AT_ONCE = 3
_LONGEST_FILTER = 2000
log = logging.getLogger(__name__)


class Refused(SeawallError):
    """A request came without the token of a directory that works."""

    code, status = "web.directory_refused", 401

    def __init__(self) -> None:
        super().__init__("This takes the token of a directory, as `Authorization: Bearer …`.")


class TooLong(SeawallError):
    """A body is longer than what is announced."""

    code, status = "web.body_too_long", 413

    def __init__(self) -> None:
        super().__init__(f"A request has at most {LONGEST_BODY} bytes.")


class Service(ScimService):
    """The library's service, with filters of a bounded length."""

    def read_search(self, resource_types: Any, payload: Any) -> Any:
        """Validate a search."""
        if isinstance(payload, dict) and len(str(payload.get("filter", ""))) > _LONGEST_FILTER:
            raise InvalidFilterException(detail=f"A filter has at most {_LONGEST_FILTER} characters.")
        return super().read_search(resource_types, payload)


class Provisioning:
    """The ASGI application of what directories call."""

    def __init__(self, house: House, *, per_minute: int = PER_MINUTE) -> None:
        self._house = house
        self._service = Service(PROVIDER, secret=house.edges.keyed("scim cursor", ""))
        self._base = f"{house.site.origins[0]}{PATH}/v2"
        self._pace = Pace(per_minute=per_minute, burst=per_minute)
        # Writes of one directory wait for each other, each on a connection: the pages keep the rest of the pool.
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            response = await self._answered(scope, receive)
        except _Gone:
            return
        except SeawallError as error:
            response = _told(error)
        await _send(send, response)

    async def _answered(self, scope: Any, receive: Any) -> ScimResponse:
        secret = _secret(scope["headers"])
        directory = await run_in_threadpool(self._directory, secret)
        self._pace.take(directory.id)
        body = await _body(scope["headers"], receive)
        async with self._at_once:
            return await run_in_threadpool(self._serve, directory, scope, body)

    def _directory(self, secret: str) -> Directory:
        try:
            with self._house.database.begin() as tx:
                return directories.authenticate(tx, self._house.edges, secret)
        except TokenRefused:
            raise Refused from None

    def _serve(self, directory: Directory, scope: Any, body: bytes) -> ScimResponse:
        try:
            request = _request(scope, body, self._base)
            storage = Storage(self._house.database, self._house.edges, directory)
            response = ScimHandler(self._service, storage).handle(request)
        except SCIMException as error:
            response = self._service.error_response(error)
        except RecursionError:
            response = self._service.error_response(InvalidSyntaxException(detail="This is nested too deeply."))
        except Exception as error:
            log.exception("a request of a directory failed")
            response = self._service.error_response(error)
        return response


def mount(house: House) -> Mount:
    """Return what stands at `/scim`: the only part of the application that declares no needs, route by route."""
    return Mount(PATH, app=Provisioning(house))


class _Gone(Exception):
    """Whoever asked has left in the middle of their body, or sent too much of it."""


def _secret(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the token of a request; two are none. Raises Refused."""
    given = [value for name, value in headers if name.lower() == b"authorization"]
    scheme, _, secret = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
    if scheme.lower() != b"bearer" or not secret.isascii():
        raise Refused
    return secret.decode("ascii").strip(" ")


async def _body(headers: Iterable[tuple[bytes, bytes]], receive: Any) -> bytes:
    """Return a body. Raises TooLong, _Gone."""
    stated = dict(headers).get(b"content-length", b"0")
    if not stated.isdigit() or int(stated) > LONGEST_BODY:
        raise TooLong
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _Gone
        body += message.get("body", b"")
        if len(body) > LONGEST_BODY:
            raise TooLong
        if not message.get("more_body"):
            return bytes(body)


def _request(scope: Any, body: bytes, base: str) -> ScimRequest:
    """Return the request as the library reads it. Raises InvalidSyntaxException."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    try:
        query = dict(parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True, errors="strict"))
    except ValueError:
        raise InvalidSyntaxException(detail="The query is not UTF-8.") from None
    return ScimRequest(
        method=scope["method"],
        base_url=base,
        path=BaseApplication.split_path(path),
        query=query,
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        body=body,
    )


def _told(error: SeawallError) -> ScimResponse:
    detail = f"{error.message} {error.hint}".strip()
    headers: dict[str, str] = {}
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="SCIM"'
    if isinstance(error, TooManyAttempts):
        headers["Retry-After"] = str(error.wait_s)
    return ScimResponse(HTTPStatus(error.status), Error(status=error.status, detail=detail).model_dump(), headers)


async def _send(send: Any, response: ScimResponse) -> None:
    body = b"" if response.body is None else json.dumps(response.body).encode()
    headers: Mapping[str, str] = {"Content-Type": SCIM_MEDIA_TYPE} | response.headers
    raw = [(name.lower().encode("latin-1"), _header(value)) for name, value in headers.items()]
    length = [] if response.status in (204, 304) else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": int(response.status), "headers": [*raw, *length]})
    await send({"type": "http.response.body", "body": body})


def _header(value: str) -> bytes:
    """Return a header's value with nothing in it that could begin another."""
    return "".join(each for each in value if each.isprintable()).encode("latin-1", "replace")

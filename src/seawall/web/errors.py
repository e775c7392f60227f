"""Errors as answers: JSON for programs, a page for people. What nobody foresaw shows no word of itself."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from seawall.vocabulary.errors import SeawallError
from seawall.web.pace import TooManyAttempts

log = logging.getLogger(__name__)


class Unforeseen(SeawallError):
    """Something went wrong that nobody foresaw."""

    code, status = "web.unforeseen", 500

    def __init__(self) -> None:
        super().__init__("Something went wrong here.", hint="Try again; the log of the process tells where it was.")


class NoSuchPage(SeawallError):
    """There is no such page or route."""

    code, status = "web.no_such_page", 404

    def __init__(self, status: int = 404) -> None:
        super().__init__("There is no such page." if status == 404 else "This page does not do that.")
        self.answered = status


class BadFields(SeawallError):
    """What came in does not fit."""

    code, status = "web.bad_fields", 422


def told(request: Request, error: SeawallError, status: int) -> Response:
    """Return the answer that tells of an error."""
    if request.url.path.startswith("/portal/") or request.url.path == "/portal":
        facing: Response = request.app.state.portal_error_page(request, error, status)
        return facing
    by_page = "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers
    if request.url.path.startswith(("/console", "/auth/")) and by_page:
        page = getattr(request.app.state, "error_page", None)
        if page is not None:
            shown: Response = page(request, error, status)
            return shown
    wait = {"retry-after": str(error.wait_s)} if isinstance(error, TooManyAttempts) else None
    return JSONResponse({"error": error.as_dict()}, status_code=status, headers=wait)


def install(app: FastAPI) -> None:
    """Make an application answer with our errors."""

    @app.exception_handler(SeawallError)
    async def ours(request: Request, error: SeawallError) -> Response:
        return told(request, error, error.status)

    @app.exception_handler(HTTPException)
    async def theirs(request: Request, error: HTTPException) -> Response:
        return told(request, NoSuchPage(error.status_code), error.status_code)

    @app.exception_handler(RequestValidationError)
    async def fields(request: Request, error: RequestValidationError) -> Response:
        # The place and what is wrong with it, never the value: it may be a secret.
        wrong = [f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in error.errors()]
        return told(request, BadFields("; ".join(wrong[:8]) + ".", hint="Correct it and send it again."), 422)

    @app.exception_handler(DataError)
    @app.exception_handler(UnicodeEncodeError)
    async def characters(request: Request, error: Exception) -> Response:
        return told(request, BadFields("Something holds a character that cannot be kept.", hint="Leave it out."), 422)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        log.error("a request failed", exc_info=error)
        return told(request, Unforeseen(), 500)

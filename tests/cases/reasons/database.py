"""A server on loopback that behaves as the DSA Transparency Database does, and fails in the ways in which it can."""

import asyncio
import re
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from aiohttp import web

GROUNDS = {"DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"}
PROVISIONS = {f"DECISION_PROVISION_{a}_{b}" for a in ("PARTIAL", "TOTAL") for b in ("SUSPENSION", "TERMINATION")}
ACCOUNTS = {"DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"}
CONTENT = {
    f"CONTENT_TYPE_{each}" for each in ("APP", "AUDIO", "IMAGE", "PRODUCT", "SYNTHETIC_MEDIA", "TEXT", "VIDEO", "OTHER")
}
SOURCES = {f"SOURCE_{each}" for each in ("ARTICLE_16", "TRUSTED_FLAGGER", "TYPE_OTHER_NOTIFICATION", "VOLUNTARY")}
AUTOMATED = {f"AUTOMATED_DECISION_{each}" for each in ("FULLY", "PARTIALLY", "NOT_AUTOMATED")}
CATEGORIES = {
    f"STATEMENT_CATEGORY_{each}"
    for each in (
        "ANIMAL_WELFARE", "CONSUMER_INFORMATION", "CYBER_VIOLENCE", "CYBER_VIOLENCE_AGAINST_WOMEN",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "ILLEGAL_OR_HARMFUL_SPEECH",
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS", "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        "NOT_SPECIFIED_NOTICE", "OTHER_VIOLATION_TC", "PROTECTION_OF_MINORS", "RISK_FOR_PUBLIC_SECURITY",
        "SCAMS_AND_FRAUD", "SELF_HARM", "UNSAFE_AND_PROHIBITED_PRODUCTS", "VIOLENCE",
    )
}  # fmt: skip
DAY = re.compile(r"20[0-3]\d-[01]\d-[0-3]\d")
PUID = re.compile(r"[a-zA-Z0-9-_]{1,500}")
KNOWN = {
    "decision_ground", "incompatible_content_ground", "incompatible_content_explanation", "content_type", "category",
    "content_date", "application_date", "decision_facts", "source_type", "automated_detection", "automated_decision",
    "puid", "decision_account", "decision_provision", "end_date_account_restriction", "end_date_service_restriction",
}  # fmt: skip
Fault = Callable[[web.Request], Any]


def wrong(given: dict[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with a statement, by field."""
    checks = {
        "decision_ground": given.get("decision_ground") in GROUNDS,
        "incompatible_content_ground": 0 < len(given.get("incompatible_content_ground", "")) <= 500,
        "incompatible_content_explanation": 0 < len(given.get("incompatible_content_explanation", "")) <= 2000,
        "content_type": isinstance(given.get("content_type"), list) and set(given["content_type"]) <= CONTENT,
        "category": given.get("category") in CATEGORIES,
        "content_date": bool(DAY.fullmatch(given.get("content_date", ""))),
        "application_date": bool(DAY.fullmatch(given.get("application_date", ""))),
        "decision_facts": 0 < len(given.get("decision_facts", "")) <= 5000,
        "source_type": given.get("source_type") in SOURCES,
        "automated_detection": given.get("automated_detection") in ("Yes", "No"),
        "automated_decision": given.get("automated_decision") in AUTOMATED,
        "puid": bool(PUID.fullmatch(given.get("puid", ""))),
        "decision_account": given.get("decision_account") in ACCOUNTS or given.get("decision_provision") in PROVISIONS,
    }
    for name in ("end_date_account_restriction", "end_date_service_restriction"):
        checks[name] = name not in given or bool(DAY.fullmatch(given[name]))
    checks |= dict.fromkeys(set(given) - KNOWN, False)
    return {name: [f"The {name} field is not valid: {given.get(name)!r}."] for name, fine in checks.items() if not fine}


class TransparencyDatabase:
    """The server. `faults` are what happens to the next requests, before or after they were taken."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}
        self.asked = 0
        self.faults: list[str] = []
        self.token, self.spoilt = "X|token", set[str]()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._start())
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/api/v1/statements", self._store)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._ready.set()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _store(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "busy":
            return web.json_response({"message": "Too Many Attempts."}, status=429, headers={"retry-after": "7"})
        if fault == "broken":
            return web.Response(status=503, text="<html>")
        if fault == "cut":
            return self._cut(request)
        reply = self._answer(request, await request.json())
        return self._cut(request) if fault == "cut after" else reply

    def _cut(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    def _answer(self, request: web.Request, body: Any) -> web.Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return web.json_response({"message": "Unauthenticated."}, status=401)
        given = body.get("statements")
        if not isinstance(given, list) or not 1 <= len(given) <= 100:
            return web.json_response({"errors": {"statements": ["between 1 and 100"]}}, status=422)
        errors = {f"statement_{at}": wrong(each) for at, each in enumerate(given) if wrong(each)}
        errors |= {
            f"statement_{at}": {"category": ["is not valid"]}
            for at, each in enumerate(given)
            if each["puid"] in self.spoilt
        }
        if errors:
            return web.json_response({"errors": errors}, status=422)
        puids = [each["puid"] for each in given]
        there = [each for each in puids if each in self.held or puids.count(each) > 1]
        if there:
            message = "The platform identifier(s) are not all unique within this call."
            told = {"message": message, "errors": {"puid": [message], "existing_puids": there}}
            return web.json_response(told, status=422)
        made = [{**each, "uuid": str(uuid4())} for each in given]
        self.held |= {each["puid"]: each for each in made}
        return web.json_response({"statements": made}, status=201)

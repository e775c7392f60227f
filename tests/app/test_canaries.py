"""Secrets never get into logs: canaries through sign-in, tokens, keys, credentials and webhooks of a real instance."""

import json
import secrets as chance
from collections.abc import Iterator

import httpx
import pytest

from tests.app.running import Home, Running, until
from tests.audit.receivers import Hook

CANARY = f"canary{chance.token_hex(16)}"


@pytest.fixture
def running(home: Home) -> Iterator[Running]:
    """Everything, and it says all that it would ever say."""
    made = home.start("up", SEAWALL_LOG_LEVEL="debug")
    made.ready()
    page = f"http://localhost:{home.port}/api/session/form"
    until(lambda: httpx.get(page, timeout=20).status_code == 200, "the pages")
    yield made
    made.swept()


def _try_everything(home: Home) -> None:
    with httpx.Client(base_url=f"http://localhost:{home.port}", timeout=20) as client:
        form = client.get("/api/session/form").json()["token"]
        kept = client.cookies.get("__Host-seawall-form")
        headers = {"x-csrf-token": form, "cookie": f"__Host-seawall-form={kept}", "origin": str(client.base_url)}
        for way, body in (
            ("link", {"token": CANARY}),
            ("password", {"address": f"{CANARY}@people.test", "password": CANARY, "code": CANARY}),
            ("passkey", {"challenge": CANARY, "answer": {"id": CANARY, "rawId": CANARY}}),
            ("passkey", {"challenge": CANARY, "answer": CANARY}),
            ("link", {"token": CANARY * 40}),
        ):
            assert client.post(f"/api/session/{way}", json=body, headers=headers).status_code >= 400
        client.post("/api/session/link", content=CANARY.encode(), headers=headers)
        for given in (
            {"authorization": f"Bearer {CANARY}"},
            {"cookie": f"__Host-seawall={CANARY}"},
            {"x-csrf-token": CANARY, "origin": f"https://{CANARY}.test"},
            {"host": f"{CANARY}.test"},
            {"user-agent": CANARY, "x-seawall-client": CANARY, "x-forwarded-for": CANARY},
        ):
            client.get(f"/api/people/{CANARY}?q={CANARY}", headers=given)
            client.post(f"/api/session/{CANARY}", json={CANARY: CANARY}, headers=given)
        client.get(f"/{CANARY}")
        for key in (CANARY, f"sw_{CANARY}"):
            asked = {"model": CANARY, "max_tokens": 1, "messages": [{"role": "user", "content": CANARY}]}
            client.post("/v1/messages", json=asked, headers={"x-api-key": key})
            client.post("/v1/chat/completions", content=CANARY.encode(), headers={"authorization": f"Bearer {key}"})


def _use_real_ones(home: Home) -> list[str]:
    """Make secrets that work, use them, and return them."""
    told = home.told
    ada = told("people", "add", "Ada", "--role", "auditor", "--address", f"{CANARY}@people.test")["id"]
    link = told("people", "link", ada)["token"]
    told("projects", "create", "demo")
    key = told("keys", "create", "demo", "laptop")["secret"]
    done = home.run(
        "projects", "model-add", "demo", "small", "--api", "chat", "--base-url", "http://127.0.0.1:9", "--private",
        "--credential-env", "THEIRS", THEIRS=CANARY,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with httpx.Client(base_url=f"http://localhost:{home.port}", timeout=20) as client:
        form = client.get("/api/session/form").json()["token"]
        kept = client.cookies.get("__Host-seawall-form")
        headers = {"x-csrf-token": form, "cookie": f"__Host-seawall-form={kept}", "origin": str(client.base_url)}
        reply = client.post("/api/session/link", json={"token": link}, headers=headers)
        assert reply.status_code == 200, reply.text
        session = reply.headers["set-cookie"].partition("=")[2].partition(";")[0]
        asked = {"model": "small", "messages": [{"role": "user", "content": CANARY}]}
        answers = [
            client.post("/v1/chat/completions", json=asked, headers={"authorization": f"Bearer {key}"}).status_code
            for _ in range(2)
        ]
        assert all(each >= 500 for each in answers), "the upstream is not there"
        client.get("/api/audit", headers={"authorization": f"Bearer {session}"})
    return [link, key, session, form]


def test_no_secret_gets_into_any_log(running: Running) -> None:
    home = running.home
    _try_everything(home)
    used = _use_real_ones(home)
    with Hook() as hook:
        hook.answers = [500] * 3
        added = home.run(
            "audit", "stream-add", "webhook", f"{hook.url}?token={CANARY}", "--private", "--secret-env", "OURS",
            OURS=CANARY,
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
        until(lambda: home.told("audit", "search"), "numbered records")
        sent = home.run("audit", "stream-send", SEAWALL_LOG_LEVEL="debug")
        assert hook.got, sent.stderr
        (stream,) = home.told("audit", "streams")
        assert (stream["error"], "secret" in stream) == ("audit.not_taken", False)
    rotated = [home.run("secrets", "rotate", name) for name in ("people", "accounts", "ledger", "vault")]
    assert all(each.returncode == 0 for each in rotated), [each.stderr for each in rotated]
    running.process.terminate()
    running.process.wait(60)
    written = "".join(each.stderr + each.stdout for each in (added, sent, *rotated))
    logs = running.logged + running.said + (home.data_dir / "postgres.log").read_text(errors="replace") + written
    assert len(logs.splitlines()) > 20
    for secret in (CANARY, *used):
        assert secret not in logs
    hidden = [path.read_bytes() for path in home.data_dir.rglob("*.key")]
    assert len(hidden) >= 5
    assert not any(key.hex() in logs for key in hidden)
    for line in running.logged.splitlines():
        json.loads(line)

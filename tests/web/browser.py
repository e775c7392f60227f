"""A browser's side of HTTP: cookies, the token of a page's forms, one user agent. Speaks to a real server."""

from http.cookies import SimpleCookie
from typing import Any

import httpx


class Browser:
    """Keeps cookies as a browser on this machine does, which sends Secure ones to localhost."""

    def __init__(self, home: str, agent: str = "tests/1") -> None:
        self.home, self.cookies = home, dict[str, str]()
        self._client = httpx.Client(base_url=home, headers={"user-agent": agent}, timeout=20)
        self.form = ""

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Send a request as a page of the site would: same origin, with the token of its forms."""
        headers = {"origin": self.home, "sec-fetch-site": "same-origin"} | given.pop("headers", {})
        if self.form:
            headers.setdefault("x-csrf-token", self.form)
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        reply = self._client.request(method, path, headers=headers, **given)
        self._keep(reply)
        return reply

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.ask("GET", path, **given)

    def post(self, path: str, body: Any = None, **given: Any) -> httpx.Response:
        return self.ask("POST", path, json=body, **given)

    def begin(self) -> None:
        """Fetch the token that forms need, as a page carries it."""
        self.form = self.get("/api/session/form").json()["token"]

    def close(self) -> None:
        self._client.close()

    def _keep(self, reply: httpx.Response) -> None:
        for line in reply.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value

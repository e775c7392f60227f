"""A directory's side of SCIM: speaks to a real server with a token."""

from typing import Any

import httpx

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def user(name: str, /, **more: Any) -> dict[str, Any]:
    """Return a user as directories send one."""
    emails = [{"value": f"{name}@corp.test", "type": "work", "primary": True}]
    said = {"schemas": [USER], "userName": name, "externalId": f"x-{name}", "displayName": name.title()}
    return said | {"emails": emails, "active": True} | more


def ops(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH], "Operations": list(operations)}


class Caller:
    """What a directory does, in words."""

    def __init__(self, home: str, secret: str) -> None:
        headers = {"authorization": f"Bearer {secret}"}
        self.http = httpx.Client(base_url=f"{home}/scim/v2", headers=headers, timeout=60)

    def ask(self, method: str, path: str, body: Any = None, **given: Any) -> httpx.Response:
        return self.http.request(method, path, json=body, **given)

    def add(self, name: str, /, **more: Any) -> dict[str, Any]:
        reply = self.ask("POST", "/Users", user(name, **more))
        assert reply.status_code == 201, reply.text
        made: dict[str, Any] = reply.json()
        return made

    def group(self, name: str, *members: str) -> dict[str, Any]:
        said = {"schemas": [GROUP], "displayName": name, "members": [{"value": each} for each in members]}
        reply = self.ask("POST", "/Groups", said)
        assert reply.status_code == 201, reply.text
        made: dict[str, Any] = reply.json()
        return made

    def patch(self, path: str, *operations: dict[str, Any], **given: Any) -> httpx.Response:
        return self.ask("PATCH", path, ops(*operations), **given)

    def found(self, path: str, **query: Any) -> list[dict[str, Any]]:
        reply = self.ask("GET", path, params=query)
        assert reply.status_code == 200, reply.text
        return reply.json().get("Resources", [])  # type: ignore[no-any-return]

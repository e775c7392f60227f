"""An identity provider on loopback whose word a test shapes: honest unless told otherwise. It checks PKCE."""

import base64
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from seawall.access.sign_in.checking import LOGOUT
from tests.conftest import FrozenClock

CLIENT, SECRET = "seawall", "client secret: mild & odd"
Sign = Callable[[dict[str, Any]], str]


def rsa(kid: str) -> RSAKey:
    """Make a signing key."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


class Issuer:
    """Who signs in there, what it says of them, and how it signs that."""

    def __init__(self, clock: FrozenClock, url: str) -> None:
        self.clock, self.url = clock, url
        self.keys = [rsa("first")]
        self.person: dict[str, Any] = {"sub": "u-1", "name": "Ada", "email": "ada@people.test", "email_verified": True}
        self.info: dict[str, Any] | None = None
        self.says: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.sign: Sign = self.honestly
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        # One that is careless takes a code twice.
        self.reuses_codes = False

    def honestly(self, claims: dict[str, Any]) -> str:
        """Sign with the newest key."""
        return jwt.encode({"alg": "RS256", "kid": self.keys[-1].kid}, claims, self.keys[-1])

    def authorize(self, where: str) -> str:
        """Do what a person and their browser do there; return the address to which they are sent back."""
        given = dict(parse_qsl(urlsplit(where).query))
        assert (given["response_type"], given["code_challenge_method"]) == ("code", "S256")
        code = secrets.token_urlsafe(8)
        self.codes[code] = given
        return f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state'], 'iss': self.url})}"

    def claims(self, nonce: str) -> dict[str, Any]:
        """Return what an id_token says; where `says` has None, nothing of that name."""
        now = int(self.clock().timestamp())
        usual = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce} | self.person
        return {name: value for name, value in (usual | self.says).items() if value is not None}

    def logout_token(self, **says: Any) -> str:
        """Return a token that ends sessions."""
        now = int(self.clock().timestamp())
        usual = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": secrets.token_hex(8)}
        usual |= {"events": {LOGOUT: {}}, "sub": self.person["sub"]}
        return self.sign({name: value for name, value in (usual | says).items() if value is not None})

    def answer(self, path: str, headers: Any, fields: dict[str, str]) -> tuple[int, Any]:
        """Answer a request."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self._known()
        if path == "/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys]}
        if path == "/info" and self.info is not None:
            return 200, self.info
        if path == "/token":
            return self._token(headers, fields)
        return 404, {}

    def _known(self) -> dict[str, Any]:
        told = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
        }
        told |= {"jwks_uri": f"{self.url}/keys", "authorization_response_iss_parameter_supported": True}
        return told | ({"userinfo_endpoint": f"{self.url}/info"} if self.info is not None else {}) | self.metadata

    def _token(self, headers: Any, fields: dict[str, str]) -> tuple[int, Any]:
        pair = base64.b64encode(f"{quote_plus(CLIENT)}:{quote_plus(SECRET)}".encode()).decode()
        if headers["authorization"] != f"Basic {pair}":
            return 401, {"error": "invalid_client"}
        given = self.codes.get(fields["code"])
        if not self.reuses_codes:
            self.codes.pop(fields["code"], None)
        challenge = base64.urlsafe_b64encode(sha256(fields["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if given is None or given["code_challenge"] != challenge or given["redirect_uri"] != fields["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at-1", "token_type": "Bearer", "id_token": self.sign(self.claims(given["nonce"]))}


@contextmanager
def issuing(clock: FrozenClock) -> Iterator[Issuer]:
    """Give a running provider."""
    made: list[Issuer] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self._reply({name: values[0] for name, values in parse_qs(body.decode()).items()})

        def _reply(self, fields: dict[str, str]) -> None:
            status, said = made[0].answer(urlsplit(self.path).path, self.headers, fields)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.append(Issuer(clock, f"http://127.0.0.1:{server.server_address[1]}"))
        thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
        thread.start()
        yield made[0]
        server.shutdown()
        thread.join(10)

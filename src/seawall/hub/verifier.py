"""`verify.html`: one page that a person can keep. It is the same for every hub of a release, byte for byte.

Script and style stand in it, and its policy names their digests, so that it needs nothing else and runs nothing else.
"""

import base64
from functools import cache
from hashlib import sha256
from pathlib import Path

_STATIC = Path(__file__).parent / "static"
PATH = "verify.html"


@cache
def verifier_page() -> bytes:
    """Return the page."""
    style, script = (_STATIC / "verify.css").read_text("utf-8"), (_STATIC / "verify.js").read_text("utf-8")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{allowed(script)}'",
            f"style-src '{allowed(style)}'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    page = (_STATIC / "verify.html").read_text("utf-8")
    return page.replace("{{policy}}", policy).replace("{{style}}", style).replace("{{script}}", script).encode()


def allowed(text: str) -> str:
    """Return how a policy names a script or a style that stands in the page."""
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()

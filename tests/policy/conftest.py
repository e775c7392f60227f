"""A small policy as files, and short words for findings and situations."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from seawall.policy import Edition, Policy, Situation, compile_documents, read
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding, Span, Surface
from seawall.vocabulary.ids import AccountId, KeyId

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
Files = dict[str, str]

SMALL: Files = {
    "policy.yaml": "name: small\n",
    "categories.yaml": """\
jailbreak: {title: Jailbreak, prohibited: Talking the model out of its rules., severity: medium}
secrets: {title: Secrets, prohibited: Passing keys., severity: medium}
privacy: {title: Privacy, prohibited: Personal data of others., severity: medium}
self_harm: {title: Self-harm, prohibited: Encouraging it., severity: high}
elections: {title: Elections, prohibited: Misleading voters., severity: medium}
cyber: {title: Cyber, prohibited: Attacks., severity: high}
hate: {title: Hate, prohibited: Demeaning people., severity: high}
""",
    "rules.yaml": """\
rules:
  - id: jailbreak.pattern
    category: jailbreak
    surfaces: [input]
    measure: withhold
    message: Not this way, please.
    strike: {weight: 2, expires: 30 days}
  - id: secrets.mask
    category: secrets
    surfaces: [input, output]
    measure: rewrite
    mask: "[gone]"
  - id: self_harm.support
    category: self_harm
    surfaces: [input]
    measure: steer
    steer: Be kind.
    banners: [support]
    fail: open
  - id: elections.banner
    category: elections
    surfaces: [input]
    measure: annotate
    banners: [us]
    fail: open
  - id: cyber.watch
    category: cyber
    surfaces: [input, output]
    measure: hold
    message: A person looks at this first.
    mode: monitor
    detectors: [linear]
    threshold: 0.8
  - id: hate.warn
    category: hate
    surfaces: [input]
    measure: warn
    message: Please stay respectful.
  - id: privacy.strict
    category: privacy
    surfaces: [output]
    measure: withhold
    message: This is about somebody else.
    when: {input: [cyber]}
""",
    "banners.yaml": """\
banners:
  - {name: support, text: Help is near., source: "https://help.example"}
  - {name: us, text: Ask the authority., source: "https://vote.example", country: US, from: 2026-01-01, to: 2026-11-03}
""",
    "ladder.yaml": "steps:\n  - {at_weight: 3, state: suspended, for: 7 days}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Write a policy, the small one with changes, and return its directory; a file that is None is left out."""

    def write(changes: dict[str, str | None] | None = None, name: str = "policy") -> Path:
        directory = tmp_path / name
        for file, text in ({**SMALL, **(changes or {})}).items():
            if text is not None:
                (directory / file).parent.mkdir(parents=True, exist_ok=True)
                (directory / file).write_text(text, encoding="utf-8")
        return directory

    return write


@pytest.fixture
def edition(folder: Callable[..., Path]) -> Callable[..., Edition]:
    """Compile the small policy with changes."""
    return lambda changes=None: compile_documents(read(folder(changes)))


@pytest.fixture
def small(edition: Callable[..., Edition]) -> Policy:
    return edition().base


def rules(*texts: str) -> Files:
    """The rules file with these rules only, each as the lines of a mapping."""
    return {"rules.yaml": "rules:\n" + "\n".join("  - {" + text + "}" for text in texts) + "\n"}


def finding(category: str = "jailbreak", **fields: Any) -> Finding:
    """A sure finding on the newest input, unless told otherwise."""
    basis: dict[str, Any] = {
        "category": Category(category),
        "detector": "phrases",
        "release": "1",
        "surface": Surface.INPUT,
        "deterministic": True,
        "span": Span(2, 5),
    }
    return Finding(**(basis | fields))


def situation(**fields: Any) -> Situation:
    """An input of an ordinary project, unless told otherwise."""
    basis: dict[str, Any] = {
        "project": "shop",
        "key": KeyId("key_1"),
        "account": AccountId("ac_1"),
        "now": NOW,
        "stage": "input",
    }
    return Situation(**(basis | fields))


def as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()

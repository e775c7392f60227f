"""Catalogues say all that letters and the portal do; which language somebody is spoken to in."""

import re
from pathlib import Path

import pytest
from docs import catalogues
from docs.catalogues import LOCALES, compiled, domains, entries

from seawall.cases.speaking import LANGUAGES, understood

SEAWALL = LOCALES.parent.parent
FOLDERS = (SEAWALL / "cases", SEAWALL / "web" / "portal")


def messages() -> set[str]:
    """Return every message that is to be translated: of templates, of code, and titles of categories."""
    (letters,) = [each for each in domains() if each.locales == LOCALES]
    return {message for (message,) in catalogues.messages(letters)}


def places(message: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s|\{\w+\}", message))


@pytest.mark.parametrize("path", sorted(LOCALES.rglob("*.po")), ids=lambda path: path.parts[-3])
def test_a_catalogue_says_everything_once_with_every_value_and_is_compiled(path: Path) -> None:
    told, wanted = entries(path.read_text("utf-8")), messages()
    assert len(wanted) > 200
    assert wanted - set(told) == set(), "missing"
    assert set(told) - wanted - {""} == set(), "said of nothing"
    for message, said in told.items():
        assert said.strip(), message
        assert places(message) == places(said)
    assert path.with_suffix(".mo").read_bytes() == compiled(told)


def test_every_language_but_that_of_the_code_has_a_catalogue() -> None:
    assert {path.parts[-3] for path in LOCALES.rglob("*.po")} == set(LANGUAGES) - {"en"}


def test_every_plain_text_of_a_template_is_a_message() -> None:
    for path in (FOLDERS[1] / "templates").iterdir():
        bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", path.read_text(), flags=re.DOTALL)
        assert re.findall(r"[A-Za-z]{2,}", bare) == [], path.name


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("de", "de"), ("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr, de;q=0.5, en;q=0.7", "en"), ("en;q=0,de;q=0.1", "de"),
        ("tlh", None), ("", None), ("de;q=0", None), ("*", None), (",;q=x,;;", None), ("de;q=nope", None),
    ],
)  # fmt: skip
def test_the_language_that_a_browser_asks_for_first_and_that_is_spoken_is_taken(
    asked: str, language: str | None
) -> None:
    assert understood(asked) == language

"""Catalogues say all that letters and the portal do; which language somebody is spoken to in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs.catalogues import LOCALES, compiled, entries
from jinja2 import Environment

from seawall.cases.speaking import LANGUAGES, understood
from seawall.vocabulary.categories import MAPPINGS

SEAWALL = LOCALES.parent.parent
FOLDERS = (SEAWALL / "cases", SEAWALL / "web" / "portal")


def messages() -> set[str]:
    """Return every message that is to be translated: of templates, of code, and titles of categories."""
    return {*_of_templates(), *_of_code(), *(each.title for each in MAPPINGS.values())}


def _of_templates() -> Iterator[str]:
    made = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701
    for folder in (FOLDERS[0] / "letters", FOLDERS[1] / "templates"):
        for path in folder.iterdir():
            for _, _, message in made.extract_translations(path.read_text()):  # type: ignore[attr-defined]
                yield message if isinstance(message, str) else message[0]


def _of_code() -> Iterator[str]:
    for folder in FOLDERS:
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                    yield ast.literal_eval(node.args[0])


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

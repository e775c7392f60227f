"""What the documentation says is so: links, files, commands, policies, signatures, tables, and snippets that run."""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

import seawall.gateway
from seawall.app.cli import cli
from seawall.gateway import meters
from seawall.gateway.server import ROUTES
from seawall.policy import documents
from seawall.store import metadata
from seawall.vocabulary.errors import SeawallError
from tests import pages
from tests.pages import PAGES, ROOT, name
from tests.rooms import rooms_with_tables

SOURCES = sorted((ROOT / "src" / "seawall").rglob("*.py"))
ROOMS = sorted(each.name for each in (ROOT / "src" / "seawall").iterdir() if (each / "__init__.py").exists())
# Options of other programs that the pages speak of.
FOREIGN = {"--universal", "--generate-hashes", "--require-hashes", "--data", "--out", "--work", "--prefix"}
# Files that a running instance makes or reads, and names of documents that an operator gives.
MADE = {"seawall.toml", "seen.json", "growth.json", "report.json", "seawall-demo/instance.lock", "disclosed.json"}
_FILE = re.compile(r"[\w./-]+\.(?:py|md|ya?ml|toml|txt|in|svg|jinja|json|npy)")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in pages.links(page):
        target, _, anchor = link.partition("#")
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), link
        if anchor:
            assert anchor in pages.anchors(found), link


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    for named in pages.code(page):
        if _FILE.fullmatch(named) and named not in MADE:
            assert any(f"/{file}".endswith(f"/{named}") for file in pages.FILES), named


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_line_can_be_given(page: Path) -> None:
    for words in pages.written_commands(page):
        command, rest = pages.find(words, cli)
        assert list(pages.complaints(rest, command)) == [], words


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_and_option_in_the_text_exists(page: Path) -> None:
    known = pages.every_option(cli) | FOREIGN
    for said in pages.code(page):
        if said.startswith("seawall "):
            pages.find(said.split()[1:], cli)
        assert set(re.findall(r"(?<!\S)--[a-z][a-z-]+", said)) <= known, said


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_target_of_make_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", pages.text("Makefile"), re.MULTILINE))
    said = re.findall(r"(?:^ {4}|`)make ([a-z]+)", pages.text(page), re.MULTILINE)
    assert set(said) <= targets


def test_every_command_that_the_code_speaks_of_exists() -> None:
    said = [
        words
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for words in re.findall(r"(?<![\w./-])seawall ([a-z]+(?:-[a-z]+)?)\b(?: ([a-z]+(?:-[a-z]+)?)\b)?", node.value)
    ]
    assert len(said) > 30
    for first, second in said:
        command, _ = pages.find([first], cli)
        # The word after a command that has none below it is a word of the sentence.
        if second and isinstance(command, click.Group):
            pages.find([second], command)


def test_the_policy_of_the_policys_page_passes_the_check(tmp_path: Path) -> None:
    blocks = [re.fullmatch(r"# (\S+)\n(.*)", each, re.DOTALL) for each in pages.fenced("docs/policy.md", "yaml")]
    for block in blocks:
        assert block is not None, "a block of the policy does not begin with the name of its file"
        file = tmp_path / block[1]
        file.parent.mkdir(exist_ok=True)
        file.write_text(block[2])
    checked = CliRunner().invoke(cli, ["policy", "check", str(tmp_path), "--json"])
    assert json.loads(checked.output)["problems"] == []
    assert checked.exit_code == 0


def _documents() -> Iterator[type[msgspec.Struct]]:
    for each in vars(documents).values():
        if isinstance(each, type) and issubclass(each, msgspec.Struct) and each.__module__ == documents.__name__:
            yield each


def test_every_key_of_a_policy_is_explained() -> None:
    keys = {key.encode_name for kind in _documents() for key in msgspec.structs.fields(kind)}
    # The parts of the whole, each a document of its own.
    keys -= {"policy", "categories", "rules", "ladder", "exemptions", "overlays", "steps"}
    assert {key for key in keys if f"`{key}`" not in pages.text("docs/policy.md")} == set()


def test_every_route_metric_and_error_of_the_gateway_stands_on_its_page() -> None:
    page = pages.text("docs/gateway.md")
    for module in pkgutil.walk_packages(seawall.gateway.__path__, "seawall.gateway."):
        importlib.import_module(module.name)
    codes = {each.code for each in _below(SeawallError) if each.__module__.startswith("seawall.gateway")}
    metrics = {each.name + ("_total" if each.type == "counter" else "") for each in meters.REGISTRY.collect()}
    routes = {f"{method} {path}" for method, path in ROUTES}
    assert {each for each in codes | metrics | routes if f"`{each}`" not in page} == set()


def _below(kind: type[SeawallError]) -> Iterator[type[SeawallError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def test_the_floor_plan_shows_the_arrows_that_there_are() -> None:
    arrows: defaultdict[str, set[str]] = defaultdict(set)
    for source in SOURCES:
        room, said = source.relative_to(ROOT / "src" / "seawall").parts[0], source.read_text("utf-8")
        arrows[room] |= set(re.findall(r"^\s*(?:from|import) seawall(?:\.| import )(\w+)", said, re.MULTILINE))
    told = {row[1]: row[3] for row in pages.rows("docs/architecture.md", "| floor | room |")}
    for room in ROOMS:
        shown = next(cell for named, cell in told.items() if f"`{room}`" in named)
        assert set(re.findall(r"`(\w+)`", shown)) == arrows[room] - {room, "vocabulary"}, room


def test_words_that_cross_rooms_have_the_signatures_of_the_code() -> None:
    for module, cell, _ in pages.rows("docs/architecture.md", "| module | signature |"):
        room = importlib.import_module(f"seawall.{module.strip('`')}")
        for called, parameters in re.findall(r"`([\w.]+)\(([^`]*)\)`", cell):
            assert parameters == _parameters(room, called), called


def _parameters(module: object, called: str) -> str:
    found = module
    for part in called.split("."):
        found = getattr(found, part)
    assert callable(found)
    given = inspect.signature(found).parameters.values()
    bare = [each.replace(annotation=each.empty, default=each.empty) for each in given if each.name != "self"]
    return str(inspect.Signature(bare)).strip("()")


def test_every_room_has_a_page() -> None:
    assert [room for room in ROOMS if not (ROOT / "docs" / f"{room}.md").exists()] == []


def test_every_direct_dependency_has_its_reason() -> None:
    project = tomllib.loads(pages.text("pyproject.toml"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    wanted += [each for extra in project["project"]["optional-dependencies"].values() for each in extra]
    wanted += [line for line in pages.text("requirements/bench.in").splitlines() if line and not line.startswith("#")]
    told = pages.text("docs/dependencies.md")
    named = {each for cell in re.findall(r"^\| ([^|]+) \|", told, re.MULTILINE) for each in cell.split(", ")}
    assert {re.split(r"[\[<>=; ]", each)[0] for each in wanted} - named == set()


def test_decisions_are_numbered_and_say_what_was_rejected() -> None:
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    for number, page in enumerate(found, 1):
        said = pages.text(page)
        assert page.name.startswith(f"{number:04d}-")
        assert said.startswith(f"# {number}. ")
        assert re.findall(r"\*\*(\w+)\.\*\*", said) == ["Context", "Decision", "Consequences", "Rejected"]


def test_the_threat_model_speaks_of_every_room() -> None:
    spoken = {word for row in pages.rows("docs/threat-model.md", "| room | threat |") for word in row[0].split(", ")}
    assert set(ROOMS) - {"vocabulary"} <= spoken


def test_every_table_stands_on_the_page_that_says_where_state_lives() -> None:
    for room in rooms_with_tables(seawall):
        importlib.import_module(room)
    cells = [row[0] for row in pages.rows("docs/architecture.md", "| tables | of | hold |")]
    told = re.findall(r"`([^`]+)`", " ".join(cells))
    # Made where the server has pgvector, so no room declares it; the queue is Procrastinate's.
    declared = {*metadata.tables, "investigations_vectors", "procrastinate_*"}
    assert sorted(told) == sorted(declared)

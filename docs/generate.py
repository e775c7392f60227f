"""Write the pages of docs/ that code and results know; with --check, only tell whether they are up to date."""

import argparse
import sys
from collections.abc import Callable, Iterator
from inspect import cleandoc
from pathlib import Path

import click
from benchmarks.page import RESULTS
from benchmarks.page import page as benchmarks

from docs import cards
from seawall.app.cli import cli
from seawall.app.commands.declared import declared
from seawall.app.settings import settings_table
from seawall.audit.classes import table as events
from seawall.metrics.definitions import Metric, newest
from seawall.screen.detectors import DETECTORS
from seawall.vocabulary.categories import MAPPINGS
from seawall.vocabulary.records import ALL

HERE = Path(__file__).parent


def categories() -> str:
    """Return the table of hazard categories and their names elsewhere."""
    rows = [
        f"| `{category.value}` | {m.title} | {m.ailuminate or '–'} | {', '.join(m.openai) or '–'} | {m.dsa} "
        f"| {', '.join(m.other) or '–'} |"
        for category, m in MAPPINGS.items()
    ]
    head = [
        "# Hazard categories",
        "",
        "| value | title | AILuminate | OpenAI | DSA | OWASP, ATLAS |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def records() -> str:
    """Return the list of record kinds."""
    lines = ["# Record kinds", ""]
    for kind in sorted(ALL, key=lambda each: each.kind):
        fields = ", ".join(
            f"`{name}`" + (" (private)" if name in kind.private else "") for name in kind.__struct_fields__
        )
        lines += [
            f"## `{kind.kind}`",
            "",
            f"{(kind.__doc__ or '').strip()}",
            "",
            f"Audience: {kind.audience}. Fields: {fields}.",
            "",
        ]
    return "\n".join(lines)


def detectors() -> str:
    """Return the list of detectors with their measured error."""
    lines = ["# Detectors", "", "| name | category | what it finds | longest match | measured |"]
    lines.append("|---|---|---|---|---|")
    lines += [
        f"| `{each.name}` | `{each.category.value}` | {each.finds} | {each.max_span} | {each.measured} |"
        for each in DETECTORS
    ]
    return "\n".join(lines) + "\n"


def metrics() -> str:
    """Return the list of public numbers, with what each means."""
    held = newest()
    lines = [
        "# Public numbers",
        "",
        f"Definitions `{held.digest}`. Numbers from 1 to {held.smallest_cell - 1} are left out.",
        "",
    ]
    lines += ["| number | what is counted | unit | from | parts |", "|---|---|---|---|---|"]
    lines += [
        f"| {each.title} (`{each.id}`) | {each.counts} | {each.unit} | {', '.join(f'`{kind}`' for kind in each.kinds)} "
        f"| {_parts(each)} |"
        for each in held.metrics
    ]
    return "\n".join(lines) + "\n"


def _parts(metric: Metric) -> str:
    if metric.by:
        return f"by `{metric.by}`"
    return ", ".join(f"`{name}`" for name in metric.cells) or "–"


def commands() -> str:
    """Return every command with its arguments and options."""
    parts = ["# Commands", ""]
    for name, command in _walk(cli, "seawall", click.Context(cli, info_name="seawall")):
        what = declared(command)
        parts += [f"## `{name}`", "", cleandoc(command.help or ""), "", what.told() if what else "Undeclared.", ""]
        parts += [_option(each) for each in command.params if not getattr(each, "hidden", False)] + [""]
    return "\n".join(parts)


def _walk(command: click.Command, name: str, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    for each in command.list_commands(context):
        found = command.get_command(context, each)
        if found is not None:
            yield from _walk(found, f"{name} {each}", click.Context(found, parent=context))


def _option(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Argument):
        return f"- `{(parameter.name or '').upper()}`" + ("" if parameter.required else " (may be left out)")
    told = getattr(parameter, "help", None) or ""
    return f"- `{', '.join((*parameter.opts, *parameter.secondary_opts))}`: {told}"


def pages(results: Path = RESULTS) -> dict[str, Callable[[], str]]:
    """Return what makes each page, with the figures of a folder of results."""
    return {
        "generated/categories.md": categories,
        "generated/records.md": records,
        "generated/events.md": events,
        "generated/detectors.md": detectors,
        "generated/settings.md": settings_table,
        "generated/metrics.md": metrics,
        "generated/commands.md": commands,
        "benchmarks.md": lambda: benchmarks(results),
        **cards.pages(results),
    }


def main(arguments: list[str]) -> int:
    """Write the pages, or return 1 and name those that are stale."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, and fail when a page is stale")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results that the bench wrote")
    given = parser.parse_args(arguments)
    made = {name: page() for name, page in pages(given.results).items()}
    stale = [name for name, text in made.items() if not (HERE / name).exists() or (HERE / name).read_text() != text]
    if given.check:
        complaints = [f"docs/{name} is stale: run `make docs`" for name in stale] + list(cards.outdated(given.results))
        print(*complaints, sep="\n", end="\n" if complaints else "", file=sys.stderr)
        return 1 if complaints else 0
    for name in stale:
        (HERE / name).parent.mkdir(parents=True, exist_ok=True)
        (HERE / name).write_text(made[name])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`seawall screen`: what screening says of a text or a file of texts, and why; releases; labels from decisions."""

import asyncio
import getpass
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec

from seawall.app.commands.declared import acted, host_only, needs
from seawall.vocabulary.findings import Surface, Tier

_MOST_PARTS = 12


class _TextOrCommand(click.Group):
    """A group whose first argument may be the text itself: everything that is no command of it is one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["text", *args]
        return super().parse_args(ctx, args)


def _instance() -> Any:
    return click.get_current_context().obj


@click.group(cls=_TextOrCommand)
def screen() -> None:
    """Screen TEXT, a --file or the lines of a --jsonl file; `release` and `export-labels` are commands.

    A text that is the name of a command goes behind `text`: seawall screen text release.
    """


@screen.command()
@host_only("it screens what it is given")
@click.argument("text", default=None, required=False)
@click.option("--file", "file", type=click.Path(path_type=Path), help="Screen the text of a file; - reads it here.")
@click.option("--jsonl", type=click.Path(path_type=Path), help='Score every line {"text": …} of a file, in order.')
@click.option(
    "--policy", type=click.Path(path_type=Path), help="The policy in a directory; the default policy if none."
)
@click.option(
    "--surface",
    type=click.Choice([each.value for each in Surface]),
    default="input",
    show_default=True,
    help="Where in an exchange the text stands.",
)
@click.option("--fast", is_flag=True, help="The fast tier alone, with --jsonl.")
@click.option(
    "--threads", type=click.IntRange(1, 64), default=1, show_default=True, help="Threads of the accurate tier."
)
@click.option("--judges", "asks_judges", is_flag=True, help="Ask the judges that the policy names as well.")
@click.option("--explain", is_flag=True, help="Show which words moved the scores.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object, or one a line with --jsonl.")
def text(
    text: str | None,
    file: Path | None,
    jsonl: Path | None,
    policy: Path | None,
    surface: str,
    fast: bool,
    threads: int,
    asks_judges: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Screen one TEXT, or the lines of a file. Nothing is kept, and no database is needed."""
    if sum(each is not None for each in (text, file, jsonl)) != 1:
        raise click.UsageError("Give one of TEXT, --file and --jsonl.")
    from seawall.app.scoring import Scorer

    scorer = Scorer(threads=threads)
    if jsonl is not None:
        _lines(scorer, jsonl, fast, as_json)
        return
    said = text if text is not None else _read(file)
    found = asyncio.run(_screened(scorer, said, policy, Surface(surface), asks_judges))
    from seawall.screen.disguise import undisguised

    # The classifiers read it so, and parts are places in what they read.
    read = undisguised(said)
    parts = _explained(scorer, read, found) if explain else {}
    if as_json:
        told = msgspec.to_builtins(found) | ({"read": read, "explained": parts} if explain else {})
        click.echo(msgspec.json.encode(told).decode())
    else:
        if explain and read != said:
            click.echo(f"Read as: {read}")
        for line in _page(found, parts):
            click.echo(line)


def _read(file: Path | None) -> str:
    from seawall.vocabulary.errors import InvalidInput

    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else Path(str(file)).read_bytes()
        return raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        hint = "Name a file that is there, and of UTF-8 text."
        raise InvalidInput(f"{file} cannot be read ({type(error).__name__}).", hint=hint) from None


async def _screened(scorer: Any, said: str, directory: Path | None, surface: Surface, asks_judges: bool) -> Any:
    from seawall.app.tiers import open_judges
    from seawall.policy import DEFAULT, compile_documents, read

    base = compile_documents(read(directory or DEFAULT)).base
    if not asks_judges:
        kept = tuple(step for step in base.cascade.steps if step.tier is not Tier.JUDGE)
        base = msgspec.structs.replace(base, cascade=msgspec.structs.replace(base.cascade, steps=kept))
        return await scorer.screened(said, base, surface, {})
    instance = _instance()
    async with open_judges(instance.settings, instance.clock) as judges:
        return await scorer.screened(said, base, surface, judges)


def _explained(scorer: Any, read: str, found: Any) -> dict[str, list[dict[str, Any]]]:
    from seawall.app.scoring import telling

    wanted = [each for each, score in found.scores.items() if score >= 0.2 and found.tiers[each] is not Tier.JUDGE]
    wanted = wanted or [max(found.scores, key=found.scores.get)]
    return {each.value: telling(scorer.explain(read, each, found.tiers[each]), read, _MOST_PARTS) for each in wanted}


def _page(found: Any, parts: dict[str, list[dict[str, Any]]]) -> Iterable[str]:
    yield "Findings" if found.findings else "No findings."
    for each in found.findings:
        where = f" at {each.span.start}-{each.span.end}" if each.span else ""
        what = "FAILED" if each.failed else f"{each.score:.3f}"
        yield f"  {each.category.value:<28} {what:<7} {each.tier.value}: {each.detector} {each.release}{where}"
    yield "Scores"
    for category, score in sorted(found.scores.items(), key=lambda pair: -pair[1]):
        yield f"  {category.value:<28} {score:.4f}  {found.tiers[category].value}"
        for part in parts.get(category.value, ()):
            yield f"      {part['logit']:+.2f}  {part['text']}"


def _lines(scorer: Any, jsonl: Path, fast: bool, as_json: bool) -> None:
    from seawall.app import logs
    from seawall.app.jsonl import scored, texts

    logs.start("warning")
    encode = msgspec.json.Encoder().encode
    for number, each in enumerate(scored(scorer, texts(jsonl), fast_only=fast, progress=sys.stderr), 1):
        if as_json:
            sys.stdout.write(encode(each).decode() + "\n")
        else:
            top = sorted(each["scores"].items(), key=lambda pair: -pair[1])[:3]
            click.echo(f"{number}  " + "  ".join(f"{category.value} {score:.3f}" for category, score in top))


@screen.command()
@needs("system.operate", host="the classifiers lie here")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def release(as_json: bool) -> None:
    """Put the releases of the shipped classifiers on record; each is written once."""
    from seawall.app.releases import record_releases

    done = record_releases(_instance())
    with _instance().database().begin() as tx:
        acted(tx, changed=any(new for _, new in done))
    if as_json:
        click.echo(msgspec.json.encode([{**msgspec.to_builtins(each), "new": new} for each, new in done]).decode())
    for each, new in () if as_json else done:
        click.echo(f"{each.classifier} {each.release}  {each.weights[:12]}  {'is' if new else 'was'} on record")


@screen.command("export-labels")
@needs("vault.disclose", host="it writes content to a file here")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write; it must not exist yet.")
@click.option("--by", default=lambda: f"host:{getpass.getuser()}", show_default="host:<user>", help="Who does this.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def export_labels(out: Path, by: str, as_json: bool) -> None:
    """Write what people decided about texts as labelled rows, to teach classifiers. The file holds content."""
    from seawall.app.labels import export

    with _instance().database().begin() as tx:
        acted(tx)
    told = export(_instance(), out, by=by)
    if as_json:
        click.echo(msgspec.json.encode(told).decode())
        return
    left_out = ", ".join(f"{count} {why}" for why, count in told.left_out.items()) or "nothing"
    click.echo(f"{told.rows} rows in {out}; left out: {left_out}.")


@screen.command()
@needs("case.decide", host="no route asks for it yet")
@click.argument("decision")
@click.option("--right/--wrong", "right", required=True, default=None, help="What a person who looked at it says.")
@click.option("--by", default=lambda: f"host:{getpass.getuser()}", show_default="host:<user>", help="Who does this.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def review(decision: str, right: bool, by: str, as_json: bool) -> None:
    """Say whether DECISION was right, to teach classifiers. The account's standing does not change by it."""
    from seawall.gateway import labels
    from seawall.vocabulary.ids import DecisionId

    instance = _instance()
    with instance.database().begin() as tx:
        done = labels.review(tx, DecisionId(decision), right=right, by=by, record=instance.record, clock=instance.clock)
        acted(tx)
    word = "right" if right else "wrong"
    click.echo(msgspec.json.encode(done).decode() if as_json else f"{decision} was {word}, says {by}.")

"""Write the pages of docs/ that code knows; with --check, only tell whether they are up to date."""

import sys
from collections.abc import Callable
from pathlib import Path

from seawall.vocabulary.categories import MAPPINGS
from seawall.vocabulary.records import ALL

HERE = Path(__file__).parent / "generated"


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


PAGES: dict[str, Callable[[], str]] = {"categories.md": categories, "records.md": records}


def main(arguments: list[str]) -> int:
    """Write the pages, or return 1 and name those that are stale."""
    stale = [name for name, page in PAGES.items() if not (HERE / name).exists() or (HERE / name).read_text() != page()]
    if "--check" in arguments:
        for name in stale:
            print(f"docs/generated/{name} is stale: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    HERE.mkdir(exist_ok=True)
    for name in stale:
        (HERE / name).write_text(PAGES[name]())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

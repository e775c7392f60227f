"""Make a page: everything is escaped, every link is relative, every string of the site's own comes from a catalogue."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from seawall.hub import claims, words
from seawall.hub.book import Book, Page, answer_of, home_of, href, manifest_of, page_of, proof_of, source_of
from seawall.hub.kinds import DOCUMENTS, RECORDS
from seawall.hub.prose import html

_HERE = Path(__file__).parent
STYLE, DOOR_STYLE = "hub.css", "door.css"
# The same for every page but the verifier's, which states its own: no script, nothing from elsewhere.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


def environment() -> Environment:
    """Return the templates without words."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    return made


def renderer(book: Book) -> Callable[[Page], bytes]:
    """Return what makes the pages of an edition."""
    made = environment()
    made.install_gettext_translations(book.words, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        site=book.site,
        log=book.log,
        policy=POLICY,
        menu=_menu(book),
        day=partial(words.day, book.words),
        moment=partial(words.moment, book.words),
        duration=partial(words.duration, book.words),
        document_kinds=DOCUMENTS,
        record_kinds=RECORDS,
        number=claims.of_record,
        count=claims.of_kind,
        total=claims.of_sum,
        grouped=claims.grouped,
        home_of=home_of,
        page_of=page_of,
        source_of=source_of,
        proof_of=proof_of,
        answer_of=answer_of,
        manifest_of=manifest_of,
        model_page=book.models.get,
        figure=_figure,
        lang=partial(_lang, book.inputs.site.language),
        record_of=book.record_of,
        html=html,
    )

    def render(page: Page) -> bytes:
        values: dict[str, Any] = dict(page.values)
        shown = made.get_template(page.template).render(page=page, href=partial(href, page=page.path), **values)
        return (shown.rstrip() + "\n").encode()

    return render


def _lang(of_page: str, language: str) -> Markup:
    """Return the attribute that says in which language a part is; nothing where it is that of the page."""
    return Markup("") if language == of_page else Markup(' lang="{}"').format(language)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def style(name: str) -> bytes:
    """Return a stylesheet."""
    return (_HERE / "static" / name).read_bytes()


def _menu(book: Book) -> list[tuple[str, str, str]]:
    say = book.words.gettext
    entries = [
        ("start", say("Overview"), "index.html", True),
        ("themes", say("Practices"), "themes/index.html", True),
        ("frameworks", say("Frameworks"), "frameworks/index.html", bool(book.inputs.frameworks)),
        ("models", say("Models"), "models/index.html", bool(book.models or book.classifiers)),
        ("metrics", say("Numbers"), "metrics/index.html", bool(book.log.of("metrics.closed"))),
        ("policies", say("Policies"), "policies/index.html", True),
        ("publications", say("Publications"), "publications/index.html", True),
        ("changes", say("What changed"), "changes.html", True),
        ("verify", say("Verify"), "verification.html", True),
    ]
    return [(name, title, path) for name, title, path, there in entries if there]

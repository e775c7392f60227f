"""What changed: every public record that the hub shows, newest first, each with its proof."""

from collections.abc import Iterator

from seawall.hub.book import Book, Page, page_of
from seawall.hub.published import Public

_MOST = 200


def pages(book: Book) -> Iterator[Page]:
    """Return the page of changes, and of the editions before."""
    found = shown(book)
    yield Page(
        path="changes.html",
        template="changes.html",
        title=book.words.gettext("What changed"),
        section="changes",
        stamped=book.stamp(*(each.at for each in book.log.records)),
        values={"changes": found[:_MOST], "more": max(0, len(found) - _MOST)},
    )


def shown(book: Book) -> list[tuple[Public, str, str]]:
    """Return records, newest first, each with what it is about in a few words, and a page of it where there is one."""
    pages_of = {}
    for versions in book.versions.values():
        for each in versions:
            if record := book.record_of(each):
                pages_of[record.id] = page_of(each)
    for record in book.log.of("classifier.released"):
        pages_of[record.id] = book.classifiers[str(record.body["classifier"])]
    return [(each, _about(book, each), pages_of.get(each.id, "")) for each in reversed(book.log.records)]


def _about(book: Book, record: Public) -> str:
    body, say = record.body, book.words.gettext
    match record.kind:
        case "document.published":
            return say("%(title)s, version %(version)d") % {"title": body["title"], "version": body["version"]}
        case "policy.published":
            return say("Version %(version)d, %(name)s") % {"version": body["version"], "name": body["name"]}
        case "hub.published":
            return say("Edition %(edition)d, %(files)d files") % {"edition": body["edition"], "files": body["files"]}
        case "classifier.released":
            return f"{body['classifier']} {body['release']}"
        case "metrics.closed":
            return str(body.get("period", ""))
        case "commitment.state_changed":
            return f"{body['name']}: {body['from_state']} → {body['to_state']}".replace("_", " ")
        case "feedback.answer_published":
            return str(body["about"])
        case "activity.recorded" | "activity.withdrawn":
            return str(body["practice"])
        case _:
            return ""

"""A strict reader of the pages: what a browser would forgive is told. Not a validator of all of HTML."""

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img", "rect"}
KNOWN = {
    "a", "article", "blockquote", "body", "button", "caption", "code", "data", "dd", "del", "div", "dl", "dt", "em",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "html", "ins", "label", "li", "main", "nav",
    "noscript", "ol", "p", "pre", "s", "script", "section", "span", "strong", "style", "svg", "table", "tbody", "td",
    "textarea", "tfoot", "th", "thead", "time", "title", "tr", "ul", *VOID,
}  # fmt: skip
# What may stand in what, where it matters: a paragraph holds no block, a list nothing but items.
PHRASING = {
    "a", "br", "button", "code", "data", "del", "em", "input", "ins", "label", "noscript", "s", "script", "span",
    "strong", "svg", "textarea", "time",
}  # fmt: skip
CHILDREN = {
    "ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd"}, "tr": {"th", "td"}, "thead": {"tr"}, "tbody": {"tr"},
    "tfoot": {"tr"}, "table": {"caption", "thead", "tbody", "tfoot"}, "p": PHRASING, "h1": PHRASING, "h2": PHRASING,
    "h3": PHRASING, "h4": PHRASING, "pre": PHRASING, "span": PHRASING, "html": {"head", "body"},
}  # fmt: skip
FORBIDDEN = {"style", "onclick", "onload", "onerror", "align", "bgcolor"}


class Strict(HTMLParser):
    """Reads one page and remembers what is wrong, the links, the ids and the headings."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.labelled: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = [name for name, _ in attrs]
        given = dict(attrs)
        parent = self.open[-1] if self.open else ""
        self._say(tag not in KNOWN, f"<{tag}> is not known here")
        self._say(len(named) != len(set(named)), f"<{tag}> has an attribute twice")
        self._say(bool(FORBIDDEN & set(named)), f"<{tag}> has {sorted(FORBIDDEN & set(named))}")
        self._say(parent in CHILDREN and tag not in CHILDREN[parent], f"<{tag}> stands in <{parent}>")
        self._say(tag == "a" and "a" in self.open, "a link stands in a link")
        self.ids += [given["id"]] if given.get("id") else []
        self.labelled += (given.get("aria-labelledby") or "").split()
        self.links += [value for name, value in attrs if name in ("href", "src") and value is not None]
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> closes <{self.open[-1] if self.open else ''}> at {self.getpos()}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        parent = self.open[-1] if self.open else ""
        self._say(bool(data.strip()) and parent in ("ul", "ol", "dl", "table", "tr", "tbody"), f"text in <{parent}>")

    def _say(self, holds: bool, what: str) -> None:
        if holds:
            self.wrong.append(f"{what} at {self.getpos()}")


def read(page: str) -> Strict:
    """Return what was found of a page."""
    found = Strict()
    found.feed(page)
    found.close()
    found.wrong += [f"<{tag}> is never closed" for tag in found.open]
    found.wrong += [f"the id {each} is there twice" for each in set(found.ids) if found.ids.count(each) > 1]
    found.wrong += [f"no id {each}" for each in found.labelled if each not in found.ids]
    steps = zip(found.headings, found.headings[1:], strict=False)
    found.wrong += [f"a heading of level {b} follows one of {a}" for a, b in steps if b > a + 1]
    found.wrong += [] if found.headings.count(1) == 1 else [f"{found.headings.count(1)} headings of level 1"]
    return found

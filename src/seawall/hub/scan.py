"""Look through a site before it leaves: identifiers of people, accounts, keys and content, addresses, secrets. Pure.

What a file says in base64 (the bodies in proof files) is looked at too. Limits: it knows forms, not meaning. A name
in a document, or content that somebody pasted, is for the two people who agree to it to see.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from seawall.ledger.note import NoteInvalid
from seawall.ledger.proof import Proof
from seawall.ledger.verify import Problem
from seawall.vocabulary.errors import Conflict

# Records are public by name, and activities, which public records name; whatever else has an identifier is somebody's
# or something's own.
_PUBLIC = frozenset({"re", "act"})
# Each is looked for from a letter that is rare, and then backwards: a proof file is one word of many thousand letters,
# which a pattern that may begin anywhere in it would read as often as it has letters.
_NUMBER = re.compile(r"_[0-9a-v]{26}(?![A-Za-z0-9_])")
_KIND = re.compile(r"(?<![A-Za-z0-9_])[a-z]{2,8}\Z")
_KIND_MOST = 8
_DOMAIN = re.compile(r"@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_NAME = re.compile(r"[\w.+-]+\Z", re.ASCII)
_NAME_MOST = 64
_SECRETS = (
    ("a key of a project or a token", re.compile(r"(?<![A-Za-z0-9_])sw[a-z]?_[A-Za-z0-9_-]{30,}")),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("an access key", re.compile(r"(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36})")),
)


class NotFitToPublish(Conflict):
    """A site holds something that must not leave."""

    code = "hub.not_fit_to_publish"

    def __init__(self, problems: list[Problem]) -> None:
        shown = "; ".join(f"{each.where}: {each.what}" for each in problems[:5])
        more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""
        super().__init__(
            f"The site is not fit to be published: {shown}{more}.",
            hint="Take it out of the document, or name an address that is meant to be public in `hub_contacts`.",
        )
        self.problems = problems


def fit(files: Mapping[str, bytes], contacts: Collection[str] = ()) -> None:
    """Look through every file. Raises NotFitToPublish."""
    problems = list(scan(files, contacts))
    if problems:
        raise NotFitToPublish(problems)


def scan(files: Mapping[str, bytes], contacts: Collection[str] = ()) -> Iterator[Problem]:
    """Return what must not leave, and in which file. What is found is named by its kind, never repeated."""
    allowed = {each.lower() for each in contacts}
    for path, held in sorted(files.items()):
        try:
            text = held.decode()
        except UnicodeDecodeError:
            yield Problem("it is no text, and a hub has nothing else", path)
            continue
        for what in _found(text + _opened(path, text), allowed):
            yield Problem(what, path)


def _opened(path: str, text: str) -> str:
    if not path.endswith(".tlog-proof"):
        return ""
    try:
        return "\n" + Proof.parse(text).extra.decode()
    except (NoteInvalid, UnicodeDecodeError):
        return ""


def _identifiers(text: str) -> Iterator[str]:
    """Return what each identifier that is not public begins with."""
    for found in _NUMBER.finditer(text):
        kind = _KIND.search(text[max(0, found.start() - _KIND_MOST - 1) : found.start()])
        if kind and kind[0] not in _PUBLIC:
            yield kind[0]


def _addresses(text: str) -> Iterator[str]:
    for found in _DOMAIN.finditer(text):
        name = _NAME.search(text[max(0, found.start() - _NAME_MOST) : found.start()])
        if name:
            yield name[0] + found[0]


def _found(text: str, allowed: Collection[str]) -> Iterator[str]:
    if found := next(_identifiers(text), None):
        yield f"it holds an identifier that begins with {found}_"
    if any(each.lower() not in allowed for each in _addresses(text)):
        yield "it holds an e-mail address that is not one of the contacts"
    for what, pattern in _SECRETS:
        if pattern.search(text):
            yield f"it holds {what}"

"""What each number means: documents in `editions/`, read once and known by their digest. Pure.

The newest edition counts; older ones stay, so that numbers that were closed by them can still be counted again.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import yaml

from seawall.ledger.commitment import canonical
from seawall.vocabulary.errors import InvalidInput, NotFound
from seawall.vocabulary.records import KINDS

_EDITIONS = Path(__file__).parent / "editions"
Value = bool | str | None
Where = dict[str, tuple[Value, ...]]
TOTAL = "total"


class BadDefinitions(InvalidInput):
    """Definitions of numbers cannot be used."""

    code = "metrics.bad_definitions"


class UnknownDefinitions(NotFound):
    """Numbers were closed by definitions that this release does not have."""

    code = "metrics.unknown_definitions"

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"No definitions with the digest {digest[:12]!r} are known here.",
            hint="A later release of Seawall closed these numbers: verify them with that one.",
        )


class _Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in the document."""


class Source(_Given, frozen=True, kw_only=True):
    """Which records count. Of several with the same `latest_by` only the last does."""

    kinds: tuple[str, ...]
    where: Where = {}
    unless: Where = {}
    latest_by: str = ""


class Stated(_Given, frozen=True, kw_only=True):
    """A number that public records state themselves: a field of the items of a list, added up."""

    kind: str
    list: str
    field: str
    unless: Where = {}


class Median(_Given, frozen=True, kw_only=True):
    """A time between two fields of a record; with `of_parts` also of those of each part."""

    since: str
    until: str
    of_parts: bool = False


class Metric(_Given, frozen=True, kw_only=True):
    """One number: what is counted, from which records, in which parts."""

    id: str
    title: str
    counts: str
    unit: str
    of: Source | None = None
    stated: Stated | None = None
    by: str = ""
    cells: dict[str, Where] = {}
    share: str = ""
    interval: bool = False
    median: Median | None = None
    adds_up: dict[str, tuple[str, ...]] = {}

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the fields whose values make its parts."""
        return tuple(self.by.split("+")) if self.by else ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of records that it is counted from."""
        return self.of.kinds if self.of is not None else (self.stated.kind,) if self.stated is not None else ()

    @property
    def fields(self) -> frozenset[str]:
        """Return the fields of records that it is counted from."""
        source, made = self.of, set(self.dimensions)
        if source is not None:
            made |= {*source.where, *source.unless, source.latest_by}
        made |= {name for where in self.cells.values() for name in where}
        made |= {self.median.since, self.median.until} if self.median else set()
        return frozenset(made - {""})


class Definitions(msgspec.Struct, frozen=True, kw_only=True):
    """An edition. A number from 1 to `smallest_cell` - 1 is small."""

    smallest_cell: int
    metrics: tuple[Metric, ...]
    digest: str = ""

    def get(self, metric: str) -> Metric:
        """Return a definition. Raises NotFound."""
        found = next((each for each in self.metrics if each.id == metric), None)
        if found is None:
            raise NotFound(f"There is no number {metric[:40]!r}.", hint=", ".join(each.id for each in self.metrics))
        return found

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return every kind of record that is counted by its time."""
        return tuple(sorted({kind for each in self.metrics if each.of is not None for kind in each.kinds}))

    @property
    def stating(self) -> tuple[str, ...]:
        """Return every kind of record that states numbers itself."""
        return tuple(sorted({each.stated.kind for each in self.metrics if each.stated is not None}))


@lru_cache(maxsize=1)
def editions() -> tuple[Definitions, ...]:
    """Return every edition, oldest first. Raises BadDefinitions."""
    files = sorted(_EDITIONS.glob("*.yaml"), key=lambda each: int(each.stem))
    return tuple(read(each.read_text("utf-8"), each.name) for each in files)


def newest() -> Definitions:
    """Return the edition by which numbers are counted now."""
    return editions()[-1]


def by_digest(digest: str) -> Definitions:
    """Return the edition of a digest. Raises UnknownDefinitions."""
    found = next((each for each in editions() if each.digest == digest), None)
    if found is None:
        raise UnknownDefinitions(digest)
    return found


def read(text: str, name: str = "definitions") -> Definitions:
    """Return an edition. Raises BadDefinitions, which names the place."""
    try:
        given: dict[str, Any] = yaml.safe_load(text)
        made = msgspec.convert(given, Definitions)
    except (yaml.YAMLError, msgspec.ValidationError, TypeError) as error:
        raise BadDefinitions(f"{name}: {error}.", hint="src/seawall/metrics/editions/ has those of Seawall.") from None
    wrong = next((f"{each.id}: {what}" for each in made.metrics for what in _wrong(each, made)), None)
    ids = [each.id for each in made.metrics]
    if wrong is not None or len(set(ids)) != len(ids):
        raise BadDefinitions(f"{name}: {wrong or 'two numbers have one name'}.")
    return msgspec.structs.replace(made, digest=sha256(canonical(given, name)).hexdigest())


def _wrong(metric: Metric, all_of_it: Definitions) -> list[str]:
    found = [f"there is no kind {kind!r}" for kind in metric.kinds if metric.of is not None and kind not in KINDS]
    for kind in metric.kinds:
        known = KINDS.get(kind)
        if known is None or metric.of is None:
            continue
        shown = set(known.__struct_fields__) - known.private
        found += [f"{kind} shows no field {each!r}" for each in sorted(metric.fields - shown)]
    if (metric.of is None) == (metric.stated is None):
        found.append("it is counted, or stated, not both")
    if metric.by and metric.cells:
        found.append("its parts are named, or made by a field, not both")
    if metric.median is not None and metric.median.of_parts and not metric.by:
        found.append("it has medians of parts that no field makes")
    if metric.share and metric.share not in metric.cells:
        found.append(f"{metric.share!r} is no part of it")
    names = {each.id for each in all_of_it.metrics}
    said = [each for parts in metric.adds_up.values() for each in parts]
    found += [f"it adds up {each!r}, which there is not" for each in said if each.partition(".")[0] not in names]
    return found

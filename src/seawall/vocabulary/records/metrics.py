"""Records of the public numbers: what was counted in a period, closed once, and corrected by further records."""

from typing import ClassVar

import msgspec

from seawall.vocabulary.ids import RecordId
from seawall.vocabulary.records.record import Audience, Record


class MetricTold(msgspec.Struct, frozen=True, kw_only=True):
    """One number as the public has it. None is a number that is not told, because it or another one is small.

    `cells` add up to `total`. `figure` is a share in thousandths, with the bounds of its interval where it has one, or
    a median in seconds; `figures` are such medians of its parts. `recorded` is false where no record says anything of
    it.
    """

    metric: str
    recorded: bool = True
    total: int | None = None
    cells: dict[str, int | None] = {}
    figure: int | None = None
    low: int | None = None
    high: int | None = None
    figures: dict[str, int | None] = {}


class MetricsClosed(Record, frozen=True, kw_only=True):
    """The numbers of a period were closed. `counted` is the root over the entries of the records that were counted.

    `first` and `last` are the indexes of those entries, in the log of generation `generation`; `definitions` is the
    digest of what each number means; `corrects` names the first record of this period where this is a later one.
    """

    kind: ClassVar[str] = "metrics.closed"
    audience: ClassVar[Audience] = Audience.PUBLIC
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    period: str
    since: str
    until: str
    definitions: str
    smallest_cell: int
    numbers: tuple[MetricTold, ...]
    records: int
    first: int | None
    last: int | None
    generation: int
    counted: str
    corrects: RecordId | None
    by: str

"""A real ledger with public records, documents of several kinds, and a site that is built from them."""

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from seawall.hub.build import KINDS, Built, build
from seawall.hub.growth import growth
from seawall.hub.inputs import (
    Answered,
    Card,
    Definition,
    Figure,
    Framework,
    Inputs,
    Item,
    Learned,
    Practice,
    SignOff,
    Site,
    Version,
)
from seawall.hub.manifest import GROWTH, PROOF
from seawall.hub.published import Log as Public
from seawall.hub.published import read_log
from seawall.ledger.files import Files
from seawall.ledger.note import Checkpoint
from seawall.ledger.prove import prove
from seawall.ledger.tiles import Hashes
from seawall.store import Database
from seawall.vocabulary.ids import FeedbackId, RecordId
from seawall.vocabulary.records import Audience, Record
from seawall.vocabulary.records.feedback import FeedbackAnswerPublished
from seawall.vocabulary.records.hub import DocumentPublished, HubPublished
from seawall.vocabulary.records.policy import PolicyPublished
from seawall.vocabulary.records.privacy import RetentionChanged
from seawall.vocabulary.records.screen import ClassifierReleased
from tests.audit.conftest import Log
from tests.conftest import FrozenClock

AS_OF = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
POLICY = """# Usage policy

## Fraud

Do not use the service to deceive people about money.

## Election deception

Do not spread false statements about how, where or when to vote.
"""
NOTES = """## What is new

Answers cite their *sources*.

| what | before | now |
|---|---|---|
| languages | 12 | 19 |

A [guide](https://example.org/guide) explains more. <script>alert(1)</script>
"""


def version(document: str, number: int, kind: str, title: str, body: str, **more: object) -> Version:
    """Return a version as it is handed in."""
    source = body.encode()
    return Version(
        document=document,
        version=number,
        kind=kind,
        title=title,
        date=date(2026, 1, number),
        language="en",
        digest=sha256(source).hexdigest(),
        body=body,
        source=b"" if kind == "usage_policy" else source,
        **more,  # type: ignore[arg-type]
    )


VERSIONS = (
    version("usage-policy", 1, "usage_policy", "Usage policy", POLICY),
    version("usage-policy", 2, "usage_policy", "Usage policy", POLICY.replace("money", "money, work or love")),
    version("lark-notes", 1, "release_notes", "Lark 1.0", NOTES, summary="The first release.", model="lark-1"),
    version("lark-notes", 2, "release_notes", "Lark 1.1", NOTES.replace("19", "24"), summary="More.", model="lark-1"),
    version("lark-card", 1, "model_card", "Model card of Lark", "It *answers* questions.", model="lark-1"),
)


ANSWER = "You asked for the report of last year.\n\nIt comes in March, with <b>every</b> finding."
CARD = Card(
    classifier="linear", release="3", says="It looks at every text.", not_for="It does not act alone.",
    manifest=b'{"release": "3"}\n',
    figures=(
        Figure(category="Hate", positives=2392, negatives=9572, auroc=0.8126, auprc=0.5066, recall=0.0861),
        Figure(category="Elections", positives=3, negatives=9, auroc=None, auprc=None, recall=None),
    ),
    sources=(Learned(origin="A set of examples", rows=18_000, licence="CC0"),),
)  # fmt: skip


class MetricsClosed(Record, frozen=True, kw_only=True):
    """The numbers of a period, in the fields that a hub reads of them."""

    kind: ClassVar[str] = "metrics.closed"
    audience: ClassVar[Audience] = Audience.PUBLIC
    period: str
    since: str
    smallest_cell: int
    numbers: tuple[dict[str, object], ...]
    corrects: str | None = None


def closed(period: str, cells: dict[str, int | None], total: int) -> MetricsClosed:
    """Return the numbers of a period: actions on accounts, and a share of them that was reversed."""
    actions = {"metric": "actions", "recorded": True, "total": total, "cells": cells}
    reversed_ = {"metric": "reversed", "recorded": True, "total": None, "figure": 33, "low": 21, "high": 52}
    received = {"metric": "feedback_received", "recorded": True, "total": 9, "cells": {"example-code": 9}}
    answered = {
        "metric": "feedback_answered", "recorded": True, "total": 7, "cells": {"example-code": 7}, "figure": 259_200,
        "figures": {"example-code": 259_200},
    }  # fmt: skip
    numbers = (actions, reversed_, received, answered)
    return MetricsClosed(period=period, since=f"{period[:4]}-07-01", smallest_cell=5, numbers=numbers)


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What sites are built from, and where they are published."""

    log: Log
    inputs: Inputs

    def public(self) -> Public:
        return read_log(Files(self.log.directory).read, self.log.signer.verifier, KINDS)

    def built(self) -> Built:
        return build(self.inputs, self.public())

    def published(self, built: Built | None = None, earlier: tuple[tuple[int, str], ...] = ()) -> dict[str, bytes]:
        """Return the files of an edition, with what its record in the ledger gives it."""
        built = built or self.built()
        site = self.inputs.site
        body = HubPublished(
            edition=site.edition,
            digest=built.digest,
            previous=site.previous,
            files=len(built.files) - 1,
            by="host:test",
        )
        with self.log.database.begin() as tx:
            name = str(self.log.record(tx, body))
        self.log.clock.advance(seconds=1)
        self.log.sequencer.step()
        files = Files(self.log.directory)
        with self.log.database.begin() as tx:
            proof = prove(tx, files, RecordId(name)).encode()
        return built.files | {PROOF: proof.encode(), GROWTH: growth(Hashes(files.read, self.size()), earlier).encode()}

    def size(self) -> int:
        return self.checkpoint().size

    def checkpoint(self) -> Checkpoint:
        note = (self.log.directory / "checkpoint").read_text()
        return Checkpoint.parse(note.rpartition("\n\n")[0] + "\n")

    @property
    def key(self) -> str:
        return str(self.log.signer.verifier)


@pytest.fixture
def ground(database: Database, clock: FrozenClock, tmp_path: Path) -> Ground:
    """A ledger with public records of several kinds, and documents to show."""
    log = Log(database, clock, tmp_path / "log")
    log.write(
        *(record_of(each) for each in VERSIONS),
        ClassifierReleased(
            classifier="linear", release="3", weights_digest="aa", manifest_digest=sha256(CARD.manifest).hexdigest()
        ),
        FeedbackAnswerPublished(
            feedback=FeedbackId("fb_1"),
            framework="example-code",
            about="example-code-2",
            digest=sha256(ANSWER.encode()).hexdigest(),
            by="pe_1",
        ),
        RetentionChanged(days={"exchange": 30}, backups_kept_days=35, sooner=0),
        closed("2025-H2", {"restricted": 1200, "suspended": 40, "banned": None}, 1243),
    )
    site = Site(name="Lark Labs", address="https://lark.example/hub", as_of=AS_OF)
    made = Ground(log=log, inputs=Inputs(site=site, versions=VERSIONS))
    return msgspec.structs.replace(made, inputs=furnished(made))


def record_of(each: Version) -> PolicyPublished | DocumentPublished:
    if each.kind == "usage_policy":
        return PolicyPublished(version=each.version, digest=each.digest, name="default", previous=None, by="host:test")
    return DocumentPublished(
        document=each.document,
        version=each.version,
        about=each.kind,
        title=each.title,
        language=each.language,
        digest=each.digest,
        previous=None,
        by="host:test",
    )


def furnished(ground: Ground) -> Inputs:
    """Return inputs with practices, a framework and a metric that points at a record."""
    public = ground.public()
    retention = public.of("retention.changed")[0].id
    practices = (
        Practice(
            id="usage-policy", theme="safeguards", title="A usage policy is in force", state="kept",
            says="It says what the service may not be used for.", records=(public.of("policy.published")[-1].id,),
        ),
        Practice(id="retention", theme="security-and-privacy", title="Content is destroyed on time", state="lapsing",
                 lapses_at=datetime(2026, 2, 1, tzinfo=UTC), records=(retention,)),
        Practice(id="red-team", theme="risk", title="Outsiders test each model", state="lapsed", attested=True),
    )  # fmt: skip
    stated = public.of("feedback.answer_published")[0]
    answer = Answered(at=stated.at, words=ANSWER, record=stated.id)
    signed = SignOff(
        model="lark-1", decision="released", at=stated.at, digest="0" * 64, record=public.of("document.published")[0].id
    )
    framework = Framework(
        id="example-code", title="An example code of conduct", publisher="A summit", date="2023",
        address="https://example.org/code", certainty="The wording is ours.",
        items=(
            Item(id="example-code-1", number="1", says="Write down what is prohibited.", practices=("usage-policy",),
                 state="kept"),
            Item(id="example-code-2", says="Let outsiders test.", practices=("red-team",), state="lapsed",
                 answers=(answer,)),
        ),
        feedback="https://lark.example/portal/feedback",
    )  # fmt: skip
    definition = Definition(
        id="actions",
        title="What was done to accounts",
        says="Accounts restricted, suspended or banned.",
        unit="accounts",
    )
    answers = Definition(
        id="feedback_answered", title="Answers to feedback", says="How soon an answer came.", unit="seconds"
    )
    return msgspec.structs.replace(
        ground.inputs, practices=practices, frameworks=(framework,), definitions=(definition, answers),
        sign_offs=(signed,), cards=(CARD,),
    )  # fmt: skip

"""What people state: checked, put on record by digests, counted until it ends or is withdrawn; files of it."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from seawall.commitments import activities
from seawall.commitments.activities import ActivityGone, BadActivity, NoSuchActivity, Withdrawal
from seawall.commitments.importing import BadFile, preview, take
from seawall.ledger.tables import records
from tests.commitments.conftest import DIGEST, Watch, entry

HEAD = "practice,kind,title,begins,ends,expires,people,document_name,document_digest,notes\n"
LINE = f"P045,membership,Member of the forum,2025-12-01,,2026-12-01,,letter.pdf,{DIGEST},\n"


def bodies(watch: Watch, kind: str) -> list[dict[str, object]]:
    with watch.database.begin() as tx:
        chosen = select(records.c.body).where(records.c.kind == kind).order_by(records.c.id)
        return [json.loads(bytes(body)) for body in tx.scalars(chosen)]


def test_an_activity_is_on_record_by_digests_and_without_its_words(watch: Watch) -> None:
    made = watch.stated("P045", people="Ada Example", notes="a note", document_name="letter.pdf")
    (body,) = bodies(watch, "activity.recorded")
    assert (body["practice"], body["document_digest"], body["activity_kind"]) == ("P045", DIGEST, "membership")
    assert set(body["by"]) == set(body["entry_digest"]) == {"digest"}  # type: ignore[call-overload]
    for word in ("Ada", "note", "letter", "forum", "pe_ada"):
        assert word not in json.dumps(body)
    assert made.by == "pe_ada"


def test_without_an_end_it_counts_as_long_as_the_cadence_says(watch: Watch) -> None:
    assert watch.stated("P045").expires_at == datetime(2027, 1, 2, tzinfo=UTC)
    asked = watch.stated("P039", kind=activities.ActivityKind.CONSULTATION)
    assert asked.expires_at == datetime(2026, 3, 3, tzinfo=UTC), "three months from the day on which it was"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"practice": "P45"}, "there is no practice 'P45'"),
        ({"title": "  "}, "title: it has none"),
        ({"title": "x" * 201}, "title: it has 201 characters"),
        ({"document_digest": "abc"}, "document_digest: this is no SHA-256"),
        ({"begins": date(2026, 2, 1)}, "is not here yet"),
        ({"ends": date(2025, 11, 1)}, "is before"),
        ({"expires": date(2026, 1, 1)}, "it counted until 2026-01-01"),
        ({"expires": date(2030, 1, 1)}, "more than three years away"),
    ],
)
def test_an_entry_that_says_too_little_is_refused_and_leaves_no_trace(
    watch: Watch, given: dict[str, object], wanted: str
) -> None:
    with pytest.raises(BadActivity, match=wanted):
        watch.stated(**given)  # type: ignore[arg-type]
    with watch.database.begin() as tx:
        assert activities.every(tx) == []
    assert bodies(watch, "activity.recorded") == []


def test_what_is_withdrawn_does_not_count_any_more(watch: Watch) -> None:
    made = watch.stated("P045", people="Ada Example", notes="a note")
    assert watch.look() == {"P045": "recorded_only"}
    with watch.database.begin() as tx:
        gone = activities.withdraw(
            tx, made.id, reason=Withdrawal.MISTAKE, by="pe_bob", record=watch.log.record, clock=watch.clock
        )
    assert (gone.people, gone.notes, gone.title) == ("", "", "Member of the forum")
    assert watch.look() == {"P045": "not_started"}
    (body,) = bodies(watch, "activity.withdrawn")
    assert (body["activity"], body["reason_code"]) == (made.id, "mistake")


def test_what_is_withdrawn_or_unknown_is_not_withdrawn(watch: Watch) -> None:
    made = watch.stated("P045")
    given = {"reason": Withdrawal.REPLACED, "by": "pe_bob", "record": watch.log.record, "clock": watch.clock}
    with watch.database.begin() as tx:
        activities.withdraw(tx, made.id, **given)  # type: ignore[arg-type]
    with pytest.raises(ActivityGone), watch.database.begin() as tx:
        activities.withdraw(tx, made.id, **given)  # type: ignore[arg-type]
    with pytest.raises(NoSuchActivity), watch.database.begin() as tx:
        activities.withdraw(tx, "act_none", **given)  # type: ignore[arg-type]


def test_of_several_the_one_that_ends_last_decides(watch: Watch) -> None:
    watch.stated("P045", expires=date(2026, 2, 1))
    watch.stated("P045", expires=date(2026, 9, 1))
    watch.clock.now = datetime(2026, 3, 1, tzinfo=UTC)
    assert watch.practice("P045") == "recorded_only"


def test_a_preview_tells_of_every_line_and_keeps_nothing(watch: Watch) -> None:
    text = HEAD + LINE + LINE.replace("P045", "P4x") + LINE.replace("2025-12-01", "soon") + "P045,member\n" + LINE
    lines = preview(watch.book, "\ufeff" + text, watch.clock())
    assert [(each.line, each.problem) for each in lines] == [
        (2, ""),
        (3, "practice: there is no practice 'P4x'."),
        (4, "begins: 'soon' is no day."),
        (5, "it has another number of cells than the head."),
        (6, "it is the same as line 2."),
    ]
    assert lines[0].expires_at == datetime(2026, 12, 1, tzinfo=UTC)
    with watch.database.begin() as tx:
        assert activities.every(tx) == []


def test_a_file_is_taken_whole_or_not_at_all(watch: Watch) -> None:
    given = {"by": "pe_ada", "record": watch.log.record, "clock": watch.clock}
    bad = HEAD + LINE + LINE.replace(DIGEST, "abc")
    with pytest.raises(BadFile, match=r"1 of 2 lines(.|\n)*line 3: document_digest"), watch.database.begin() as tx:
        take(tx, watch.book, bad, **given)  # type: ignore[arg-type]
    with watch.database.begin() as tx:
        assert activities.every(tx) == []
        good = HEAD + LINE + LINE.replace("P045", "P071")
        assert [each.practice for each in take(tx, watch.book, good, **given)] == ["P045", "P071"]  # type: ignore[arg-type]
    assert len(bodies(watch, "activity.recorded")) == 2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "'practice' is missing"),
        (HEAD, "no line below its head"),
        (HEAD.replace("title", "titel") + LINE, "no column 'titel'"),
        (HEAD + 'P045,"x\n', "no CSV"),
        (HEAD + "\0", "no text"),
    ],
)
def test_what_is_no_such_file_is_told(watch: Watch, text: str, wanted: str) -> None:
    with pytest.raises(BadFile, match=wanted):
        preview(watch.book, text, watch.clock())


def test_an_entry_names_one_practice_with_the_nearest_name(watch: Watch) -> None:
    with pytest.raises(BadActivity) as raised:
        activities.check(watch.book, entry("p045"), watch.clock())
    assert raised.value.hint.startswith("Did you mean 'P0")

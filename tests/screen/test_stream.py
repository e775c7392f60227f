"""No completed match leaves a stream, however it is cut into chunks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.screen import DETECTORS, Detector, Screen, StreamScreen
from seawall.vocabulary.findings import Finding, Surface

SCREEN = Screen()
HITS = [(detector, hit) for detector in DETECTORS for hit in detector.hits]


def surface(detector: Detector) -> Surface:
    return min(detector.surfaces)


def stopped(chunks: list[str], where: Surface) -> tuple[str, tuple[Finding, ...]]:
    """Return what leaves when the stream stops at the first finding."""
    stream = StreamScreen(SCREEN, where)
    out = ""
    for release in (*(stream.feed(chunk) for chunk in chunks), stream.finish()):
        out += release.text
        if release.findings:
            return out, release.findings
    return out, ()


def masked(chunks: list[str], where: Surface) -> str:
    """Return what leaves when every finding is masked."""
    stream = StreamScreen(SCREEN, where)
    out = ""
    for release in (stream.feed, chunks), (stream.finish, [None]):
        for chunk in release[1]:
            given = release[0](chunk) if chunk is not None else stream.finish()  # type: ignore[operator]
            out += given.text
            if given.findings:
                for each in given.findings:
                    if each.span:
                        stream.mask(each.span, "█")
                out += stream.go_on().text
    return out


@pytest.mark.parametrize(("detector", "hit"), HITS)
def test_a_match_cut_anywhere_in_two_is_caught_before_it_leaves(detector: Detector, hit: str) -> None:
    text = f"all is well, {hit}\nthen"
    for cut in range(1, len(text)):
        out, findings = stopped([text[:cut], text[cut:]], surface(detector))
        first = next(each for each in findings if each.detector == detector.name)
        assert first.span is not None
        assert len(out) <= first.span.start, (cut, out)


@pytest.mark.parametrize(("detector", "hit"), HITS)
def test_a_match_letter_by_letter_is_caught_and_masked(detector: Detector, hit: str) -> None:
    text = f"all is well, {hit}\nthen"
    (whole, *_) = (each for each in SCREEN.screen(text, surface(detector)) if each.detector == detector.name)
    assert whole.span is not None
    secret = text[whole.span.start : whole.span.end]
    out = masked(list(text), surface(detector))
    assert secret not in out
    assert out.startswith("all is well, ")
    assert out.endswith("then")


@pytest.mark.parametrize(("detector", "hit"), [(d, h) for d, h in HITS if d.wording])
def test_disguised_matches_are_caught_too(detector: Detector, hit: str) -> None:
    for disguised in ("\u200b".join(hit), hit.translate(str.maketrans("aeo", "аео"))):
        out, findings = stopped(list(f"well, {disguised} then"), surface(detector))
        assert findings, disguised
        assert disguised not in out


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_chunking_catches_and_leaks_nothing(data: st.DataObject) -> None:
    detector, hit = data.draw(st.sampled_from(HITS))
    text = f"first some words, {hit}, and more words after"
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text) - 1), max_size=12)))
    chunks = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    out, findings = stopped(chunks, surface(detector))
    starts = [each.span.start for each in findings if each.span]
    assert starts
    assert len(out) <= min(starts)


@given(st.lists(st.text(max_size=12), max_size=30))
@settings(max_examples=200, deadline=None)
def test_what_is_allowed_leaves_unchanged(chunks: list[str]) -> None:
    stream = StreamScreen(SCREEN, Surface.OUTPUT)
    out = ""
    for chunk in chunks:
        out += stream.feed(chunk).text + stream.go_on().text
    out += stream.finish().text + stream.go_on().text
    assert out == "".join(chunks) == stream.original


def test_ordinary_text_hardly_waits() -> None:
    text = "The committee met on Tuesday and agreed that the bridge should be painted green before the winter. " * 4
    stream, longest, sent = StreamScreen(SCREEN, Surface.OUTPUT), 0, 0
    for at, letter in enumerate(text, 1):
        sent += len(stream.feed(letter).text)
        longest = max(longest, at - sent)
    assert longest < 40


def test_a_full_buffer_lets_nothing_leave_before_the_end() -> None:
    stream = StreamScreen(SCREEN, Surface.OUTPUT, mode="full")
    assert [stream.feed(part).text for part in ("some ", "words")] == ["", ""]
    assert stream.finish().text == "some words"


def test_a_match_that_may_still_grow_waits_for_its_end() -> None:
    (secrets,) = (each for each in DETECTORS if each.name == "secrets")
    hit = secrets.hits[2]
    stream = StreamScreen(SCREEN, Surface.OUTPUT)
    first = stream.feed("use " + hit)
    assert (first.text, first.findings) == ("use ", ())
    release = stream.feed("abc now")
    assert release.text == ""
    (only,) = release.findings
    assert only.span is not None
    stream.mask(only.span, "[removed]")
    assert stream.go_on().text + stream.finish().text == "[removed] now"

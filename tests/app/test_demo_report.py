"""The report: nothing that a person wrote is in it, and it fits the terminal."""

import click
import msgspec
import pytest

from seawall.app.demo import report
from seawall.app.demo.facts import Fact
from seawall.app.demo.paper import shortened
from seawall.app.demo.play import Played
from seawall.app.demo.scenario import Conversation, Turn
from seawall.app.demo.speaking import Heard, Line, Told
from seawall.vocabulary.ids import AccountId
from seawall.vocabulary.measures import Measure

FACT = Fact(
    exchange="ex_1",
    account=AccountId("ac_1"),
    decision="de_1",
    measure=Measure.REWRITE,
    because=("prompt_injection.in-tool-results",),
    would_have=(),
    outcome="answered",
    arm="none",
    kept=True,
    findings=(),
    reason="",
    output_tokens=3,
)
WITHHELD = msgspec.structs.replace(
    FACT, decision="de_2", measure=Measure.WITHHOLD, because=("jailbreak.pattern",), reason="Not here."
)


def played(*, heard: Heard, wrong: tuple[str, ...] = (), shows: tuple[str, ...] = ("answer", "banner")) -> Played:
    turn = Turn(say="what a person wrote", expects=Measure.REWRITE)
    conversation = Conversation(
        by="librarian",
        about="reads a page with a very long labe",
        turns=(turn,),
        over="messages",
        stream=True,
        shows=shows,  # type: ignore[arg-type]
    )
    return Played(number=0, conversation=conversation, turn=turn, heard=heard, fact=FACT, wrong=wrong)


@pytest.mark.parametrize("width", [72, 80, 100])
def test_rows_fit_the_terminal(width: int) -> None:
    notice = '{"banners": [{"text": "' + "Rely on the official source. " * 9 + '"}]}'
    heard = Heard(text="a long answer " * 20, told=Told(notice=notice))
    lines = [click.unstyle(line) for line in report.played(played(heard=heard), width)]
    assert len(lines) == 3
    assert max(map(len, [*lines, *(click.unstyle(line) for line in report.head(width))])) <= width


def test_a_row_shows_the_label_and_never_what_was_written() -> None:
    lines = "\n".join(report.played(played(heard=Heard(text="fine"), wrong=("expected allow, was rewrite",)), 100))
    assert "reads a page" in lines
    assert "“fine”" in lines
    assert "NOT AS EXPECTED: expected allow, was rewrite" in lines
    assert "what a person wrote" not in lines


def test_an_answer_is_not_shown_unless_the_scenario_says_so_nor_when_it_was_refused() -> None:
    assert "fine" not in "\n".join(report.played(played(heard=Heard(text="fine"), shows=()), 100))
    assert "fine" not in "\n".join(report.played(played(heard=Heard(text="fine", refused=True)), 100))


def test_a_call_of_a_tool_is_shown_with_its_arguments() -> None:
    call = Line(role="call", id="c", name="weather", arguments={"city": "Oslo"})
    assert report.answer(played(heard=Heard(calls=(call,)))) == "calls weather(city: Oslo)"


def test_decisions_are_grouped_gravest_first_with_the_last_of_each() -> None:
    graver = msgspec.structs.replace(played(heard=Heard(refused=True)), fact=WITHHELD)
    lines = [click.unstyle(line) for line in report.decisions([played(heard=Heard()), graver, graver], 100)]
    assert lines[0].split() == ["withhold", "jailbreak.pattern", "2", "times,", "last", "by", "librarian"]
    assert "Not here." in lines[1]
    assert lines[2].split() == ["de_2", "ac_1"]
    assert lines[3].split() == ["rewrite", "prompt_injection.in-tool-results", "once", "by", "librarian"]


@pytest.mark.parametrize(("text", "room", "told"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a\n b", 9, "a b")])
def test_a_text_is_cut_where_it_has_no_room(text: str, room: int, told: str) -> None:
    assert shortened(text, room) == told

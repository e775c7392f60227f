"""What the demo plays: the shipped scenario is sound, and a broken one is refused with the place."""

import random
from pathlib import Path
from string import Template

import pytest
import yaml

from seawall.app.demo.errors import ScenarioInvalid
from seawall.app.demo.inventions import NAMES, invent
from seawall.app.demo.scenario import SHIPPED, load
from seawall.screen import Screen
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Surface
from seawall.vocabulary.measures import Measure

SMALL = {
    "projects": {"service": {}},
    "people": {"baker": {"project": "service"}},
    "tools": {"weather": {"about": "Weather.", "parameters": {"city": "string"}, "assumed": {"city": "Oslo"}}},
    "conversations": [{"by": "baker", "about": "asks", "turns": [{"say": "What is flour?"}]}],
}


def written(folder: Path, **changed: object) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(yaml.safe_dump({**SMALL, **changed}))
    return path


def conversation(**changed: object) -> list[dict[str, object]]:
    return [{"by": "baker", "about": "asks", "turns": [{"say": "What is flour?"}], **changed}]


def test_the_shipped_scenario_speaks_both_apis_whole_and_streamed() -> None:
    scenario = load()
    assert len(scenario.conversations) >= 60
    assert len(scenario.people) >= 12
    ways = {(each.over, each.stream) for each in scenario.conversations}
    assert ways == {("chat", False), ("chat", True), ("messages", False), ("messages", True)}
    assert {each.by for each in scenario.conversations} == set(scenario.people)


def test_the_shipped_scenario_holds_nothing_that_looks_like_a_secret() -> None:
    found = Screen(deadline_s=30.0).match(SHIPPED.read_text("utf-8"), Surface.INPUT)
    assert not [each for each in found if each.category is Category.SECRETS]


def test_a_harmless_scenario_of_ones_own_loads(tmp_path: Path) -> None:
    scenario = load(written(tmp_path))
    assert scenario.conversations[0].turns[0].measures == (Measure.ALLOW,)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"conversations": []}, "$.conversations"),
        ({"people": {"baker": {"project": "nowhere"}}}, "there is no 'nowhere'; there are: service"),
        ({"conversations": conversation(by="nobody")}, "there is no 'nobody'; there are: baker"),
        ({"conversations": conversation(over="post")}, "Invalid enum value 'post' - at `$.conversations[0].over`"),
        ({"conversations": conversation(tool="saw")}, "there is no 'saw'; there are: weather"),
        ({"conversations": conversation(mood="good")}, "unknown field `mood` - at `$.conversations[0]`"),
        ({"conversations": conversation(turns=[])}, "$.conversations[0].turns"),
        ({"conversations": conversation(turns=[{}])}, "a turn says nothing"),
        ({"conversations": conversation(turns=[{"say": "a", "expects": "praise"}])}, "$.conversations[0].turns[0].exp"),
        ({"conversations": conversation(turns=[{"result": "a"}])}, "the conversation offers none"),
        ({"conversations": conversation(turns=[{"say": "my $riddle"}])}, "there is no 'riddle'; there are: cloud_key"),
        ({"conversations": conversation(turns=[{"say": "it costs 5$"}])}, "is written `$$`"),
        ({"history_of": "nobody"}, "history_of: there is no 'nobody'"),
    ],
)
def test_a_broken_scenario_is_refused_with_the_place(tmp_path: Path, changed: dict[str, object], told: str) -> None:
    path = written(tmp_path, **changed)
    with pytest.raises(ScenarioInvalid) as refused:
        load(path)
    assert told in refused.value.message
    assert str(path) in refused.value.message


def test_what_is_no_yaml_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text("people: [\n")
    with pytest.raises(ScenarioInvalid, match="line 2"):
        load(path)


def test_every_invented_secret_is_found_and_no_two_runs_invent_the_same() -> None:
    one, other = invent(random.Random(1)), invent(random.Random(2))
    screen = Screen(deadline_s=30.0)
    assert set(one) == set(NAMES)
    for name, secret in one.items():
        surface = Surface.OUTPUT if name == "card" else Surface.INPUT
        found = screen.match(Template("It is $it, I think.").substitute(it=secret), surface)
        assert {each.category for each in found} == {Category.PRIVACY if name == "card" else Category.SECRETS}, name
        assert other[name] != secret

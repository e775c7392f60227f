"""The scenario: who says what over which API, and what Seawall is expected to do about it.

It is data (`scenario.yaml`), in our own words: what stands for violations is mild. `$name` in a text is invented anew
for every run (`inventions.py`), so that nothing in the file looks like a real secret. Limits: one key for each project.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Annotated, Any, Literal

import msgspec
import yaml

from seawall.app.demo.errors import ScenarioInvalid
from seawall.app.demo.inventions import NAMES
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import State

SHIPPED = Path(__file__).with_name("scenario.yaml")
MODELS = {"messages": "small-messages", "chat": "small-chat"}
LONGEST_LABEL = 34
MIRROR = "mirror"
"""The name of a model that only repeats what it was sent."""

_Text = Annotated[str, msgspec.Meta(min_length=1)]
_Label = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_LABEL)]


class ProjectPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project and its settings, as `seawall projects create` takes them."""

    zero_retention: bool = False
    country: str = ""
    steer_share: float = 1.0
    appends_notices: bool = False


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who writes. The account is the project's key and this name."""

    project: _Text
    about: str = ""


class Tool(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tool that a conversation offers, and the arguments that are assumed when the model does not call it."""

    about: _Text
    parameters: dict[str, str]
    assumed: dict[str, str]


class Turn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request: what is said, or what a tool answered, and what is to come of it.

    `expects` is the measure, or several where chance decides. `because` is the rule behind it. `has` and `lacks` are
    about the text that comes back. `status` other than 200 is an error of the API.
    """

    say: str = ""
    result: str = ""
    expects: Measure | tuple[Measure, ...] = Measure.ALLOW
    because: str = ""
    status: int = 200
    banner: bool = False
    has: str = ""
    lacks: str = ""
    then: State | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Return the measures of which one is expected."""
        return self.expects if isinstance(self.expects, tuple) else (self.expects,)


class Conversation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some turns of one person over one API. `about` is what is shown of it; a text that violates never is."""

    by: _Text
    about: _Label
    turns: Annotated[tuple[Turn, ...], msgspec.Meta(min_length=1)]
    over: Literal["messages", "chat"] = "chat"
    stream: bool = False
    mirror: bool = False
    tool: str = ""
    shows: tuple[Literal["answer", "banner"], ...] = ()
    needs_banner: str = ""

    @property
    def model(self) -> str:
        """Return the model that is asked."""
        return MIRROR if self.mirror else MODELS[self.over]


class Moderation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text for `/v1/moderations`, and whether it is to be flagged."""

    by: _Text
    about: _Label
    text: _Text
    flagged: bool
    category: str = ""


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that the demo plays."""

    projects: dict[str, ProjectPlan]
    people: dict[str, Person]
    conversations: Annotated[tuple[Conversation, ...], msgspec.Meta(min_length=1)]
    tools: dict[str, Tool] = {}
    moderations: tuple[Moderation, ...] = ()
    history_of: str = ""


def load(path: Path = SHIPPED) -> Scenario:
    """Return the scenario of a file. Raises ScenarioInvalid."""
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScenarioInvalid(str(path), f"it is no YAML: {error}") from None
    try:
        scenario = msgspec.convert(raw, Scenario)
    except msgspec.ValidationError as error:
        raise ScenarioInvalid(str(path), str(error)) from None
    for place, what in _problems(scenario):
        raise ScenarioInvalid(f"{path}, {place}", what)
    return scenario


def _problems(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for name, person in scenario.people.items():
        yield from _unknown(f"people.{name}.project", person.project, scenario.projects)
    if scenario.history_of:
        yield from _unknown("history_of", scenario.history_of, scenario.people)
    for number, conversation in enumerate(scenario.conversations):
        place = f"conversations[{number}] ({conversation.about})"
        yield from _unknown(f"{place}.by", conversation.by, scenario.people)
        if conversation.tool:
            yield from _unknown(f"{place}.tool", conversation.tool, scenario.tools)
        for turn in conversation.turns:
            yield from _turn_problems(place, conversation, turn)
    for number, moderation in enumerate(scenario.moderations):
        yield from _unknown(f"moderations[{number}].by", moderation.by, scenario.people)


def _turn_problems(place: str, conversation: Conversation, turn: Turn) -> Iterator[tuple[str, str]]:
    if not (turn.say or turn.result):
        yield place, "a turn says nothing: give `say`, `result` or both."
    if turn.result and not conversation.tool:
        yield place, "a turn has the `result` of a tool, and the conversation offers none: give `tool`."
    for text in (turn.say, turn.result, turn.has, turn.lacks):
        for name in Template(text).get_identifiers():
            yield from _unknown(f"{place}, ${name}", name, NAMES)
        if not Template(text).is_valid():
            yield place, "a `$` that begins no name is written `$$`."


def _unknown(place: str, name: str, known: Mapping[str, Any] | tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if name not in known:
        yield place, f"there is no {name!r}; there are: {', '.join(known) or 'none'}."

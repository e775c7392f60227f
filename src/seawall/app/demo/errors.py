"""What keeps the demo from running, each with the next step."""

from pathlib import Path

from seawall.vocabulary.errors import InvalidInput, SeawallError


class SdkMissing(SeawallError):
    """An official SDK that the demo speaks through is not installed."""

    code = "demo.sdk_missing"

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"The demo speaks through the official SDKs, and {' and '.join(names)} cannot be found.",
            hint="In a clone: make setup. Elsewhere: pip install 'seawall[local]'",
        )


class ScenarioInvalid(InvalidInput):
    """The scenario cannot be played as it is written."""

    code = "demo.scenario_invalid"

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}", hint="docs/demo.md says what a conversation may state.")


class SetInvalid(InvalidInput):
    """A labelled set cannot be read."""

    code = "demo.set_invalid"

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"{place}: {what}",
            hint='One JSON object a line, {"text": "…", "labels": {"jailbreak": 1}}, plain or gzipped.',
        )


class NotStarted(SeawallError):
    """A process that the demo needs did not come up."""

    code = "demo.not_started"

    def __init__(self, name: str, why: str, log: Path) -> None:
        super().__init__(f"{name} did not start: {why or 'it said nothing'}.", hint=f"All that it said is in {log}.")


class NotSeen(SeawallError):
    """Something that Seawall should have written within seconds is not there."""

    code = "demo.not_seen"

    def __init__(self, what: str, log: Path) -> None:
        super().__init__(f"{what} did not appear in time.", hint=f"See {log}.")

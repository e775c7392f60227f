"""The results file: figures and what they were measured with, never a text. Pages of figures are made from it."""

from pathlib import Path
from typing import Any

import msgspec

from seawall.app.measuring.figures import Balanced, Measured
from seawall.app.measuring.policy import Refusals
from seawall.screen.measure import Bias
from seawall.vocabulary.errors import InvalidInput

_DIGITS = 4


class SetUsed(msgspec.Struct, frozen=True, kw_only=True):
    """One set: rows measured of rows held, the file's digest, and whether shipped weights have learned from it.

    `part` says which of its rows were drawn from: all, or those that training held out.
    """

    set: str
    rows: int
    of: int
    sha256: str
    seen: bool
    part: str = "all"


class Biased(msgspec.Struct, frozen=True, kw_only=True):
    """Bias by identity term of one classifier; terms with too few rows are left out, and counted."""

    set: str
    by: str
    terms: tuple[Bias, ...]
    left_out: int


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one run measured. `releases` names what `fast` and `both` tiers and the peers were.

    `longest_obfuscated` is the length of the longest text that was obfuscated; 0 is any.
    """

    measured_on: str
    machine: str
    seed: int
    most: int
    most_obfuscated: int
    longest_obfuscated: int = 0
    policy: str
    releases: dict[str, str]
    sets: tuple[SetUsed, ...] = ()
    figures: tuple[Measured, ...] = ()
    balanced: tuple[Balanced, ...] = ()
    refusals: tuple[Refusals, ...] = ()
    bias: tuple[Biased, ...] = ()


def read(path: Path) -> Results:
    """Read a results file. Raises InvalidInput."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Results)
    except (OSError, msgspec.MsgspecError) as error:
        raise InvalidInput(
            f"{path} is no results file: {error}.", hint="seawall bench screen --out writes one."
        ) from None


def write(path: Path, results: Results) -> None:
    """Write a results file, one figure a line, rounded so that a difference can be read."""
    told = _rounded(msgspec.to_builtins(results))
    lines = [f'"{name}": {_lines(value)}' for name, value in told.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return msgspec.json.encode(value).decode()
    return "[\n " + ",\n ".join(msgspec.json.encode(each).decode() for each in value) + "\n]"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value

"""Secrets that open nothing, made up for each run: no file of the project holds anything that looks like one."""

import random
import string
from collections.abc import Callable
from typing import Final

from stdnum import luhn

_LETTERS: Final = string.ascii_letters + string.digits


def _some(chance: random.Random, alphabet: str, count: int) -> str:
    return "".join(chance.choice(alphabet) for _ in range(count))


def _cloud_key(chance: random.Random) -> str:
    return "AK" + "IA" + _some(chance, string.ascii_uppercase + string.digits, 16)


def _code_token(chance: random.Random) -> str:
    return "gh" + "p_" + _some(chance, _LETTERS, 36)


def _database(chance: random.Random) -> str:
    return "postgresql" + "://" + "app:" + _some(chance, string.ascii_lowercase, 12) + "@db.example.org"


def _card(chance: random.Random) -> str:
    digits = "4000" + _some(chance, string.digits, 11)
    digits += luhn.calc_check_digit(digits)
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))


_MADE: Final[dict[str, Callable[[random.Random], str]]] = {
    "cloud_key": _cloud_key,
    "code_token": _code_token,
    "database": _database,
    "card": _card,
}
NAMES: Final = tuple(_MADE)


def invent(chance: random.Random) -> dict[str, str]:
    """Return one of each."""
    return {name: make(chance) for name, make in _MADE.items()}

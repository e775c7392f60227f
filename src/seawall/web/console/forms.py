"""Forms: their fields as values, what was entered, and what is wrong with it, in its place."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

import msgspec
from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from seawall.vocabulary.errors import SeawallError
from seawall.web.errors import BadFields

Model = TypeVar("Model", bound=BaseModel)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field. `kind` is that of an HTML input, or `area`, `tick`, `select` with `options` of value and label.

    `ticks` is several of its options, read with `Ticked`; `folder` is a directory of text files, read with `Uploaded`.
    `words` are others by which an error speaks of it.
    """

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    autocomplete: str = "off"
    longest: int = 200
    inputmode: str = ""
    words: tuple[str, ...] = ()


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong: in a field, or with the whole where `at` is empty."""

    message: str
    hint: str = ""
    at: str = ""


async def _entered(request: Request) -> Mapping[str, str]:
    given = await request.form()
    return {name: value for name, value in given.items() if isinstance(value, str)}


async def _ticked(request: Request) -> Mapping[str, tuple[str, ...]]:
    given = await request.form()
    return {name: tuple(each for each in given.getlist(name) if isinstance(each, str)) for name in given}


async def _uploaded(request: Request) -> Mapping[str, Mapping[str, bytes]]:
    found: dict[str, dict[str, bytes]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile) and value.filename:
            # Browsers give a file of a directory with the directory's name before it.
            inside = value.filename.replace("\\", "/").partition("/")[2] or value.filename
            found.setdefault(name, {})[inside] = await value.read()
    return found


Entered = Annotated[Mapping[str, str], Depends(_entered)]
Ticked = Annotated[Mapping[str, tuple[str, ...]], Depends(_ticked)]
Uploaded = Annotated[Mapping[str, Mapping[str, bytes]], Depends(_uploaded)]


def read(model: type[Model], values: Mapping[str, object]) -> Model:
    """Return what was entered as the API takes it. Raises BadFields, which never holds the value."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        told = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise BadFields("; ".join(told[:8]) + ".", hint="Correct it and send it again.") from None


def wrong(error: SeawallError, fields: tuple[Field, ...] = ()) -> Wrong:
    """Return what an error says, at the first field whose name or label it speaks of."""
    text = error.message.casefold()
    found = (each.name for each in fields if any(word.casefold() in text for word in _words(each)))
    return Wrong(message=error.message, hint=error.hint, at=next(found, ""))


def _words(field: Field) -> tuple[str, ...]:
    return (field.name, field.label, *field.words)

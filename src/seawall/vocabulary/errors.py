"""The one family of errors. HTTP, command line and console all show the same object."""

from typing import ClassVar


class SeawallError(Exception):
    """Something that a person can act on: a stable code, what happened with its values, and the next step."""

    code: ClassVar[str] = "seawall.error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def as_dict(self) -> dict[str, str]:
        """Return code, message and, where there is one, the hint."""
        shown = {"code": self.code, "message": self.message}
        return shown | {"hint": self.hint} if self.hint else shown


class NotFound(SeawallError):
    """No such thing is known here."""

    code, status = "seawall.not_found", 404


class InvalidInput(SeawallError):
    """What came in cannot be used as it is."""

    code, status = "seawall.invalid_input", 400


class Conflict(SeawallError):
    """The thing is in a state in which this cannot be done."""

    code, status = "seawall.conflict", 409

"""What can go wrong with an outgoing request. No message holds a credential, a body or a query."""

from seawall.vocabulary.errors import SeawallError


class NetError(SeawallError):
    """An outgoing request failed."""

    code, status = "net.failed", 502


class AddressRefused(NetError):
    """The address is not on the public internet and was not marked private."""

    code = "net.address_refused"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} leads to an address that is not on the public internet.",
            hint="If that is meant, mark the upstream as private.",
        )


class Unreachable(NetError):
    """No connection could be made."""

    code = "net.unreachable"


class TimedOut(NetError):
    """The other side took too long."""

    code, status = "net.timed_out", 504


class Cut(NetError):
    """The other side ended the connection too early."""

    code = "net.cut"


class TooLong(NetError):
    """The answer is longer than allowed."""

    code = "net.too_long"

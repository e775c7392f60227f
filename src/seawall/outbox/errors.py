"""What can go wrong with what leaves. No message holds a secret, an address of a person, or a body."""

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError


class NoSuchEndpoint(NotFound):
    """No endpoint has that id, or it was ended."""

    code = "outbox.no_such_endpoint"

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"There is no endpoint {endpoint!r} in use.", hint="`seawall webhooks list` shows all.")


class BadEndpoint(InvalidInput):
    """Events cannot go there."""

    code = "outbox.bad_endpoint"


class KeepsNothing(Conflict):
    """A project without retention sends nothing out."""

    code = "outbox.keeps_nothing"

    def __init__(self, project: str) -> None:
        super().__init__(
            f"Project {project} keeps nothing, so nothing of it leaves by webhook.",
            hint="Ask for its notices: GET /api/v1/notices",
        )


class NoSuchDelivery(NotFound):
    """No delivery has that id."""

    code = "outbox.no_such_delivery"

    def __init__(self, delivery: str) -> None:
        super().__init__(f"There is no delivery {delivery!r}.", hint="`seawall webhooks list --dead` shows dead ones.")


class NotTaken(SeawallError):
    """The other side did not take what was sent."""

    code, status = "outbox.not_taken", 502

    def __init__(self, host: str, answered: int) -> None:
        super().__init__(f"{host} answers {answered}.", hint="It is tried again.")
        self.answered = answered


class NoAddress(SeawallError):
    """Whoever is to be told by e-mail has no address."""

    code, status = "outbox.no_address", 503

    def __init__(self) -> None:
        super().__init__("Whoever is to be told has no address.", hint="It stands on their profile.")


class NoMail(SeawallError):
    """No mail server is set."""

    code, status = "outbox.no_mail", 503

    def __init__(self) -> None:
        super().__init__("No mail server is set.", hint="The setting `mail` names one: docs/outbox.md")

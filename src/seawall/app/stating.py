"""Wire statements of reasons: where they go, by the settings, and the job that sends them every hour."""

from datetime import UTC, datetime, time
from pathlib import Path

from seawall.app.instance import Instance
from seawall.app.settings import BadSettings, ReasonsSetting
from seawall.cases.reasons.authority import Authority, BadAuthority
from seawall.cases.reasons.sending import Sent, prepare, send_due
from seawall.store.jobs import Job
from seawall.vocabulary.errors import Conflict


class ReasonsOff(Conflict):
    """Statements of reasons are not sent here."""

    code = "reasons.off"

    def __init__(self) -> None:
        super().__init__("Statements of reasons are sent nowhere.", hint="Name `reasons` in seawall.toml.")


def authority(instance: Instance) -> Authority:
    """Return where statements go. Raises ReasonsOff, BadSettings."""
    held = _setting(instance)
    try:
        token = Path(held.token_file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        message = f"reasons: {held.token_file} cannot be read."
        raise BadSettings(message, hint="It holds the token, and nothing else.") from None
    made = Authority(base_url=held.base_url, token=token, production=held.production, private=held.private)
    try:
        return made.checked()
    except BadAuthority as error:
        raise BadSettings(f"reasons: {error.message}", hint=error.hint) from None


def since(instance: Instance) -> datetime | None:
    """Return from when on decisions are stated."""
    held = instance.settings.reasons
    return datetime.combine(held.since, time(), UTC) if held is not None and held.since is not None else None


def send(instance: Instance, *, by: str) -> Sent:
    """Prepare and send what is due. Raises ReasonsOff, BadSettings, and what `send_due` raises."""
    to = authority(instance)
    with instance.database().begin() as tx:
        prepare(tx, clock=instance.clock, since=since(instance))
    return send_due(instance.database(), to, by=by, record=instance.record, clock=instance.clock)


def reasons_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the job, where statements are to be sent. Raises BadSettings, so that nothing starts on wrong ones."""
    if instance.settings.reasons is None:
        return ()
    authority(instance)
    return (Job("reasons.send", lambda: send(instance, by="seawall"), every="17 * * * *"),)


def _setting(instance: Instance) -> ReasonsSetting:
    held = instance.settings.reasons
    if held is None:
        raise ReasonsOff
    return held

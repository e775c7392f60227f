"""The judges of a process, from the settings, with their credentials."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from seawall.app.settings import BadSettings, JudgeSetting, Settings
from seawall.net import GuardedClient
from seawall.screen.judges import BY_NAME, Contract, Judge
from seawall.vocabulary.clock import Clock


def judge(setting: JudgeSetting, client: GuardedClient, clock: Clock, environment: Mapping[str, str]) -> Judge:
    """Return the judge of a setting. Raises BadSettings."""
    known = BY_NAME.get(setting.format)
    if known is None:
        raise BadSettings(
            f"The judge {setting.name!r} has the format {setting.format!r}.", hint=f"Formats: {', '.join(BY_NAME)}."
        )
    if setting.wire is not None and setting.wire not in known.wires:
        hint = f"Possible: {', '.join(known.wires)}."
        raise BadSettings(f"The judge {setting.name!r} is to be asked over {setting.wire!r}.", hint=hint)
    if setting.credential_env and not environment.get(setting.credential_env):
        raise BadSettings(
            f"The judge {setting.name!r} needs the variable {setting.credential_env}, which is empty.",
            hint="Set it, or remove credential_env.",
        )
    fields = {name: getattr(setting, name) for name in Contract.__struct_fields__}
    return Judge(
        Contract(**fields), known, client, credential=environment.get(setting.credential_env or "", None), clock=clock
    )


def judges(settings: Settings, client: GuardedClient, clock: Clock) -> dict[str, Judge]:
    """Return the judges of the settings by name. Raises BadSettings."""
    found = {each.name: judge(each, client, clock, os.environ) for each in settings.judges}
    if len(found) < len(settings.judges):
        raise BadSettings("Two judges in the settings share a name.", hint="Every judge needs a name of its own.")
    return found


@asynccontextmanager
async def open_judges(settings: Settings, clock: Clock) -> AsyncIterator[dict[str, Judge]]:
    """Give the judges of the settings with a client of their own."""
    async with GuardedClient(connections=16) as client:
        yield judges(settings, client, clock)

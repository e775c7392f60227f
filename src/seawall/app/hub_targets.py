"""The targets of the hub, from the settings, with what opens them from the environment."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall.app.settings import BadSettings, Settings
from seawall.app.settings_out import DirectoryTarget, GitTarget, RsyncTarget, S3Target, TargetSetting
from seawall.hub.targets import S3, Directory, Git, Rsync, Target

if TYPE_CHECKING:
    from obstore.store import S3Store


def targets(settings: Settings, environment: Mapping[str, str]) -> dict[str, Target]:
    """Return the targets by name. Raises BadSettings, which names the target and the setting."""
    made = {each.name: _target(each, environment) for each in settings.hub_targets}
    if len(made) < len(settings.hub_targets):
        raise BadSettings("hub_targets: two targets share a name.", hint="Every target needs a name of its own.")
    return made


def _target(given: TargetSetting, environment: Mapping[str, str]) -> Target:
    match given:
        case DirectoryTarget():
            return Directory(name=given.name, path=Path(given.path))
        case RsyncTarget():
            return Rsync(name=given.name, to=given.to, shell=given.shell, within_s=given.within_s)
        case S3Target():
            keys = [_secret(given, each, environment) for each in ("access_key_env", "secret_key_env")]
            place = f"{given.bucket}/{given.prefix}".rstrip("/")
            keep = timedelta(days=given.keep_days)
            return S3(name=given.name, place=place, open=partial(_store, given, *keys), keep=keep)
        case GitTarget():
            token = _secret(given, "token_env", environment)
            if token and not given.repository.startswith("https://"):
                hint = "An address of another kind is opened by git's own ways: remove token_env."
                raise BadSettings(f"hub_targets: {given.name}: token_env opens https addresses alone.", hint=hint)
            return Git(
                name=given.name,
                repository=given.repository,
                branch=given.branch,
                user=given.user,
                token=token,
                email=given.email,
                within_s=given.within_s,
            )


def _secret(given: S3Target | GitTarget, setting: str, environment: Mapping[str, str]) -> str:
    variable = getattr(given, setting)
    if variable and not environment.get(variable):
        raise BadSettings(
            f"hub_targets: {given.name}: {setting} names the variable {variable}, which is empty.",
            hint=f"Set it, or remove {setting}.",
        )
    return environment[variable] if variable else ""


def _store(given: S3Target, access_key: str, secret_key: str) -> "S3Store":
    from obstore.store import S3Store

    config: dict[str, Any] = {"region": given.region}
    config |= {"endpoint": given.endpoint} if given.endpoint else {}
    config |= {"access_key_id": access_key} if access_key else {}
    config |= {"secret_access_key": secret_key} if secret_key else {}
    return S3Store(
        given.bucket,
        prefix=given.prefix or None,
        config=config,  # type: ignore[arg-type]
        client_options={"allow_http": given.endpoint.startswith("http://"), "timeout": timedelta(seconds=60)},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=60)},
    )

"""Settings of what leaves through programs and libraries of others: targets of the hub, alerts.

None of them holds a secret: each names the variable of the environment that does.
"""

from typing import Annotated

import msgspec

_Named = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
_Variable = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z_][A-Za-z0-9_]{0,99})?$")]
_Within = Annotated[float, msgspec.Meta(gt=0, le=86_400)]


class DirectoryTarget(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="directory", tag_field="kind"
):
    """A directory of this machine."""

    name: _Named
    path: Annotated[str, msgspec.Meta(pattern=r"^/[^\0]*[^/\0]$")]


class RsyncTarget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="rsync", tag_field="kind"):
    """A folder that rsync reaches: `/srv/www/hub` here, `host:/srv/www/hub` over `shell`."""

    name: _Named
    to: Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.@-]*:)?/[^\s:]*[^\s:/]$")]
    shell: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] = "ssh -o BatchMode=yes"
    within_s: _Within = 1800


class S3Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="s3", tag_field="kind"):
    """A bucket, or what of it begins with `prefix`. The variables name both halves of the access key.

    An edition keeps its own address for `keep_days` after the next one came.
    """

    name: _Named
    bucket: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]{1,62}$")]
    prefix: Annotated[str, msgspec.Meta(pattern=r"^([^/\s][^\s]*[^/\s]|[^/\s])?$")] = ""
    endpoint: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^/?#\s@]+)?$")] = ""
    region: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,40}$")] = "us-east-1"
    access_key_env: _Variable = ""
    secret_key_env: _Variable = ""
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 90


class GitTarget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="git", tag_field="kind"):
    """A branch of a repository. `token_env` names the variable with what opens an https address, for `user`."""

    name: _Named
    # No password in it: what opens it comes from the environment, or from git's own helpers.
    repository: Annotated[
        str, msgspec.Meta(pattern=r"^(https://[^\s@]+|ssh://\S+|/\S+|[A-Za-z0-9_][A-Za-z0-9_.-]*@[^\s:]+:\S+)$")
    ]
    branch: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_/-]{0,99}$")] = "hub"
    user: Annotated[str, msgspec.Meta(pattern=r"^[^\s:]{1,100}$")] = "git"
    token_env: _Variable = ""
    email: Annotated[str, msgspec.Meta(pattern=r"^[^\s<>]{1,200}$")] = "hub@localhost"
    within_s: _Within = 900


TargetSetting = DirectoryTarget | RsyncTarget | S3Target | GitTarget


class AlertsSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom evidence that runs out is told, in the form of apprise. `urls_env` names variables, each with one URL."""

    urls_env: tuple[Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")], ...]

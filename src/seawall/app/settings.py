"""The settings of an instance: one `seawall.toml` and `SEAWALL_*` variables, read once.

A variable wins over the file. An unknown key is an error that offers the nearest name.
"""

import difflib
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from seawall.app.settings_out import AlertsSetting, TargetSetting
from seawall.vocabulary.errors import InvalidInput

PREFIX = "SEAWALL_"
FILE = "seawall.toml"
# Variables that are read where they are used, and no settings.
ELSEWHERE = ("CONFIG", "DEBUG", "TOKEN")


class BadSettings(InvalidInput):
    """A setting is unknown or has a value that cannot be used."""

    code = "app.bad_settings"


class WitnessSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An outside witness of the ledger: where it is asked, its verifier key, whether that may be in a local net."""

    url: str
    key: str
    private: bool = False


class JudgeSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A judge: a safety model at an OpenAI-compatible endpoint. `credential_env` names the variable with its key."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    format: str
    model: str
    base_url: str
    wire: Literal["completions", "chat"] | None = None
    private: bool = False
    zero_retention: bool = False
    deadline_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 2.0
    calls_per_minute: Annotated[int, msgspec.Meta(ge=0)] = 120
    tokens_per_day: Annotated[int, msgspec.Meta(ge=0)] = 2_000_000
    precision: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    credential_env: str = ""


Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class ProviderSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An identity provider. `client_secret_env` names the variable with our secret there; none is a public client."""

    name: Name
    issuer: Annotated[str, msgspec.Meta(pattern=r"^https?://[^?#\s]+$")]
    client_id: Annotated[str, msgspec.Meta(min_length=1)]
    label: str = ""
    client_secret_env: str = ""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    group_claim: str = "groups"
    roles: dict[str, tuple[str, ...]] = {}
    email_domains: tuple[str, ...] = ()
    adds_unknown: bool = False
    ties_local: bool = False
    private: bool = False


class RetentionSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many days content of each class is kept; names, addresses and credentials until they are erased."""

    exchange: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30
    case: Annotated[int, msgspec.Meta(ge=30, le=3653)] = 730
    evidence: Annotated[int, msgspec.Meta(ge=365, le=7306)] = 2192


class AbuseSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When whoever keeps filing what is manifestly unfounded is warned, and then not heard for a while."""

    window_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] = 180
    at_least: Annotated[int, msgspec.Meta(ge=2, le=10_000)] = 5
    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    suspend_days: Annotated[int, msgspec.Meta(ge=1, le=366)] = 30


class MailSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """The mail server that letters are handed to. `security` is `starttls`, `tls`, or `none` on this machine itself."""

    host: Annotated[str, msgspec.Meta(min_length=1, max_length=253)]
    sender: Annotated[str, msgspec.Meta(pattern=r"^[^\r\n]+@[^\r\n]+$", max_length=320)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    private: bool = False
    authority_file: str = ""


class ReasonsSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where statements of reasons are sent. `token_file` holds our token; `since` leaves earlier decisions out."""

    base_url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^?#\s]+$")]
    token_file: Annotated[str, msgspec.Meta(min_length=1)]
    production: bool = False
    private: bool = False
    since: date | None = None


Seconds = Annotated[float, msgspec.Meta(gt=0, le=31_536_000)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting with its default."""

    data_dir: Annotated[str, msgspec.Meta(min_length=1)] = "seawall-data"
    database_url: str = ""
    host: Annotated[str, msgspec.Meta(min_length=1)] = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8700
    public_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^/?#\s]+/?)?$")] = ""
    gateways: Annotated[int, msgspec.Meta(ge=1, le=256)] = 1
    ledger_origin: str = "localhost/seawall"
    ledger_release_after_s: Annotated[float, msgspec.Meta(ge=0, le=31_536_000)] = 3600.0
    ledger_witnesses: tuple[WitnessSetting, ...] = ()
    batch_every_s: Seconds = 2.0
    body_limit: Annotated[int, msgspec.Meta(ge=1024, le=2**31)] = 32 * 1024 * 1024
    connect_timeout_s: Seconds = 5.0
    classifiers: bool = True
    accurate_workers: Annotated[int, msgspec.Meta(ge=0, le=64)] = 1
    accurate_waiting: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 64
    accurate_deadline_s: Seconds = 0.5
    judges: tuple[JudgeSetting, ...] = ()
    rights_dir: str = ""
    cases_rules: str = ""
    legal_smallest_cell: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5
    legal_notice_days: Annotated[int, msgspec.Meta(ge=0, le=90)] = 7
    reasons: ReasonsSetting | None = None
    commitments_dir: str = ""
    host_recovery: bool = True
    identity_providers: tuple[ProviderSetting, ...] = ()
    sign_ins_per_minute: Annotated[float, msgspec.Meta(gt=0, le=100_000)] = 30.0
    sign_in_burst: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 30
    proxies: tuple[str, ...] = ()
    portal_per_minute: Annotated[float, msgspec.Meta(gt=0, le=100_000)] = 60.0
    reports_per_hour: Annotated[float, msgspec.Meta(gt=0, le=100_000)] = 10.0
    abuse: AbuseSetting = AbuseSetting()
    mail: MailSetting | None = None
    retention: RetentionSetting = RetentionSetting()
    backups_kept_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 35
    hub_name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)] = "Seawall"
    hub_language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en"
    register_language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en"
    hub_contacts: tuple[str, ...] = ()
    hub_targets: tuple[TargetSetting, ...] = ()
    alerts: AlertsSetting | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"


EXPLAINED = {
    "data_dir": "where everything is kept: the embedded database, the keystore, the ledger's files",
    "database_url": "a PostgreSQL of your own; empty starts the embedded one",
    "host": "address on which the gateway listens",
    "port": "port of the gateway",
    "public_url": "where browsers reach Seawall; empty is http://localhost and the port. Passkeys hold for its host",
    "gateways": "gateway processes that `seawall up` starts; they share the port",
    "ledger_origin": "name of the ledger: a host name and path that you own",
    "ledger_release_after_s": "after how many seconds bodies of public records are released",
    "ledger_witnesses": "outside witnesses, each with `url`, `key` and, in a local net, `private` (file only)",
    "batch_every_s": "how often exchanges are batched and the ledger is published, in seconds",
    "body_limit": "longest request and answer, in bytes",
    "connect_timeout_s": "how long a connection to an upstream may take to be made, in seconds",
    "classifiers": "whether the linear classifier runs (its rules are in monitor mode by default)",
    "accurate_workers": "threads of the accurate tier in each gateway process; 0 leaves it out",
    "accurate_waiting": "how many texts may wait for the accurate tier; more are findings of failure",
    "accurate_deadline_s": "after how many seconds an answer of the accurate tier is too late",
    "judges": "safety models that are asked, see docs/screen.md (file only)",
    "rights_dir": "a directory of Cedar policies that replace or add roles; empty keeps those of Seawall",
    "cases_rules": "a YAML file that replaces the routing rules of cases, see docs/cases.md; empty keeps Seawall's",
    "legal_smallest_cell": "smallest number of legal requests that is published; smaller ones are left out",
    "legal_notice_days": "days between telling people of a legal request and giving anything for it",
    "reasons": "where statements of reasons are sent, see docs/metrics.md (file only); none sends nothing",
    "commitments_dir": "a directory laid over the register of commitments, see docs/commitments.md; empty lays nothing",
    "host_recovery": "whether commands on the host may do what takes a passkey or others; each use is recorded as such",
    "identity_providers": "who may say who people are, by OpenID Connect, see docs/access.md (file only)",
    "sign_ins_per_minute": "attempts to sign in that an address gets back each minute",
    "sign_in_burst": "attempts to sign in that an address has at first",
    "proxies": "networks of your proxies, whose X-Forwarded-For is believed, such as 10.0.0.0/8 (file only)",
    "portal_per_minute": "pages of the portal that an address gets each minute, and at first",
    "reports_per_hour": "reports on the portal that an address gets each hour, and at first",
    "abuse": "when unfounded filing is warned of and not processed: `window_days`, `at_least`, `share`, `suspend_days`",
    "mail": "a mail server: `host`, `port`, `from`, `security`, `user`, `password_file`, `private`, `authority_file`",
    "retention": "days that content is kept: `exchange` 1-365, `case` 30-3653, `evidence` 365-7306 (file only)",
    "backups_kept_days": "for how many days you keep backups; privacy answers say by when they are gone",
    "hub_name": "whose transparency hub it is, as its pages say",
    "hub_language": "language of the hub's own words, where there is a catalogue; English otherwise",
    "register_language": "language of the register's practices and commitments; the one that is shipped is in English",
    "hub_contacts": "e-mail addresses that may stand in what the hub publishes; any other holds it back (file only)",
    "hub_targets": "where else editions go: `directory`, `rsync`, `s3`, `git`, see docs/hub.md (file only)",
    "alerts": "whom evidence that runs out is told, see docs/commitments.md (file only); none tells only the log",
    "log_level": "debug, info, warning or error",
}


def read(environment: Mapping[str, str], folder: Path) -> Settings:
    """Return the settings of a working directory and environment. Raises BadSettings."""
    named = environment.get(PREFIX + "CONFIG")
    path = Path(named) if named else folder / FILE
    given = _file(path, must_exist=bool(named))
    stated = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in ELSEWHERE
    }
    _known(stated, "the environment", PREFIX)
    # Each is checked by itself, so that an error names where it stands.
    _convert(given, str(path), strict=True)
    _convert(stated, "the environment", PREFIX, strict=False)
    return _convert({**given, **stated}, "the settings", strict=False)


def _file(path: Path, *, must_exist: bool) -> dict[str, Any]:
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if must_exist:
            raise BadSettings(f"{path} does not exist.", hint=f"{PREFIX}CONFIG names it.") from None
        return {}
    except OSError as error:
        raise BadSettings(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path}: {error}.", hint="It is a TOML file: name = value, one a line.") from None
    _known(given, str(path))
    return given


def _known(given: Mapping[str, Any], where: str, prefix: str = "") -> None:
    for name in given:
        if name not in Settings.__struct_fields__:
            near = difflib.get_close_matches(name, Settings.__struct_fields__, 1, 0.5)
            shown = [prefix + each.upper() if prefix else each for each in (name, *near)]
            hint = f"Did you mean {shown[1]}?" if near else "`docs/generated/settings.md` lists all."
            raise BadSettings(f"{where}: there is no setting {shown[0]}.", hint=hint)


def _convert(given: Mapping[str, Any], where: str, prefix: str = "", *, strict: bool) -> Settings:
    try:
        return msgspec.convert(dict(given), Settings, strict=strict)
    except msgspec.ValidationError as error:
        told, _, place = str(error).partition(" - at `$")
        name = place.strip("`.")
        shown = f"{prefix}{name.upper()}" if prefix else name
        raise BadSettings(
            f"{where}: {shown}: {told}.", hint="`docs/generated/settings.md` shows what each takes."
        ) from None


def settings_table() -> str:
    """Return the page that lists every setting."""
    lines = ["# Settings", "", "One `seawall.toml` in the working directory, or `SEAWALL_<NAME>`, which wins.", ""]
    lines += ["| name | default | what it is |", "|---|---|---|"]
    defaults = Settings()
    for name in Settings.__struct_fields__:
        default = getattr(defaults, name)
        lines.append(f"| `{name}` | `{default!r}` | {EXPLAINED[name]} |")
    return "\n".join(lines) + "\n"

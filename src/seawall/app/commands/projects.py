"""`seawall projects`: make and change projects, map models to upstreams."""

import os
from typing import Any

import click
import msgspec

from seawall.access import Project, Upstream
from seawall.access import projects as rooms
from seawall.app.commands.declared import offered, reach, reach_page
from seawall.app.commands.options import BY, JSON, Command, instance, paged, say, say_page
from seawall.app.remote import Remote, path


def _options(command: Command) -> Command:
    return BY(JSON(command))


def _settings(command: Command) -> Command:
    for option in (
        click.option("--zero-retention/--keep", default=None, help="Whether nothing of the content is written."),
        click.option(
            "--images/--no-images", "images_allowed", default=None, help="Whether images may pass unscreened."
        ),
        click.option(
            "--append-notices/--no-append-notices", "appends_notices", default=None, help="Notices in the text too."
        ),
        click.option("--steer-share", type=float, default=None, help="Share of exchanges that are steered, 0 to 1."),
        click.option("--country", default=None, help="Two letters; decides which banners apply."),
    ):
        command = option(command)
    return command


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Where a model's name leads, without the credential."""

    name: str
    api: str
    base_url: str
    model: str
    timeout_s: float
    retries: int
    private: bool
    limit_field: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A project as it is shown."""

    id: str
    name: str
    zero_retention: bool
    images_allowed: bool
    appends_notices: bool
    steer_share: float
    country: str
    models: dict[str, Model]


def _shown(project: Project) -> Shown:
    return msgspec.convert(msgspec.to_builtins(project), Shown)


def _told(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"models": {each["name"]: each for each in found["models"]}}


def _given(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


@click.group()
def projects() -> None:
    """Projects and the models that they may use."""


@projects.command()
@offered("project.change", zero_retention="project.stop_keeping")
@click.argument("name")
@_settings
@_options
def create(name: str, by: str, as_json: bool, **settings: Any) -> None:
    """Make a project NAME."""
    here, given = instance(), _given(settings)

    def api(there: Remote) -> Any:
        if given.get("zero_retention"):
            raise click.UsageError(
                f"Others agree to zero retention. Make {name!r} without, then: "
                f"seawall projects set {name} --zero-retention"
            )
        return _told(there.call("POST", path("projects"), {"name": name} | given))

    made = reach(
        Shown,
        api=api,
        host=lambda tx: _shown(rooms.create(tx, name, by=by, record=here.record, clock=here.clock, **given)),
    )
    say(made, as_json, f"{name} is made ({made.id}). Next: seawall projects model-add {name} MODEL --base-url …")


@projects.command("set")
@offered("project.change", zero_retention="project.stop_keeping")
@click.argument("name")
@_settings
@_options
def set_(name: str, by: str, as_json: bool, **settings: Any) -> None:
    """Change settings of project NAME."""
    here, given = instance(), _given(settings)

    def api(there: Remote) -> Any:
        if not given.get("zero_retention"):
            return _told(there.call("PATCH", path("projects", name), given))
        if len(given) > 1:
            raise click.UsageError("Others agree to zero retention: give --zero-retention alone.")
        return there.do("project.stop_keeping", project=name)

    changed = reach(Shown, api=api, host=lambda tx: _shown(rooms.change(tx, name, by=by, record=here.record, **given)))
    say(changed, as_json, f"{name} is changed.")


@projects.command("list")
@offered("project.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List projects by name: name, id, whether content is kept, models."""
    found = reach_page(
        Shown,
        api=lambda there: list(map(_told, there.pages(path("projects"), "projects", after=after, limit=limit))),
        host=lambda tx: list(map(_shown, rooms.every(tx))),
        name=lambda each: each.id,
        after=after,
        limit=limit,
    )
    nothing = "There is no project yet. Make one: seawall projects create NAME"
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda each: each.id)


def _line(project: Shown) -> str:
    kept = "zero retention" if project.zero_retention else "kept"
    return f"{project.name}  {project.id}  {kept}  {', '.join(project.models) or 'no models'}"


@projects.command()
@offered("project.read", reads=True)
@click.argument("name")
@JSON
def show(name: str, as_json: bool) -> None:
    """Show project NAME with its settings and models, without credentials."""
    found = reach(
        Shown,
        api=lambda there: _told(there.call("GET", path("projects", name))),
        host=lambda tx: _shown(rooms.find(tx, name)),
    )
    models = [
        f"  {model.name} leads to {model.model} at {model.base_url} ({model.api})" for model in found.models.values()
    ]
    fields = [field for field in found.__struct_fields__ if field not in ("id", "name", "models")]
    settings = [f"  {field}: {getattr(found, field)}" for field in fields]
    say(found, as_json, f"{found.name}  {found.id}", *settings, *models)


@projects.command()
@offered("project.change")
@click.argument("name")
@click.confirmation_option(prompt="Archive the project? Its keys stop working.")
@_options
def archive(name: str, by: str, as_json: bool) -> None:
    """End project NAME; its keys stop working, its records stay."""
    here = instance()

    def api(there: Remote) -> Any:
        ends = there.call("GET", path("projects", name))
        there.call("DELETE", path("projects", name))
        return _told(ends)

    gone = reach(
        Shown,
        api=api,
        host=lambda tx: _shown(rooms.archive(tx, name, by=by, record=here.record, clock=here.clock)),
    )
    say(gone, as_json, f"{name} is archived.")


@projects.command("model-add")
@offered("model.grant_access")
@click.argument("name")
@click.argument("model")
@click.option(
    "--api", type=click.Choice(["messages", "chat"]), default="chat", show_default=True, help="What it speaks."
)
@click.option("--base-url", required=True, help="Up to, not including, /v1.")
@click.option("--upstream-model", default=None, help="Its name upstream; MODEL by default.")
@click.option("--timeout", "timeout_s", default=120.0, show_default=True, help="Seconds between two signs of life.")
@click.option("--retries", default=1, show_default=True, help="How often it is asked again, at most 5 times.")
@click.option("--private", is_flag=True, help="The address is not on the public internet, and that is meant.")
@click.option(
    "--limit-field",
    type=click.Choice(["max_tokens", "max_completion_tokens"]),
    default="max_tokens",
    show_default=True,
    help="What requests of the other API have as their limit of tokens; newer models want the second.",
)
@click.option("--credential-env", default=None, help="Variable that holds the credential, so that no history keeps it.")
@_options
def model_add(
    name: str,
    model: str,
    upstream_model: str | None,
    credential_env: str | None,
    by: str,
    as_json: bool,
    **upstream: Any,
) -> None:
    """Lead MODEL of project NAME to an upstream."""
    here, credential = instance(), _credential(credential_env)
    given = Upstream(name=model, model=upstream_model or model, credential=credential, **upstream)

    def host(tx: Any) -> Shown:
        rooms.set_model(tx, name, given, seal=here.seal, by=by, record=here.record)
        return _shown(rooms.find(tx, name))

    found = reach(Shown, api=lambda there: there.do("model.grant_access", **_asked(name, given)), host=host)
    say(found, as_json, f"{model} of {name} leads to {given.base_url}.")


def _credential(variable: str | None) -> str | None:
    if variable is not None and not os.environ.get(variable):
        raise click.UsageError(f"The variable {variable} is empty.")
    return os.environ[variable] if variable else None


def _asked(project: str, given: Upstream) -> dict[str, Any]:
    """Return what others are asked for. The credential is handed in by itself, and sealed before anybody is asked."""
    told = msgspec.structs.asdict(given) | {"project": project, "timeout_s": int(given.timeout_s)}
    secret = told.pop("credential")
    return told | ({} if secret is None else {"secret": secret})


@projects.command("model-remove")
@offered("project.change")
@click.argument("name")
@click.argument("model")
@_options
def model_remove(name: str, model: str, by: str, as_json: bool) -> None:
    """Take MODEL away from project NAME."""
    here = instance()

    def host(tx: Any) -> Shown:
        rooms.remove_model(tx, name, model, by=by, record=here.record)
        return _shown(rooms.find(tx, name))

    found = reach(
        Shown,
        api=lambda there: _told(there.call("DELETE", path("projects", name, "models", model))),
        host=host,
    )
    say(found, as_json, f"{model} is taken away from {name}.")

"""`seawall projects`: make and change projects, map models to upstreams."""

from typing import Any

import click
import msgspec

from seawall.access import Project, Upstream
from seawall.access import projects as rooms
from seawall.app.commands.declared import acted, needs
from seawall.app.commands.options import BY, JSON, Command, instance, page, paged, say, say_page


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


def _shown(project: Project) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(project)
    for model in told["models"].values():
        del model["credential"]
    return told


def _say(project: Project, as_json: bool, sentence: str) -> None:
    say(_shown(project), as_json, sentence)


def _given(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


@click.group()
def projects() -> None:
    """Projects and the models that they may use."""


@projects.command()
@needs("project.change", zero_retention="project.stop_keeping")
@click.argument("name")
@_settings
@_options
def create(name: str, by: str, as_json: bool, **settings: Any) -> None:
    """Make a project NAME."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        made = rooms.create(tx, name, by=by, record=here.record, clock=here.clock, **_given(settings))
    _say(made, as_json, f"{name} is made ({made.id}). Next: seawall projects model-add {name} MODEL --base-url …")


@projects.command("set")
@needs("project.change", zero_retention="project.stop_keeping")
@click.argument("name")
@_settings
@_options
def set_(name: str, by: str, as_json: bool, **settings: Any) -> None:
    """Change settings of project NAME."""
    here = instance()
    with here.database().begin() as tx:
        acted(tx, by)
        changed = rooms.change(tx, name, by=by, record=here.record, **_given(settings))
    _say(changed, as_json, f"{name} is changed.")


@projects.command("list")
@needs("project.read")
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List projects by name: name, id, whether content is kept, models."""
    with instance().database().begin() as tx:
        found = [_shown(project) for project in page(rooms.every(tx), lambda each: each.name, after, limit)]
    nothing = "There is no project yet. Make one: seawall projects create NAME"
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda each: str(each["name"]))


def _line(project: dict[str, Any]) -> str:
    kept = "zero retention" if project["zero_retention"] else "kept"
    return f"{project['name']}  {project['id']}  {kept}  {', '.join(project['models']) or 'no models'}"


@projects.command()
@needs("project.read")
@click.argument("name")
@JSON
def show(name: str, as_json: bool) -> None:
    """Show project NAME with its settings and models, without credentials."""
    with instance().database().begin() as tx:
        found = _shown(rooms.find(tx, name))
    models = [
        f"  {model['name']} leads to {model['model']} at {model['base_url']} ({model['api']})"
        for model in found["models"].values()
    ]
    settings = [f"  {field}: {value}" for field, value in found.items() if field not in ("id", "name", "models")]
    say(found, as_json, f"{found['name']}  {found['id']}", *settings, *models)


@projects.command()
@needs("project.change")
@click.argument("name")
@click.confirmation_option(prompt="Archive the project? Its keys stop working.")
@_options
def archive(name: str, by: str, as_json: bool) -> None:
    """End project NAME; its keys stop working, its records stay."""
    here = instance()
    with here.database().begin() as tx:
        gone = rooms.archive(tx, name, by=by, record=here.record, clock=here.clock)
    _say(gone, as_json, f"{name} is archived.")


@projects.command("model-add")
@needs("model.grant_access")
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
    import os

    here = instance()
    if credential_env is not None and not os.environ.get(credential_env):
        raise click.UsageError(f"The variable {credential_env} is empty.")
    credential = os.environ[credential_env] if credential_env else None
    given = Upstream(name=model, model=upstream_model or model, credential=credential, **upstream)
    with here.database().begin() as tx:
        acted(tx, by)
        rooms.set_model(tx, name, given, seal=here.seal, by=by, record=here.record)
        found = rooms.find(tx, name)
    _say(found, as_json, f"{model} of {name} leads to {given.base_url}.")


@projects.command("model-remove")
@needs("project.change")
@click.argument("name")
@click.argument("model")
@_options
def model_remove(name: str, model: str, by: str, as_json: bool) -> None:
    """Take MODEL away from project NAME."""
    here = instance()
    with here.database().begin() as tx:
        rooms.remove_model(tx, name, model, by=by, record=here.record)
        found = rooms.find(tx, name)
    _say(found, as_json, f"{model} is taken away from {name}.")

"""The command line. Commands are imported when they are used, so that `--help` is quick."""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from seawall.app.settings import Settings

_COMMANDS = {
    "up": ("processes", "Run everything: gateway, pages, worker, ledger."),
    "gateway": ("processes", "Run a gateway process alone."),
    "web": ("processes", "Run the console and the JSON API alone."),
    "work": ("processes", "Run a worker alone: jobs, batches, the ledger."),
    "demo": ("demo", "Show the whole path with a small model on this machine."),
    "projects": ("projects", "Projects and the models that they may use."),
    "organisations": ("organisations", "Organisations: whose projects are, who is banned."),
    "keys": ("keys", "Keys of projects."),
    "people": ("people", "People and service accounts: who there is, their roles, their sessions."),
    "directories": ("directories", "Directories: what provisions people by SCIM, its tokens, the roles of its groups."),
    "tokens": ("tokens", "Tokens of service accounts: make, list, end."),
    "sign-in": ("sign_in", "Sign in at a server, as a person."),
    "sign-out": ("sign_in", "Sign out at a server."),
    "whoami": ("sign_in", "Say as whom this command line acts at a server."),
    "access": ("access", "Rights: who may do what, and why."),
    "waiting": ("waiting", "What waits for you: votes, alarms, what to confirm; signed in, over the API."),
    "approvals": ("approvals", "Ask others to agree, agree, and do it; signed in, over the API."),
    "recertify": ("recertify", "Grants: who still needs what; what nobody confirms is withdrawn."),
    "testers": ("testers", "Outside testers: engagements, people, keys, statements."),
    "privacy": ("privacy", "Privacy requests: export, correction, deletion, opting out; how long content is kept."),
    "policy": ("policy", "Usage policies: check, publish, compare, try."),
    "screen": ("screen", "Screen a text or a file, and say why; releases of classifiers; labels."),
    "bench": ("bench", "Measure: how good the classifiers and judges are."),
    "cases": ("cases", "Cases: what people settle; queues, rulings, appeals, routing rules."),
    "investigations": ("investigations", "Investigations: search across accounts, with a trail."),
    "rescreen": ("rescreen", "Screen the past again, see what would change, open cases."),
    "notices": ("notices", "Notices to people: what waits, what could not be delivered."),
    "filers": ("filers", "Whoever keeps filing what is manifestly unfounded."),
    "webhooks": ("webhooks", "Webhooks: where events go to, what was not taken."),
    "legal": ("legal", "Requests of authorities and courts: review, preserve, answer, count."),
    "commitments": ("commitments", "Commitments: what is promised, what shows that it is kept, what is due."),
    "activities": ("activities", "Activities: what people did for a practice; record, list, import, withdraw."),
    "feedback": ("feedback", "Feedback on commitments: what people say of them, and the answers."),
    "accounts": ("accounts", "Accounts: where they stand and why."),
    "rules": ("rules", "Rules about accounts: check, try on the past, watch, let act."),
    "releases": ("releases", "Releases of models: propose, sign off with others, refuse, withdraw."),
    "metrics": ("metrics", "The public numbers: show, close, export, verify."),
    "reasons": ("reasons", "Statements of reasons for the DSA Transparency Database."),
    "audit": ("audit", "Records: find them, take them out, let them flow to other systems."),
    "hub": ("hub", "The transparency hub: build, publish and verify it; documents for the public."),
    "ledger": ("ledger", "The ledger: verify it, prove from it."),
    "vault": ("vault", "Content that can be erased: hold, release, erase, rotate keys."),
    "secrets": ("secrets", "Keys of the installation: show, rotate, retire."),
    "jobs": ("jobs", "Work in the background: what waits, what failed."),
}


class _Lazy(click.Group):
    """A group whose commands are known by name and imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"seawall.app.commands.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib

        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _COMMANDS, 1)
            ctx.fail(f"There is no command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"seawall {version('seawall')}")
        ctx.exit()


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Safeguards and accountability for organisations that develop or deploy AI models.

    Settings come from seawall.toml in this directory and from SEAWALL_* variables.
    """
    from seawall.app.instance import Instance

    instance = ctx.obj = Instance(_settings)
    ctx.call_on_close(instance.close)


def _settings() -> "Settings":
    from seawall.app import settings

    return settings.read(os.environ, Path.cwd())


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line. Whatever goes wrong is told as a sentence, or with --json as an object, and a status."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        status = cli.main(given, prog_name="seawall", standalone_mode=False)
    except click.Abort:
        click.echo("Stopped.", err=True)
        status = 130
    except Exception as error:
        if os.environ.get("SEAWALL_DEBUG"):
            raise
        status = _tell(error, as_json="--json" in given)
    sys.exit(status if isinstance(status, int) else 0)


def _tell(error: Exception, *, as_json: bool) -> int:
    """Tell of an error and return the exit status: 2 for a command that was written wrongly, 1 for the rest."""
    from seawall.app.complaints import complaint

    known = complaint(error)
    if as_json:
        click.echo(json.dumps({"error": known.as_dict()}))
    elif isinstance(error, click.ClickException):
        error.show()
    else:
        click.echo(f"Error: {known.message}" + (f"\n  {known.hint}" if known.hint else ""), err=True)
    return error.exit_code if isinstance(error, click.ClickException) else 1

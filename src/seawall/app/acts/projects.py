"""What others must agree to about projects: keys and projects that keep nothing, and access to a model.

Giving a project access to a model is leading a model's name to an upstream: there is no other access to models yet.
A credential that is handed in lies sealed in the vault before anybody is asked; approvers see that there is one.
"""

from typing import Annotated

import msgspec

from seawall.access import Upstream, keys, projects
from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.model import Api, LimitField, Project
from seawall.access.rights import Resource
from seawall.app.instance import Instance
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId, PersonId, ProjectId

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class KeyWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key of a project (its id or name) under a name."""

    project: str
    name: Name


class ProjectNamed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project, by its id or name."""

    project: str


class Mapped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model's name in a project and where it leads. `credential` is an item of the vault, or none."""

    project: str
    name: Name
    api: Api
    base_url: str
    model: Name
    timeout_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 120
    retries: Annotated[int, msgspec.Meta(ge=0, le=5)] = 1
    private: bool = False
    limit_field: LimitField = "max_tokens"
    credential: str | None = None


class MappedWithSecret(Mapped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, with the credential itself as `secret`."""

    secret: str


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the acts."""
    return (_key(instance), _stop_keeping(instance), _model(instance))


def _key(instance: Instance) -> Act:
    def carry_out(tx: Transaction, by: PersonId, given: KeyWanted) -> Given:
        key, secret = keys.create_key(
            tx, given.project, given.name, zero_retention=True, by=by, record=instance.record, clock=instance.clock
        )
        return {"key": key, "secret": secret}

    def says(tx: Transaction, given: KeyWanted) -> str:
        project = projects.find(tx, given.project)
        return (
            f"Makes a key {given.name!r} of project {project.name!r}. Nothing that comes with it is kept: no content, "
            "no digest of it, no findings' places. Its secret is shown once, to whoever asks for this."
        )

    return Act(action="key.create_zero_retention", takes=KeyWanted, about=_project, says=says, carry_out=carry_out)


def _stop_keeping(instance: Instance) -> Act:
    def carry_out(tx: Transaction, by: PersonId, given: ProjectNamed) -> Given:
        made = projects.change(tx, given.project, by=by, record=instance.record, zero_retention=True)
        return {"project": made.id, "zero_retention": made.zero_retention}

    def says(tx: Transaction, given: ProjectNamed) -> str:
        name = projects.find(tx, given.project).name
        return f"Lets project {name!r} keep nothing of what comes with its keys, but for those that say otherwise."

    return Act(action="project.stop_keeping", takes=ProjectNamed, about=_project, says=says, carry_out=carry_out)


def _model(instance: Instance) -> Act:
    def staged(tx: Transaction, given: MappedWithSecret) -> Mapped:
        project = projects.find(tx, given.project)
        fields = {name: getattr(given, name) for name in Mapped.__struct_fields__}
        return Mapped(**fields | {"credential": instance.seal(tx, given.secret, project.id)})

    def about(tx: Transaction, given: Mapped) -> Resource:
        project = projects.find(tx, given.project)
        projects.check_upstream(_upstream(given))
        if given.credential is not None:
            instance.vault().check_owned(tx, ItemId(given.credential), project.id)
        return Resource(kind="Model", id=f"{project.id}/{given.name}")

    def carry_out(tx: Transaction, by: PersonId, given: Mapped) -> Given:
        def sealed(tx: Transaction, credential: str, project: ProjectId) -> ItemId:
            return ItemId(credential)  # it was sealed when it was handed in

        projects.set_model(tx, given.project, _upstream(given), seal=sealed, by=by, record=instance.record)
        return {"project": given.project, "model": given.name}

    return Act(
        action="model.grant_access",
        takes=Mapped,
        about=about,
        says=_model_says,
        carry_out=carry_out,
        hands_in=MappedWithSecret,
        staged=staged,
    )


def _model_says(tx: Transaction, given: Mapped) -> str:
    project = projects.find(tx, given.project)
    credential = "a credential that is sealed" if given.credential else "no credential"
    inside = ", an address that need not be on the public internet" if given.private else ""
    instead = f" It replaces what {given.name!r} leads to now." if given.name in project.models else ""
    return (
        f"Gives project {project.name!r} access to {given.model!r} at {given.base_url}{inside} under the name "
        f"{given.name!r}, with {credential}.{instead}"
    )


def _project(tx: Transaction, given: KeyWanted | ProjectNamed) -> Resource:
    found: Project = projects.find(tx, given.project)
    return Resource(kind="Project", id=found.id)


def _upstream(given: Mapped) -> Upstream:
    return Upstream(
        name=given.name,
        api=given.api,
        base_url=given.base_url,
        model=given.model,
        timeout_s=float(given.timeout_s),
        retries=given.retries,
        private=given.private,
        limit_field=given.limit_field,
        credential=given.credential,
    )

"""A policy comes into force as it was agreed to, or not at all."""

import shutil
from pathlib import Path

import pytest

from seawall.access.approvals.acts import BadParameters
from seawall.access.approvals.model import NotEligible
from seawall.policy import DEFAULT, publishing
from seawall.policy.problems import PolicyMoved
from seawall.vocabulary.errors import SeawallError
from tests.app.office import PUBLISH, Office


def _policy(folder: Path, *more: str) -> dict[str, str]:
    shutil.copytree(DEFAULT, folder)
    (folder / "policy.yaml").write_text((folder / "policy.yaml").read_text() + "".join(more))
    files = [each for each in folder.rglob("*.yaml") if each.is_file()]
    return {each.relative_to(folder).as_posix(): each.read_text() for each in files}


def test_a_policy_comes_into_force_exactly_as_it_was_agreed_to(office: Office, tmp_path: Path) -> None:
    request = office.ask(PUBLISH, {"files": _policy(tmp_path / "p", "\n# changed\n")}, office.pol)
    parameters, will = office.tell(request)
    with office.instance.database().begin() as tx:
        assert publishing.latest(tx).digest == parameters["replaces"]  # type: ignore[union-attr]
    assert will.endswith("Nothing changes.")
    assert request.resource_id == "usage"
    with pytest.raises(NotEligible):
        office.agree(request, office.team.sam)


def test_a_policy_that_changes_shows_what_and_is_published_by_digest(office: Office, tmp_path: Path) -> None:
    files = _policy(tmp_path / "p")
    files["policy.yaml"] = files["policy.yaml"].replace("name:", "name: other #", 1)
    request = office.ask(PUBLISH, {"files": files}, office.pol)
    parameters, will = office.tell(request)
    assert "changed policy" in will
    office.agree(request)
    done = office.do(request, office.pol)
    assert done.shown == {"version": 2, "digest": parameters["digest"], "changed": True}
    with office.instance.database().begin() as tx:
        assert publishing.load_version(tx).digest == parameters["digest"]
        assert publishing.latest(tx).by == office.pol.id  # type: ignore[union-attr]


def test_a_policy_is_not_published_over_one_that_came_meanwhile(office: Office, tmp_path: Path) -> None:
    request = office.ask(PUBLISH, {"files": _policy(tmp_path / "p")}, office.pol)
    office.agree(request)
    other = _policy(tmp_path / "other")
    (tmp_path / "other" / "policy.yaml").write_text(other["policy.yaml"].replace("name:", "name: other #", 1))
    with office.instance.database().begin() as tx:
        ours = {"record": office.instance.record, "clock": office.clock}
        publishing.publish(tx, tmp_path / "other", by="host:root", **ours)
    with pytest.raises(PolicyMoved):
        office.do(request, office.pol)
    with office.instance.database().begin() as tx:
        assert publishing.latest(tx).version == 2  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["../rules.yaml", "/etc/x.yaml", "rules.txt", "a/b/c.yaml", "..%2fx.yaml"])
def test_files_of_a_policy_stay_in_their_directory(office: Office, name: str) -> None:
    with pytest.raises(BadParameters):
        office.ask(PUBLISH, {"files": {name: "x"}}, office.pol)


def test_a_policy_that_cannot_be_used_is_not_asked_for(office: Office) -> None:
    with pytest.raises(SeawallError) as caught:
        office.ask(PUBLISH, {"files": {"policy.yaml": "name: x\n"}}, office.pol)
    assert caught.value.code == "policy.invalid"

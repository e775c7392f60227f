"""Rules about rights change as it was agreed to, everywhere at once, and outlive a restart."""

from pathlib import Path

import pytest

from seawall.access.approvals.model import RequestChanged
from seawall.access.rights import follow, put_in_force
from seawall.access.rights.force import RightsMoved, holding
from seawall.access.rights.load import BadRights
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from tests.app.office import KEY, Office

INTERN = {"intern.cedar": '@id("i") permit (principal in Role::"intern", action == Action::"policy.read", resource);'}


def test_new_rules_hold_everywhere_at_once_and_end_what_was_agreed_under_the_old(office: Office) -> None:
    waiting = office.ask(KEY, {"project": "demo", "name": "laptop"})
    office.agree(waiting)
    request = office.ask("rights.change", {"files": INTERN})
    assert "intern may policy.read" in office.tell(request)[1]
    office.agree(request, office.team.sam)
    done = office.do(request)
    assert "intern" in done.shown["roles"]
    with pytest.raises(RequestChanged):
        office.do(waiting)
    with office.instance.database().begin() as tx:
        follow(tx, office.instance.rights())
        assert holding(tx) == office.instance.rights().digest == done.shown["digest"]
    assert "intern" in office.instance.rights().roles
    with pytest.raises(RequestChanged):
        office.do(waiting)
    assert office.keys() == 0


def test_rules_that_were_agreed_on_outlive_a_restart_until_the_hosts_files_change(
    office: Office, tmp_path: Path, database_url: str
) -> None:
    request = office.ask("rights.change", {"files": INTERN})
    office.agree(request, office.team.sam)
    agreed = office.do(request).shown["digest"]
    assert _restarted(office, database_url) == agreed
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "guest.cedar").write_text(INTERN["intern.cedar"].replace("intern", "guest"))
    given = {"rights_dir": str(tmp_path / "rules")}
    assert _restarted(office, database_url, host_recovery=False, **given) == agreed
    assert _restarted(office, database_url, **given) != agreed


def _restarted(office: Office, database_url: str, *, host_recovery: bool = True, rights_dir: str = "") -> str:
    """Return the rules that a process holds after it started."""
    instance = Instance(
        Settings(data_dir=office.instance.settings.data_dir, database_url=database_url, rights_dir=rights_dir),
        office.clock,
    )
    rights = instance.rights()
    with instance.database().begin() as tx:
        given = {"record": instance.record, "clock": office.clock, "takes_over": host_recovery}
        put_in_force(tx, rights, by="host:start", **given)
        follow(tx, rights)
        assert holding(tx) == rights.digest
    instance.close()
    return rights.digest


def test_rules_that_cannot_be_used_or_moved_are_not_put_in_force(office: Office) -> None:
    with pytest.raises(BadRights):
        office.ask("rights.change", {"files": {"guards.cedar": ""}})
    with pytest.raises(BadRights):
        office.ask("rights.change", {"files": {"../x.cedar": ""}})
    request = office.ask("rights.change", {"files": INTERN})
    office.agree(request, office.team.sam)
    with office.instance.database().begin() as tx:
        tx.exec_driver_sql("DELETE FROM access_rights")
    with pytest.raises(RightsMoved):
        office.do(request)

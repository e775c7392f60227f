"""Pages of rights and of the audit: the rules as text, a decision explained, records found and taken out."""

from seawall.web.house import House
from tests.audit.conftest import Log
from tests.web.console.conftest import Furnished, Make, text_of


def test_rights_stand_as_text_with_their_digest(staff: Make, house: House) -> None:
    shown = staff("ada", "auditor").see("/rights")
    assert house.desk.rights.digest in shown.text
    assert "Auditors read everything that is recorded and change nothing." in text_of(shown)
    assert "guard.readers" in shown.text


def test_a_decision_is_explained(staff: Make) -> None:
    ada = staff("ada", "auditor")
    told = text_of(ada.see(f"/rights/explain?person={ada.person.id}&action=person.add"))
    assert "ada may not do this." in told
    assert "one of the roles administrator" in told
    assert "ada may do this." in text_of(ada.see(f"/rights/explain?person={ada.person.id}&action=audit.read"))
    assert ada.see("/rights/explain?person=nobody&action=audit.read").status_code == 404
    assert ada.see(f"/rights/explain?person={ada.person.id}&action=world.rule").status_code == 400


def test_records_are_found_and_taken_out(staff: Make, log: Log, furnished: Furnished) -> None:
    ada = staff("root", "auditor")
    log.sequencer.step()
    made, exported = ">project.created</span>", ">audit.exported</span>"
    assert made in ada.see("/audit?kind=project.*").text
    assert made not in ada.see("/audit?kind=person.*").text
    assert made in ada.see(f"/audit?actor={furnished.ada.id}").text
    assert "No record fits." in text_of(ada.see("/audit?since=2030-01-01"))
    wrong = ada.see("/audit?since=yesterday")
    assert (wrong.status_code, "is no day" in text_of(wrong)) == (400, True)
    taken = ada.send("/audit/export", kind="project.*", form="csv")
    assert taken.headers["content-disposition"].startswith("attachment; filename=")
    assert "project.created" in taken.text
    log.sequencer.step()
    assert exported in ada.see("/audit?kind=audit.*").text
    log.sequencer.step()
    told = [each.fields["kinds"] for each in log.found(kinds=("audit.searched",), actor=ada.person.id)]
    assert sorted(told) == [[], [], ["audit.*"], ["person.*"], ["project.*"]]
    assert "That you looked for these is a record" in text_of(ada.see("/audit"))
    assert staff("nobody").see("/audit").status_code == 403

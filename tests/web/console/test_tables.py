"""Tables are filtered, sorted, paged and taken out."""

from collections.abc import Callable

from seawall.access.people import Person
from tests.web.console.conftest import Make


def test_a_table_is_filtered_sorted_paged_and_exported(staff: Make, somebody: Callable[..., Person]) -> None:
    ada = staff("ada", "administrator")
    for number in range(55):
        somebody(f"person {number:02}")
    assert "Page 1 of 2" in ada.see("/people").text
    assert "person 54" in ada.see("/people?page=2").text
    assert "person 54" in ada.see("/people?sort=-name").text
    assert "person 07" in ada.see("/people?q=07%40people.test").text
    assert "person 08" not in ada.see("/people?q=07%40people.test").text
    assert "Nothing matches" in ada.see("/people?q=zebra").text
    assert ada.see("/people?page=99999999999999999999&sort=nothing").status_code == 200
    exported = ada.see("/people?format=csv")
    assert exported.headers["content-disposition"] == 'attachment; filename="people.csv"'
    assert len(exported.text.splitlines()) == 57
    assert [each["name"] for each in ada.see("/people?format=json&q=07%40people.test").json()] == ["person 07"]
    assert ada.see("/people?format=xls").status_code == 400


def test_a_spreadsheet_takes_no_name_for_a_formula(staff: Make, somebody: Callable[..., Person]) -> None:
    ada = staff("ada", "administrator")
    ada.send("/people/add", name="=HYPERLINK(1)", kind="person")
    assert "'=HYPERLINK(1)" in ada.see("/people?format=csv").text
    assert '"=HYPERLINK(1)"' in ada.see("/people?format=json").text

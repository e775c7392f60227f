"""Settings: one file and the environment, and an error for whatever is not one of them."""

from pathlib import Path

import pytest

from seawall.app.settings import EXPLAINED, BadSettings, Settings, read, settings_table


def _file(folder: Path, text: str) -> Path:
    (folder / "seawall.toml").write_text(text)
    return folder


def test_nothing_said_gives_the_defaults(tmp_path: Path) -> None:
    assert read({}, tmp_path) == Settings()


def test_a_variable_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    folder = _file(tmp_path, 'port = 9000\nhost = "::1"\n')
    settings = read({"SEAWALL_PORT": "9001", "SEAWALL_CLASSIFIERS": "false", "PATH": "/bin"}, folder)
    assert (settings.port, settings.host, settings.classifiers, settings.gateways) == (9001, "::1", False, 1)


def test_witnesses_stand_in_the_file(tmp_path: Path) -> None:
    folder = _file(tmp_path, '[[ledger_witnesses]]\nurl = "https://witness.example"\nkey = "w+1+x"\n')
    assert [each.url for each in read({}, folder).ledger_witnesses] == ["https://witness.example"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("prot = 1", "there is no setting prot", "Did you mean port?"),
        ("data-dir = 'x'", "there is no setting data-dir", "Did you mean data_dir?"),
        ("zebra = 1", "there is no setting zebra", "settings.md"),
        ("port = '8700'", "port: Expected `int`, got `str`", "settings.md"),
        ("port = 0", "port: Expected `int` >= 1", "settings.md"),
        ("port = 65536", "port: Expected `int` <= 65535", "settings.md"),
        ("gateways = 0", "gateways: Expected `int` >= 1", "settings.md"),
        ("batch_every_s = 0", "batch_every_s: Expected `float` > 0.0", "settings.md"),
        ("batch_every_s = nan", "batch_every_s: Expected `float`", "settings.md"),
        ("classifiers = 1", "classifiers: Expected `bool`, got `int`", "settings.md"),
        ("log_level = 'loud'", "log_level: Invalid enum value 'loud'", "settings.md"),
        ("[[ledger_witnesses]]\nurl = 'x'", "ledger_witnesses[0]: Object missing required field `key`", "settings.md"),
        ("port = \nhost = 'x'", "Invalid value (at line 1, column 8)", "TOML"),
        ("port = 1\nport = 2", "Cannot overwrite a value", "TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_its_place(tmp_path: Path, text: str, message: str, hint: str) -> None:
    folder = _file(tmp_path, text)
    with pytest.raises(BadSettings) as caught:
        read({}, folder)
    assert caught.value.message.startswith(str(folder / "seawall.toml"))
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("name", "value", "message", "hint"),
    [
        ("SEAWALL_PROT", "1", "the environment: there is no setting SEAWALL_PROT", "Did you mean SEAWALL_PORT?"),
        ("SEAWALL_PORT", "x", "the environment: SEAWALL_PORT: Expected `int`, got `str`", "settings.md"),
        ("SEAWALL_PORT", "", "the environment: SEAWALL_PORT: Expected `int`, got `str`", "settings.md"),
        ("SEAWALL_PORT", "99999", "the environment: SEAWALL_PORT: Expected `int` <= 65535", "settings.md"),
        ("SEAWALL_CLASSIFIERS", "perhaps", "the environment: SEAWALL_CLASSIFIERS: Expected `bool`", "settings.md"),
        ("SEAWALL_LEDGER_WITNESSES", "x", "the environment: SEAWALL_LEDGER_WITNESSES: Expected `array`", "settings.md"),
        ("SEAWALL_DATA_DIR", "", "the environment: SEAWALL_DATA_DIR: Expected `str` of length >= 1", "settings.md"),
    ],
)
def test_what_is_wrong_in_the_environment_is_named_as_it_stands_there(
    tmp_path: Path, name: str, value: str, message: str, hint: str
) -> None:
    with pytest.raises(BadSettings) as caught:
        read({name: value}, tmp_path)
    assert caught.value.message.startswith(message)
    assert hint in caught.value.hint


def test_an_error_of_a_variable_does_not_show_its_value(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        read({"SEAWALL_BATCH_EVERY_S": "a-secret-in-the-wrong-place"}, tmp_path)
    assert "a-secret" not in caught.value.message + caught.value.hint


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.toml"
    with pytest.raises(BadSettings, match="does not exist"):
        read({"SEAWALL_CONFIG": str(elsewhere)}, tmp_path)
    elsewhere.write_text("port = 9000")
    assert read({"SEAWALL_CONFIG": str(elsewhere)}, tmp_path).port == 9000


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "seawall.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadSettings, match=r"seawall\.toml"):
        read({}, tmp_path)
    (tmp_path / "seawall.toml").unlink()
    (tmp_path / "seawall.toml").mkdir()
    with pytest.raises(BadSettings, match="Is a directory"):
        read({}, tmp_path)


def test_every_setting_is_explained_and_stands_on_the_page() -> None:
    assert set(EXPLAINED) == set(Settings.__struct_fields__)
    page = settings_table()
    assert all(f"| `{name}` |" in page for name in Settings.__struct_fields__)

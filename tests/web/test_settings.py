"""Settings of the web chat: defaults, and errors that name setting, value and what was expected."""
import pytest

from bot.channels.web.settings import SettingError, WebSettings


def test_every_setting_has_a_default(tmp_path):
    """An empty environment is enough."""
    settings = WebSettings.from_environment({"VAR": str(tmp_path)})
    assert (settings.hours, settings.origins, settings.proxies, settings.secure) == (24, (), 0, False)
    assert settings.store == f"sqlite:///{tmp_path / 'web.db'}"


def test_origins_are_taken_as_browsers_send_them():
    """Scheme and host, in lower case, without a slash at the end."""
    assert WebSettings.from_environment({"WEB_ORIGINS": "https://WWW.Hospital.example/ http://localhost:8000"}).origins == (
        "https://www.hospital.example",
        "http://localhost:8000",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("WEB_ORIGINS", "*"), ("WEB_ORIGINS", "www.hospital.example"), ("WEB_ORIGINS", "https://h.example/page"), ("WEB_HOURS", "19"),
     ("WEB_HOURS", "a day"), ("WEB_HOURS", "nan"), ("WEB_PROXIES", "-1"), ("WEB_PROXIES", "two")],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name(name, value):
    """The error names the setting and the value."""
    with pytest.raises(SettingError) as refused:
        WebSettings.from_environment({name: value})
    assert name in str(refused.value) and value in str(refused.value)


def test_cookies_are_for_https_alone_where_patients_come_by_https():
    """PUBLIC_URL says how they come."""
    assert WebSettings.from_environment({"PUBLIC_URL": "https://chat.hospital.example"}).secure

"""The signing secret is given, or made once and kept where only we can read it."""
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.channels.web.secret import read_secret
from bot.channels.web.settings import SettingError


def test_a_secret_is_made_once(tmp_path):
    """A second start finds the first one's."""
    assert read_secret("", tmp_path) == read_secret("", tmp_path)


def test_nobody_else_can_read_it(tmp_path):
    """Mode 600."""
    read_secret("", tmp_path)
    assert stat.S_IMODE((tmp_path / "web.secret").stat().st_mode) == 0o600


def test_workers_that_start_at_once_have_one_secret(tmp_path):
    """Whoever is first wins, and no draft is left behind."""
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: read_secret("", tmp_path), range(32)))
    assert len(secrets) == 1 and [file.name for file in tmp_path.iterdir()] == ["web.secret"]


def test_a_given_secret_is_used(tmp_path):
    """And no file is made."""
    assert read_secret("x" * 40, tmp_path) == "x" * 40 and not list(tmp_path.iterdir())


def test_a_short_secret_is_refused_without_being_told(tmp_path):
    """The error says how long it is, not what it is."""
    with pytest.raises(SettingError) as refused:
        read_secret("hunter2", tmp_path)
    assert "7 characters" in str(refused.value) and "hunter2" not in str(refused.value)


def test_an_empty_file_is_reported(tmp_path):
    """A file that was cut short says so at start."""
    (tmp_path / "web.secret").write_text("")
    with pytest.raises(SettingError, match="holds no secret"):
        read_secret("", tmp_path)

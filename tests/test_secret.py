"""The signing secret is given, or made once and kept where only we can read it."""
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.secret import SecretError, given_or_kept_secret, kept_secret


def test_a_secret_is_made_once(tmp_path):
    """A second start finds the first one's."""
    assert kept_secret(tmp_path / "web.secret") == kept_secret(tmp_path / "web.secret")


def test_nobody_else_can_read_it(tmp_path):
    """Mode 600."""
    kept_secret(tmp_path / "web.secret")
    assert stat.S_IMODE((tmp_path / "web.secret").stat().st_mode) == 0o600


def test_workers_that_start_at_once_have_one_secret(tmp_path):
    """Whoever is first wins, and no draft is left behind."""
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: kept_secret(tmp_path / "web.secret"), range(32)))
    assert len(secrets) == 1 and [file.name for file in tmp_path.iterdir()] == ["web.secret"]


def test_a_given_secret_is_used(tmp_path):
    """And no file is made."""
    assert given_or_kept_secret("WEB_SECRET", "x" * 40, tmp_path / "web.secret") == "x" * 40 and not list(tmp_path.iterdir())


def test_a_short_secret_is_refused_without_being_told(tmp_path):
    """The error says how long it is, not what it is."""
    with pytest.raises(SecretError) as refused:
        given_or_kept_secret("WEB_SECRET", "hunter2", tmp_path / "web.secret")
    assert "WEB_SECRET has 7 characters" in str(refused.value) and "hunter2" not in str(refused.value)


def test_an_empty_file_is_reported(tmp_path):
    """A file that was cut short says so at start."""
    (tmp_path / "web.secret").write_text("")
    with pytest.raises(SecretError, match="holds no secret"):
        kept_secret(tmp_path / "web.secret")


def test_without_a_given_secret_the_kept_one_is_used(tmp_path):
    """The same at every start."""
    file = tmp_path / "var" / "web.secret"
    assert given_or_kept_secret("WEB_SECRET", "", file) == kept_secret(file)

"""The sign-off trail: read where every signature follows the one before, refused with its line where anything was changed."""
import re

import pytest

from bot.leaflets.errors import MapError
from bot.leaflets.trail import digest, file_digest, read_trail
from bot.staff.leaflets.signing import Signer


@pytest.fixture
def trail(tmp_path, monkeypatch):
    """The file of a trail with three signatures."""
    monkeypatch.setenv("ANSWERS", str(tmp_path / "answers"))
    signer = Signer(tmp_path)
    for why in ("first", "second", "third: with \"marks\" and é"):
        file = signer.withdraw("north", "Nina Ward", "nurse", why)
    return file


def test_all_signatures_are_read_in_order(trail):
    """Numbers count up, and each signature holds the hash of the one before."""
    signatures = read_trail(trail).signatures
    assert [s.number for s in signatures] == [1, 2, 3]
    assert [s.previous for s in signatures] == ["none", signatures[0].hash, signatures[1].hash]
    assert signatures[2].note == "third: with \"marks\" and é"


def test_a_new_signature_leaves_those_before_as_they_were(trail, tmp_path):
    """The file only grows at its end."""
    before = trail.read_text()
    Signer(tmp_path).withdraw("north", "Sam Lee", "radiographer", "again")
    assert trail.read_text().startswith(before)
    assert len(read_trail(trail).signatures) == 4


@pytest.mark.parametrize(
    ("found", "put"),
    [
        ("Nina Ward", "Nobody"),
        ('"second"', '"another reason"'),
        ("number: 2", "number: 4"),
        ("what: \"withdrawn\"", "what: \"approved\""),
        ('at: "20', 'at: "19'),
    ],
)
def test_a_changed_signature_is_noticed(trail, found, put):
    """Any change by hand makes the trail one that can't be trusted; the line is named."""
    text = trail.read_text()
    assert found in text
    trail.write_text(text.replace(found, put, 1))
    with pytest.raises(MapError, match=rf"{re.escape(str(trail))}:\d+: "):
        read_trail(trail)


def test_a_removed_signature_is_noticed(trail):
    """A gap in the middle is seen by the numbers and by the hash before."""
    parts = trail.read_text().split("  - number")
    trail.write_text("  - number".join(parts[:2] + parts[3:]))
    with pytest.raises(MapError, match="does not follow"):
        read_trail(trail)


def test_an_inserted_signature_with_a_right_hash_of_its_own_is_noticed(trail):
    """Somebody who computes the hash of their own line still breaks the chain after it."""
    signatures = [dict(vars(s)) for s in read_trail(trail).signatures]
    changed = {**signatures[1], "by": "Nobody"}
    text = trail.read_text().replace(signatures[1]["hash"], digest(changed)).replace('by: "Nina Ward"', 'by: "Nobody"')
    trail.write_text(text)
    with pytest.raises(MapError):
        read_trail(trail)


def test_line_ends_play_no_part_in_a_file_s_hash(tmp_path):
    """A copy that version control wrote with other line ends is the same file."""
    (tmp_path / "a").write_bytes(b"one\ntwo\n")
    (tmp_path / "b").write_bytes(b"one\r\ntwo\r\n")
    assert file_digest(tmp_path / "a") == file_digest(tmp_path / "b")

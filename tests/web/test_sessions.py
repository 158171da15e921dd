"""Sessions can't be made up, altered, or used in another place than theirs."""
import pytest

from bot.channels.web.sessions import BadToken, OldToken, Signer, new_session

SECRET = "a secret that is only for this test, and long enough"


@pytest.fixture
def signer():
    return Signer(SECRET, 3600)


def test_a_token_gives_its_session_back(signer):
    """Conversation, leaflet and region as they were signed."""
    session = new_session("leaf", "there")
    read = signer.read("cookie", signer.token("cookie", session))
    assert (read.conversation, read.leaflet, read.region) == (session.conversation, "leaf", "there")


def test_no_two_sessions_are_alike():
    """Ids are long and made by chance."""
    ids = {new_session().conversation for _ in range(1000)}
    assert len(ids) == 1000 and min(map(len, ids)) > 40


@pytest.mark.parametrize("kind", ["cookie", "form", "element"])
@pytest.mark.parametrize("other", ["cookie", "form", "element"])
def test_a_token_of_one_kind_is_none_of_another(signer, kind, other):
    """The token in the page's form can't stand in for the cookie."""
    token = signer.token(kind, new_session())
    if kind == other:
        signer.read(other, token)
    else:
        with pytest.raises(BadToken):
            signer.read(other, token)


def test_an_altered_token_is_refused_wherever_it_was_altered(signer):
    """Any character changed, dropped or added."""
    token = signer.token("cookie", new_session())
    for at in range(len(token)):
        swapped = "A" if token[at] != "A" else "B"
        for altered in (token[:at] + swapped + token[at + 1 :], token[:at] + token[at + 1 :], token[:at] + "x" + token[at:]):
            # base64's last character has bits that mean nothing: the same bytes are the same token
            if at < len(token) - 1:
                with pytest.raises(BadToken):
                    signer.read("cookie", altered)


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "x" * 100_000, "é", "\x00"])
def test_what_is_no_token_is_refused(signer, token):
    """Empty, short, huge, odd characters."""
    with pytest.raises(BadToken):
        signer.read("cookie", token)


def test_a_token_signed_with_another_secret_is_refused(signer):
    """Another server's token is worth nothing."""
    with pytest.raises(BadToken):
        signer.read("cookie", Signer("another secret, which is just as long as that", 3600).token("cookie", new_session()))


def test_a_token_runs_out():
    """After its time it is old, which is not the same as forged."""
    token = Signer(SECRET, 3600).token("cookie", new_session())
    with pytest.raises(OldToken):
        Signer(SECRET, -1).read("cookie", token)

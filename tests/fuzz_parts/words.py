"""Words and bytes to make input from: ordinary ones, and those that have broken programs before."""
from hypothesis import strategies as st

ODD = ["[name]", "/restart", '{"a":1}', "\u202e", "\x00", "é", "🦴", "no", "n't", "{contact}", "<b>", "&amp;", "]]>", "%s", "\\", '"', "'", "\ud800", "\ufeff", "\u2028", "a" * 300, "0", "-1", "1e400", "NaN"]
PLAIN = "can I drive my legs numb wee 999 help not no what are the risks is in oh seven double nine at dot com born 1 may 1961 Mr Jo street".split()
WORDS = st.lists(st.sampled_from(ODD + PLAIN), max_size=30).map(" ".join)
TEXT = WORDS | st.text(max_size=200)
SENDABLE = TEXT.map(lambda text: text.encode("utf-8", "replace").decode())  # half a character can't be sent in a form
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def damaged(sample: bytes):
    """`sample` with pieces cut out, doubled, or written over."""

    def done(cuts):
        content = bytearray(sample)
        for place, length, by in cuts:
            at = place % (len(content) + 1)
            content[at : at + length] = by
        return bytes(content)

    return st.lists(st.tuples(st.integers(0, 1_000_000), st.integers(0, 40), st.binary(max_size=12)), max_size=6).map(done)

"""From the `custom` object to what is shown: every part in order, quotes with their source, nothing lost."""
from bot.channels.web.cards import blocks, leaflet_link, words

QUOTE = {"topic": "x", "leaflet": "leaf", "section": "Home", "text": "Rest.", "start": 3, "end": 8, "title": "Leaflet", "issued": "2025-03", "version": "4"}


def custom(*parts, quotes=(), choices=(), advice=(), **more):
    return {"parts": [{"role": role, "text": text} for role, text in parts], "quotes": list(quotes), "choices": list(choices), "advice": list(advice), **more}


def kinds(made):
    return [block["kind"] for block in made]


def test_parts_keep_their_order():
    """Advice first, then what was asked."""
    made = blocks(custom(("advice", "a"), ("own", "b"), ("quote", "c"), ("notice", "d"), quotes=[QUOTE], advice=[{"level": "ae", "title": "t", "lines": ["l"]}]), {})
    assert kinds(made) == ["care", "own", "quotes", "notice"]


def test_passages_of_one_topic_and_leaflet_share_a_card():
    """Two passages, one card; another leaflet or another topic gets its own."""
    quotes = [QUOTE, {**QUOTE, "start": 20, "end": 25}, {**QUOTE, "leaflet": "other"}, {**QUOTE, "topic": "y", "leaflet": "other"}]
    made = blocks(custom(*[("quote", "q")] * 4, quotes=quotes), {"x": "First", "y": "Second"})
    assert [(block["heading"], block["leaflet"], len(block["passages"])) for block in made] == [("First", "leaf", 2), ("First", "other", 1), ("Second", "other", 1)]


def test_another_leaflet_than_the_patient_s_is_marked():
    """Only where the patient's own is known."""
    assert blocks(custom(("quote", "q"), quotes=[QUOTE], leaflet="mine"), {})[0]["other"]
    assert not blocks(custom(("quote", "q"), quotes=[QUOTE], leaflet="leaf"), {})[0]["other"]
    assert not blocks(custom(("quote", "q"), quotes=[QUOTE], leaflet=None), {})[0]["other"]


def test_a_question_after_the_advice_is_shown_as_text():
    """More advice parts than cards: the rest are our own words."""
    made = blocks(custom(("advice", "card"), ("advice", "When was it?"), advice=[{"level": "ae", "title": "t", "lines": []}]), {})
    assert kinds(made) == ["care", "own"] and made[1]["text"] == "When was it?"


def test_choices_come_last_with_their_question():
    """Whatever stands between."""
    made = blocks(custom(("choices", "Which?"), ("quote", "q"), quotes=[QUOTE], choices=[{"title": "One"}, {"title": "Two"}]), {})
    assert kinds(made) == ["quotes", "choices"] and made[1] == {"kind": "choices", "asks": "Which?", "titles": ["One", "Two"]}


def test_an_object_with_nothing_but_the_contract_s_keys_is_shown_as_nothing():
    """No failure where keys of ours are missing."""
    assert blocks({"kind": "handoff", "quotes": [QUOTE]}, {}) == []


def test_a_quote_part_without_its_quote_is_shown_as_text():
    """Nothing a patient should read is left out."""
    assert blocks(custom(("quote", "words")), {}) == [{"kind": "own", "text": "words"}]


def test_words_keep_every_word():
    """Marks become structure; paragraphs, nested bullets and headings keep their text."""
    text = "First.\n- one\n  - deeper\n- two - with a dash\n\n## Head\nLast."
    made = words(text)
    assert [piece["kind"] for piece in made] == ["paragraph", "list", "heading", "paragraph"]
    assert made[1]["items"] == [{"text": "one", "depth": 0}, {"text": "deeper", "depth": 1}, {"text": "two - with a dash", "depth": 0}]


def test_the_link_names_leaflet_and_passage():
    """An id with odd characters stays one part of the address."""
    assert leaflet_link({**QUOTE, "leaflet": "a/b?c"}) == "/leaflets/a%2Fb%3Fc?quote=3-8#quote"

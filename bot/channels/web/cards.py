"""From the `custom` object of a turn to what the page shows, in order: plain data, from which a template makes the cards.

Each block is a dict with its `kind`:

    own, notice, reminder   our own words: `text`
    care                    an advice card: `level`, `title`, `lines`
    quotes                  words of one leaflet on one topic: `heading`, `other` (not the patient's own leaflet), `title`,
                            `publisher`, `version`, `issued`, `passages` (each with `section`, `words`, `link`)
    choices                 what is offered: `asks`, `titles`
"""
import re
from typing import Any, Mapping, Optional
from urllib.parse import quote as quoted

from bot.answers.dates import in_words

Block = dict[str, Any]
_BULLET = re.compile(r"( *)- (.*)")
_HEADING = re.compile(r"#{1,6} (.*)")


def blocks(custom: Mapping[str, Any], topic_titles: Mapping[str, str]) -> list[Block]:
    """The blocks of one answer. Reads only what is there: an answer of an older version is shown as far as it goes."""
    made: list[Block] = []
    quotes, cards = iter(custom.get("quotes", ())), iter(custom.get("advice", ()))
    asks = ""
    for part in custom.get("parts", ()):
        role, text = part.get("role"), part.get("text", "")
        if role == "quote":
            _add_quote(made, next(quotes, None), text, custom, topic_titles)
        elif role == "advice":
            card = next(cards, None)
            made.append({"kind": "care", **card} if card else {"kind": "own", "text": text})
        elif role == "choices":
            asks = text
        else:
            made.append({"kind": role if role in ("notice", "reminder") else "own", "text": text})
    titles = [choice["title"] for choice in custom.get("choices", ())]
    return made + ([{"kind": "choices", "asks": asks, "titles": titles}] if titles else [])


def _add_quote(made: list[Block], quote: Optional[Mapping[str, Any]], text: str, custom: Mapping[str, Any], topic_titles: Mapping[str, str]) -> None:
    if quote is None:
        made.append({"kind": "own", "text": text})
        return
    passage = {"section": quote.get("section", ""), "words": words(quote["text"]), "link": leaflet_link(quote)}
    same = made and made[-1]["kind"] == "quotes" and (made[-1]["topic"], made[-1]["leaflet"]) == (quote["topic"], quote["leaflet"])
    if same:
        made[-1]["passages"].append(passage)
        return
    issued = quote.get("issued")
    made.append(
        {
            "kind": "quotes",
            "topic": quote["topic"],
            "leaflet": quote["leaflet"],
            "heading": topic_titles.get(quote["topic"], ""),
            "other": bool(custom.get("leaflet")) and custom.get("leaflet") != quote["leaflet"],
            "title": quote.get("title", ""),
            "publisher": quote.get("publisher", ""),
            "source": quote.get("source", ""),
            "version": quote.get("version", ""),
            "issued": in_words(issued) if issued else "",
            "passages": [passage],
        }
    )


def leaflet_link(quote: Mapping[str, Any]) -> str:
    """Where the whole leaflet is shown with this passage marked."""
    return f"/leaflets/{quoted(str(quote['leaflet']), safe='')}?quote={int(quote['start'])}-{int(quote['end'])}#quote"


def words(canonical: str) -> list[Block]:
    """Canonical text as paragraphs, headings and lists: `{"kind": "list", "items": […]}` or `{"kind": …, "text": …}`.

    The marks at the beginnings of lines become structure; no word is added, dropped or changed.
    """
    made: list[Block] = []
    for line in canonical.split("\n"):
        bullet, heading = _BULLET.fullmatch(line), _HEADING.fullmatch(line)
        if bullet:
            _add_item(made, {"text": bullet[2], "depth": len(bullet[1]) // 2})
        elif heading:
            made.append({"kind": "heading", "text": heading[1]})
        elif line.strip():
            made.append({"kind": "paragraph", "text": line})
    return made


def _add_item(made: list[Block], item: Block) -> None:
    if made and made[-1]["kind"] == "list":
        made[-1]["items"].append(item)
    else:
        made.append({"kind": "list", "items": [item]})

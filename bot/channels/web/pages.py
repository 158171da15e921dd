"""Makes the HTML: whole pages, the chat for a hospital's own page, and the pieces that the script puts in. Every value is escaped."""
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.answers.dates import in_words
from bot.catalogue import Topic
from bot.channels.web import cards, leaflet_page
from bot.channels.web.assets import Asset
from bot.channels.web.chat import RATED_KINDS
from bot.channels.web.phones import with_phone_links
from bot.channels.web.store import ShownTurn
from bot.channels.web.wording import Wording
from bot.language.cleaning import MAX_CHARACTERS

FOLDER = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class View:
    """What one patient's chat shows. `turns` is None where they can't be had; `problem` is one of our sentences, filled in."""

    token: str
    message_id: str
    turns: Optional[Sequence[ShownTurn]] = ()
    leaflet: Optional[str] = None
    leaflet_title: str = ""
    leaflet_unknown: bool = False
    problem: str = ""
    notice: str = ""
    typed: str = ""
    embedded: bool = False

    def with_turn(self, turn: ShownTurn) -> "View":
        """The same with one more turn."""
        return replace(self, turns=[*(self.turns or ()), turn])


class Pages:
    """The page templates with the hospital's sentences, numbers and topics."""

    def __init__(self, wording: Wording, topics: Mapping[str, Topic], assets: Mapping[str, Asset], listeners: str, hours: float) -> None:
        self.wording = wording
        self._titles = {topic.id: topic.title for topic in topics.values()}
        self._introduction = wording.site.say("introduction")
        self._short_numbers = (wording.site.emergency, wording.site.urgent, listeners)
        self._templates = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self._templates.globals.update(assets=assets, say=wording.say, limit=MAX_CHARACTERS, hours=f"{hours:g}", site=wording.site, rated_kinds=RATED_KINDS)
        self._templates.filters.update(phones=self._phones, blocks=self._blocks, when=_when)

    def _phones(self, text: str) -> Markup:
        return with_phone_links(text, self._short_numbers)

    def _blocks(self, custom: Mapping[str, Any]) -> list[cards.Block]:
        # the page itself says all the time what the assistant is
        return [block for block in cards.blocks(custom, self._titles) if block.get("text") != self._introduction]

    def _made(self, template: str, **values: Any) -> str:
        return self._templates.get_template(template).render(**values)

    def chat(self, view: View) -> str:
        """The whole chat page."""
        return self._made("chat.html", view=view)

    def element(self, view: View) -> str:
        """The chat as it goes into a hospital's own page."""
        return self._made("panel.html", view=replace(view, embedded=True))

    def turn(self, turn: ShownTurn, embedded: bool) -> str:
        """One question with its answer, the newest."""
        return self._made("turn.html", turn=turn, live=True, level=3 if embedded else 2)

    def problem(self, sentence: str) -> str:
        """A message that could not be taken: what happened and what to do."""
        return self._made("problem.html", sentence=sentence)

    def ended(self) -> str:
        return self._made("ended.html")

    def message(self, sentence: str) -> str:
        """A page that says one thing."""
        return self._made("message.html", sentence=sentence)

    def saved(self, turns: Sequence[ShownTurn], leaflet: Optional[str]) -> str:
        """The conversation as a file that can be read without us, with its sources."""
        return self._made("saved.html", turns=turns, leaflet=leaflet, today=in_words(date.today().isoformat()))

    def leaflet(self, active: Any, asked_span: str) -> str:
        """A whole leaflet with a passage marked, where the address names one. `active`: an active leaflet of the library."""
        span = leaflet_page.span_from(asked_span, len(active.text))
        lines = leaflet_page.lines_of(active.leaflet, span)
        title_first = bool(lines) and lines[0].kind == "heading" and lines[0].pieces[0][0].casefold() == active.about.title.casefold()
        return self._made(
            "leaflet.html",
            about=active.about,
            groups=leaflet_page.groups(lines[1:] if title_first else lines),
            base=0 if title_first else 1,
            issued=in_words(active.about.issued) if active.about.issued else "",
            overdue=self._overdue(active),
            moved=bool(asked_span) and span is None,
        )

    def _overdue(self, active: Any) -> str:
        if not active.review_overdue(date.today()):
            return ""
        return self.wording.site.say("review_overdue", active.id, date=in_words(active.about.review_due))

    def demo(self, leaflet: str, title: str) -> str:
        """The demonstration hospital page."""
        return self._made("demo.html", leaflet=leaflet, title=title)


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).astimezone().strftime("%d.%m.%Y, %H:%M").lstrip("0")

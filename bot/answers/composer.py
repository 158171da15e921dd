"""From an understood turn to a Reply: advice first, then what was asked in the leaflets' words, then what may be chosen."""
from datetime import date
from typing import Callable

from bot.answers.dates import in_words
from bot.answers.reply import Choice, Quote, Reply
from bot.answers.selection import Selection, select
from bot.answers.site import Site
from bot.answers.turn import Turn
from bot.catalogue import Regions, Topic
from bot.leaflets.library import ActiveLeaflet, Library
from bot.leaflets.passage import ProofError

MAX_CHOICES = 3


class Composer:
    """Makes Replies. Knows the topics, the leaflets and the hospital's wording; holds nothing of any conversation.

    `alarm` is told, in words for staff, of every passage that could not be proved; `today` is a function for tests' sake.
    """

    def __init__(
        self,
        topics: dict[str, Topic],
        regions: Regions,
        library: Library,
        site: Site,
        alarm: Callable[[str], None] = lambda problem: None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.topics, self.regions, self.library, self.site = topics, regions, library, site
        self._alarm, self._today = alarm, today

    def begin(self, turn: Turn, kind: str) -> Reply:
        """An empty reply of `kind` that knows the turn's candidates and the patient's leaflet and region."""
        return Reply(kind, candidates=list(turn.candidates), leaflet=turn.leaflet, region=turn.region)

    def say(self, name: str, turn: Turn, **filled_in: str) -> str:
        return self.site.say(name, turn.leaflet, **filled_in)

    # -- answers -----------------------------------------------------------------------------------------------------

    def answer(self, turn: Turn) -> Reply:
        """Quote every question of the turn that a leaflet answers, in the order asked; else say that none does."""
        reply = self.begin(turn, "answer")
        silent: list[str] = []
        for topic in turn.questions:
            if not self._quote(reply, topic, turn):
                silent.append(topic)
        if not reply.topics:
            return self.not_covered(turn)
        if silent:
            reply.add("own", self.say("not_covered", turn))
        self._add_companions(reply, turn)
        self._add_dose_notice(reply, turn)
        return reply

    def _quote(self, reply: Reply, topic: str, turn: Turn) -> bool:
        chosen = select(topic, self.library, turn.leaflet, turn.region)
        quotes = [quote for leaflet in chosen.leaflets for quote in self._quotes(topic, leaflet)]
        if not quotes:
            return False
        self._explain(reply, chosen, turn)
        self._show(reply, quotes, turn)
        reply.topics.append(topic)
        return True

    def _quotes(self, topic: str, leaflet: ActiveLeaflet) -> list[Quote]:
        try:
            passages = leaflet.proved(topic)
        except ProofError as error:
            self._alarm(f"{leaflet.id}: '{topic}' is not quoted: {error}")
            return []
        about, source = leaflet.about, self._source(leaflet)
        return [
            Quote(
                topic, leaflet.id, passage.section, passage.text, passage.start, passage.end,
                source=source(passage.section), title=about.title, publisher=about.publisher,
                version=about.version, issued=about.issued, review_due=about.review_due,
            )
            for passage in passages
        ]  # fmt: skip

    def _source(self, leaflet: ActiveLeaflet) -> Callable[[str], str]:
        about = leaflet.about
        parts = {
            "publisher": f", {about.publisher}" if about.publisher else "",
            "version": f", version {about.version}" if about.version else "",
            "issued": f", {in_words(about.issued)}" if about.issued else "",
        }
        return lambda section: self.site.say("source", title=about.title, section=f", \"{section}\"" if section else "", **parts)

    def _explain(self, reply: Reply, chosen: Selection, turn: Turn) -> None:
        if chosen.reason == "other_than_own":
            reply.add("notice", self.say("their_leaflet_silent", turn, title=chosen.leaflets[0].about.title))
        if chosen.reason == "differ":
            self._add_once(reply, self.say("leaflets_differ", turn))
            self._offer_to_choose(reply, chosen, turn)

    def _offer_to_choose(self, reply: Reply, chosen: Selection, turn: Turn) -> None:
        """Offer the parts of the body if those tell the leaflets apart and none is known, else the leaflets by name."""
        if reply.choices:
            return
        regions = [set(leaflet.about.regions) for leaflet in chosen.leaflets]
        if turn.region is None and regions[0] != regions[1]:
            named = [region for region in self.regions.by_id.values() if any(region.id in some for some in regions)]
            reply.add("choices", self.regions.asks)
            reply.choices = [Choice(region.title, region=region.id) for region in named]
        else:
            reply.add("choices", self.say("which_leaflet", turn))
            reply.choices = [Choice(leaflet.about.title, leaflet=leaflet.id) for leaflet in chosen.leaflets]

    def _show(self, reply: Reply, quotes: list[Quote], turn: Turn) -> None:
        already = {(quote.leaflet, quote.start, quote.end) for quote in reply.quotes}
        for quote in quotes:
            if (quote.leaflet, quote.start, quote.end) in already:
                continue
            reply.quotes.append(quote)
            reply.add("quote", f"“{quote.text}”\n{quote.source}")
        for leaflet_id in dict.fromkeys(quote.leaflet for quote in quotes):
            self._add_review_notice(reply, self.library.active[leaflet_id], turn)

    def _add_review_notice(self, reply: Reply, leaflet: ActiveLeaflet, turn: Turn) -> None:
        if not leaflet.review_overdue(self._today()):
            return
        self._add_once(reply, self.site.say("review_overdue", leaflet.id, date=in_words(leaflet.about.review_due)))

    @staticmethod
    def _add_once(reply: Reply, notice: str) -> None:
        if all(part.text != notice for part in reply.parts):
            reply.add("notice", notice)

    def _add_companions(self, reply: Reply, turn: Turn) -> None:
        """Add the passages without which a topic should not be read (`with` in data/topics.yml)."""
        companions = [companion for topic in reply.topics for companion in self.topics[topic].add]
        for companion in dict.fromkeys(companions):
            if companion not in reply.topics:
                self.add_companion(reply, companion, turn)

    def add_companion(self, reply: Reply, topic: str, turn: Turn) -> None:
        """Quote `topic` after the answer, marked as something to read as well; it doesn't count as asked."""
        asked = {quote.leaflet for quote in reply.quotes}
        speaking = select(topic, self.library, turn.leaflet, turn.region).leaflets
        preferred = [leaflet for leaflet in self.library.speaking_on(topic) if leaflet.id in asked] or list(speaking)
        quotes = self._quotes(topic, preferred[0]) if preferred else []
        if quotes:
            reply.add("notice", self.say("also_read", turn))
            self._show(reply, quotes, turn)

    def _add_dose_notice(self, reply: Reply, turn: Turn) -> None:
        if turn.asks_dose:
            reply.add("own", self.say("dose_question", turn))

    # -- where there is no answer ------------------------------------------------------------------------------------

    def not_covered(self, turn: Turn) -> Reply:
        """Say that no leaflet speaks of it and whom to ask; offer the nearest topics by name where there are any."""
        reply = self.begin(turn, "not_covered")
        reply.add("own", self.say("not_covered", turn))
        self._add_dose_notice(reply, turn)
        nearest = self._topic_choices([topic for topic in turn.offer if topic not in turn.questions])
        if nearest:
            reply.add("own", self.say("nearest", turn))
            reply.choices = nearest
        return reply

    def clarify(self, turn: Turn) -> Reply:
        """Ask which of the likely topics was meant; without likely ones, say it is not covered."""
        choices = self._topic_choices(turn.offer or turn.candidates)
        if not choices:
            return self.not_covered(turn)
        reply = self.begin(turn, "clarify")
        reply.add("own", self.say("which_question", turn))
        reply.choices = choices
        reply.topics = [choice.topic for choice in choices]
        return reply

    def offer_others(self, turn: Turn) -> Reply:
        """After "that's not what I asked": the next candidates of the turn before, without what was answered then."""
        before = turn.previous or {}
        others = [topic for topic in before.get("candidates", []) if topic not in before.get("topics", [])]
        choices = self._topic_choices(others)
        reply = self.begin(turn, "clarify")
        reply.add("own", self.say("other_questions" if choices else "nothing_else", turn))
        reply.choices = choices
        reply.topics = [choice.topic for choice in choices]
        return reply

    def _topic_choices(self, topics) -> list[Choice]:
        covered = [topic for topic in dict.fromkeys(topics) if self.library.speaking_on(topic)]
        return [Choice(self.topics[topic].title, topic=topic) for topic in covered[:MAX_CHOICES]]

    # -- talk --------------------------------------------------------------------------------------------------------

    def talk(self, turn: Turn, wording: str, kind: str = "smalltalk") -> Reply:
        """A reply of our own words alone."""
        reply = self.begin(turn, kind)
        reply.add("own", self.say(wording, turn))
        return reply

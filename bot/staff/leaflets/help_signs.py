"""Does every symptom for which a leaflet tells patients to get help also fire the safety screen?

A leaflet is not approved while one of them does not: the assistant would quote the symptom, and miss it when it is reported.
Each bullet of the passage counts as a symptom; of running text, what is named after "if you have …" does, part by part.
"""
import re
from dataclasses import dataclass
from typing import Collection, Iterator, Sequence

from bot.language.cleaning import clean
from bot.leaflets.leaflet import Leaflet
from bot.safety.screen import Screen
from bot.staff.leaflets.windows import lines_of
from bot.staff.map_writer import Chosen

_NAMED_AFTER = re.compile(
    r"\b(?:if|when|should) (?:you|your|there|it|the)\b(?: (?:have|had|get|notice|develop|experience|feel|are|is|suffer from|also))*|\b(?:any of (?:these|the following)|such as|including|symptoms? of|signs? of)\b|:",
    re.I,
)
_POINTS_ON = re.compile(r"(?:(?:one|some|more) )?(?:or more )?(?:of )?(?:these|the following|those|them)(?: (?:signs|symptoms|problems|things))?", re.I)  # "any of these"
_BETWEEN = re.compile(r"[,;:/]| or | and/or | and ", re.I)
# nothing that sounds like a report by itself ("since the injection"): the model would hear one whatever the symptom
_SAID = ("{}", "I have {}", "I have got {}", "I feel {}", "my {}", "I am {}")


@dataclass(frozen=True)
class HelpSign:
    """One symptom a leaflet names, where it stands, and the ids of the signs that fire when a patient reports it (none: a gap)."""

    section: int
    number: int
    text: str
    fires: tuple[str, ...]

    @property
    def key(self) -> str:
        """By this a reviewer names it, for instance to say that it is no symptom."""
        return f"{self.section}.{self.number} {self.text}"


def help_signs(leaflet: Leaflet, passages: Sequence[Chosen], screen: Screen) -> list[HelpSign]:
    """Every symptom in `passages`, the leaflet's own words on when to get help."""
    found: dict[str, HelpSign] = {}
    for line in lines_of(leaflet):
        if any(line.section == chosen.section and chosen.first <= line.number <= chosen.last for chosen in passages):
            for part in [line.text] if line.bullet else _named_in(line.text):
                sign = HelpSign(line.section, line.number, part, _fired(part, screen))
                found.setdefault(sign.key, sign)
    return list(found.values())


def gaps(signs: Sequence[HelpSign], no_symptoms: Collection[str]) -> list[HelpSign]:
    """Those that fire nothing and that the reviewer has not marked as no symptom."""
    return [sign for sign in signs if not sign.fires and sign.key not in no_symptoms]


def _named_in(sentence: str) -> Iterator[str]:
    opened = _NAMED_AFTER.search(sentence)
    if not opened:
        return
    for part in _BETWEEN.split(sentence[opened.end() :]):
        words = re.sub(r"^(?:you |have |a |an |any |the |your )+", "", part.strip(" .?!"), flags=re.I)
        if len(words) > 2 and not _POINTS_ON.fullmatch(words):
            yield words


def _fired(symptom: str, screen: Screen) -> tuple[str, ...]:
    for said in _SAID:
        flags = screen.screen(clean(said.format(symptom[0].lower() + symptom[1:] if not symptom[:2].isupper() else symptom))).flags
        if flags:
            return flags
    return ()

"""The sentences of the chat page (data/web.yml), read strictly and filled in."""
import string
from dataclasses import dataclass
from pathlib import Path

from bot.answers.site import Site
from bot.catalogue import DATA
from bot.yaml_file import Lined, YamlError, check_keys, read_yaml

WORDINGS = """
    title introduction emergency privacy your_leaflet unknown_leaflet help skip conversation you_asked answer from_leaflet other_leaflet section version
    see_it reminder choose offered phone_emergency level_gp level_ae level_999 question hint send rate rate_yes rate_no rated
    not_asked sending slow offline back too_long too_fast expired refused not_stored no_leaflet save print saved_title saved_note end
    end_explained end_confirm ended not_ended kept back_to_chat this_part part_moved issued publisher open close
""".split()
_EVERYWHERE = {"contact", "contact_as_whom", "emergency", "urgent"}
_FILLED_IN = {  # what one sentence alone may fill in
    "your_leaflet": {"title"},
    "too_long": {"limit"},
    "too_fast": {"seconds"},
    "saved_note": {"date"},
    "kept": {"hours"},
}


@dataclass(frozen=True)
class Wording:
    """Every sentence of the page by name. `site` fills in the hospital's telephone numbers."""

    sentences: dict[str, str]
    site: Site

    def say(self, name: str, leaflet: str | None = None, **filled_in: object) -> str:
        """The sentence `name` with everything filled in; contacts are those of `leaflet`."""
        return self.site.filled(self.sentences[name], leaflet, **filled_in)


def read_wording(site: Site, file: Path = DATA / "web.yml") -> Wording:
    """The page's sentences. Raises YamlError naming file, line and key for a missing or unknown one, or a wrong {field}."""
    entry = check_keys(file, read_yaml(file), "web", ["wording"])
    sentences = check_keys(file, entry["wording"], "wording", WORDINGS)
    for name in sentences:
        _check(file, sentences, name)
    return Wording(dict(sentences), site)


def _check(file: Path, sentences: Lined, name: str) -> None:
    text = sentences[name]
    if not isinstance(text, str) or not text.strip():
        raise YamlError(file, sentences.lines[name], f"'{name}' has no sentence")
    try:
        fields = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
    except ValueError as error:
        raise YamlError(file, sentences.lines[name], f"'{name}' has a brace without its partner") from error
    allowed = _EVERYWHERE | _FILLED_IN.get(name, set())
    for field in sorted(fields - allowed):
        raise YamlError(file, sentences.lines[name], f"'{name}' fills in the unknown '{{{field}}}'; allowed are: {', '.join(sorted(allowed))}")

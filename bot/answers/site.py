"""What a hospital sets (data/site.yml): emergency numbers, contacts, and the assistant's own sentences."""
import string
from dataclasses import dataclass
from pathlib import Path

from bot.catalogue import DATA
from bot.yaml_file import Lined, YamlError, check_keys, read_yaml

WORDINGS = ["introduction", "greeting", "goodbye", "thanks", "what_am_i", "acknowledged", "person", "not_covered", "nearest", "which_question", "other_questions", "nothing_else", "nothing_to_repeat", "their_leaflet_silent", "leaflets_differ", "which_leaflet", "leaflet_chosen", "region_chosen", "also_read", "source", "review_overdue", "dose_question", "broken", "empty", "too_long", "too_quick", "not_english"]
_EVERYWHERE = {"contact", "contact_as_whom", "emergency", "urgent"}
_FILLED_IN = {  # what one sentence alone may fill in
    "their_leaflet_silent": {"title"},
    "leaflet_chosen": {"title"},
    "region_chosen": {"title"},
    "source": {"title", "section", "publisher", "version", "issued"},
    "review_overdue": {"date"},
}


@dataclass(frozen=True)
class Site:
    """Numbers, contacts by leaflet id, and wording by name; every sentence is complete before it leaves `say`."""

    emergency: str
    urgent: str
    contact_default: str
    contacts: dict[str, str]
    wording: dict[str, str]

    def contact(self, leaflet: str | None) -> str:
        """Whom to phone about `leaflet`, as it stands after "Please phone"."""
        return self.contacts.get(leaflet or "", self.contact_default)

    def say(self, name: str, leaflet: str | None = None, **filled_in: str) -> str:
        """The sentence `name` with everything filled in."""
        return self.filled(self.wording[name], leaflet, **filled_in)

    def filled(self, sentence: str, leaflet: str | None = None, **filled_in: object) -> str:
        """`sentence` with the telephone numbers of this hospital and whatever else is given."""
        contact = self.contact(leaflet)
        # "Please ask the number on …" reads oddly: a bare number is asked by phoning it
        whom = contact if not contact.startswith("the number") else f"your hospital team, on {contact}"
        values = {"contact": contact, "contact_as_whom": whom, "emergency": self.emergency, "urgent": self.urgent}
        return sentence.format(**values, **filled_in)


def read_site(file: Path = DATA / "site.yml") -> Site:
    """The hospital's settings. Raises YamlError naming file, line and key for a missing or unknown one."""
    entry = check_keys(file, read_yaml(file), "site", ["numbers", "contact_default", "wording"], ["contacts"])
    numbers = check_keys(file, entry["numbers"], "numbers", ["emergency", "urgent"])
    wording = check_keys(file, entry["wording"], "wording", WORDINGS)
    _check_braces(file, wording)
    return Site(str(numbers["emergency"]), str(numbers["urgent"]), str(entry["contact_default"]), _contacts(file, entry), dict(wording))


def _contacts(file: Path, entry: Lined) -> dict[str, str]:
    given = entry.get("contacts")
    if not given:
        return {}
    if not isinstance(given, Lined):
        raise YamlError(file, entry.lines["contacts"], f"'contacts' has the value {given!r}; expected a line 'leaflet: whom to phone' for each leaflet")
    for leaflet, contact in given.items():
        if not isinstance(contact, (str, int)) or isinstance(contact, bool):
            raise YamlError(file, given.lines[leaflet], f"'contacts' has the value {contact!r} for '{leaflet}'; expected whom to phone, between quotation marks")
    return {str(leaflet): str(contact) for leaflet, contact in given.items()}


def _check_braces(file: Path, wording: Lined) -> None:
    for name, text in wording.items():
        if not isinstance(text, str) or not text.strip():
            raise YamlError(file, wording.lines[name], f"'{name}' has no sentence")
        try:
            fields = [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]
        except ValueError as error:
            raise YamlError(file, wording.lines[name], f"'{name}' has a brace without its partner") from error
        for field in fields:
            allowed = _EVERYWHERE | _FILLED_IN.get(name, set())
            if field not in allowed:
                raise YamlError(file, wording.lines[name], f"'{name}' fills in the unknown '{{{field}}}'; allowed are: {', '.join(sorted(allowed))}")

"""Compares two runs answer by answer: `make stories-compare A=… B=…`."""
import argparse
import sys
from pathlib import Path
from typing import Iterator

from bot.inputs import ROOT
from bot.staff.stories.expectations import KIND_WORDS, LEVEL_WORDS
from bot.staff.stories.record import RecordError, Run, Told, Turned, read_run

_RESULTS = ROOT / "results" / "stories"


def changes(before: Run, after: Run) -> Iterator[str]:
    """What is different in `after`, in words, story by story; nothing where all is the same."""
    yield from _changes_of_assistant(before, after)
    old = {(story.file, story.name): story for story in before.stories}
    new = {(story.file, story.name): story for story in after.stories}
    for key in [key for key in old if key not in new]:
        yield f"{key[0]}: '{key[1]}' is no longer there"
    for key, story in new.items():
        if key not in old:
            yield f"{key[0]}: '{key[1]}' is new and {'passes' if story.passed else 'FAILS'}"
        else:
            found = list(_changes_of_story(old[key], story))
            if found:
                yield f"{key[0]}: '{key[1]}'"
                yield from (f"    {line}" for line in found)


def _changes_of_assistant(before: Run, after: Run) -> Iterator[str]:
    if before.assistant.get("model") != after.assistant.get("model"):
        yield f"the model: {before.assistant.get('model')} before, {after.assistant.get('model')} now"
    old = {leaflet["id"]: leaflet for leaflet in before.leaflets}
    new = {leaflet["id"]: leaflet for leaflet in after.leaflets}
    for id_ in sorted(old.keys() | new.keys()):
        if id_ not in new or id_ not in old:
            yield f"the leaflet {id_} {'came in' if id_ in new else 'is no longer in use'}"
        elif old[id_] != new[id_]:
            yield f"the leaflet {id_} changed: {', '.join(key for key in new[id_] if new[id_][key] != old[id_].get(key))}"


def _changes_of_story(before: Told, after: Told) -> Iterator[str]:
    if before.passed != after.passed:
        yield "now passes" if after.passed else "NOW FAILS"
    if [turn.said for turn in before.turns] != [turn.said for turn in after.turns]:
        yield "the script itself was changed"
    for old, new in zip(before.turns, after.turns):
        if old.said != new.said:
            break
        found = list(_changes_of_turn(old, new))
        if found:
            yield f"to: {new.said}"
            yield from (f"  {line}" for line in found)


def _changes_of_turn(before: Turned, after: Turned) -> Iterator[str]:
    old, new = before.custom, after.custom
    for key, name, words in (("kind", "kind of reply", KIND_WORDS), ("escalation", "alarm", LEVEL_WORDS)):
        if old.get(key) != new.get(key):
            yield f"{name}: {words.get(old.get(key), old.get(key))} before, {words.get(new.get(key), new.get(key))} now"
    for key, name in (("topics", "topics"), ("red_flags", "warning signs")):
        if old.get(key) != new.get(key):
            yield f"{name}: {', '.join(old.get(key, ())) or 'none'} before, {', '.join(new.get(key, ())) or 'none'} now"
    yield from _changes_of_quotes(old.get("quotes", ()), new.get("quotes", ()))
    if before.texts != after.texts and old.get("quotes") == new.get("quotes"):
        gone = [text for text in before.texts if text not in after.texts]
        come = [text for text in after.texts if text not in before.texts]
        yield from (f"no longer said: {_short(text)}" for text in gone)
        yield from (f"newly said: {_short(text)}" for text in come)


def _changes_of_quotes(before, after) -> Iterator[str]:
    old = {(quote["leaflet"], quote["text"]): quote for quote in before}
    new = {(quote["leaflet"], quote["text"]): quote for quote in after}
    for key in old.keys() - new.keys():
        yield f"no longer quoted from {key[0]}: {_short(key[1])}"
    for key in new.keys() - old.keys():
        yield f"newly quoted from {key[0]}: {_short(key[1])}"


def _short(text: str, most: int = 160) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[:most].rsplit(" ", 1)[0] + " …"


def the_last_two(folder: Path) -> tuple[Path, Path]:
    """The two latest records of `folder`. Raises RecordError where there are fewer."""
    kept = sorted((folder / "runs").glob("*.json"))
    if len(kept) < 2:
        raise RecordError(f"there are {len(kept)} runs in {folder / 'runs'}; two are needed. Play the stories, or name two runs with A=… B=…")
    return kept[-2], kept[-1]


def main() -> None:
    """Command line. Exit status 0 whether or not something changed; 2 where there is nothing to compare."""
    parser = argparse.ArgumentParser(prog="make stories-compare", description="Says what changed between two story runs.")
    parser.add_argument("runs", nargs="*", type=Path, help="two records or the folders they are in; the last two runs if none is named")
    given = parser.parse_args().runs
    try:
        if len(given) not in (0, 2):
            raise RecordError("name both runs (A=… and B=…), or none for the last two")
        first, second = given or the_last_two(_RESULTS)
        before, after = read_run(first), read_run(second)
    except RecordError as error:
        print(f"stories-compare: {error}", file=sys.stderr)
        sys.exit(2)
    found = list(changes(before, after))
    print(f"Before: {before.made} ({len(before.stories)} stories). Now: {after.made} ({len(after.stories)} stories).")
    print("\n".join(found) if found else "Nothing changed: every answer is the same, word for word.")


if __name__ == "__main__":
    main()

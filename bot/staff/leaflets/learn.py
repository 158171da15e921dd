"""Learn the proposer's weights anew: `python -m bot.staff.leaflets.learn FOLDER …` (folders of leaflets with approved maps)."""
import sys
from pathlib import Path

from bot.light_tensorflow import without_tensorflow


def main() -> None:
    """Command line: folders of leaflets with approved maps. A leaflet's twins are those that agree with it on most topics."""
    without_tensorflow()
    from bot.catalogue import read_regions, read_topics
    from bot.leaflets.folders import answer_folders
    from bot.leaflets.library import load_library
    from bot.staff.leaflets.learning import learnt, rows_of, twins_of, without, written
    from bot.staff.leaflets.proposer import WEIGHTS_FILE

    topics, regions = read_topics(), read_regions()
    leaflets = {}
    for folder in map(Path, sys.argv[1:]):
        leaflets.update(load_library(folder, answer_folders(folder), topics, regions.by_id).active)
    if len(leaflets) < 3:
        sys.exit(f"learn: {len(leaflets)} leaflets with approved maps were found; at least 3 are needed")
    found = list(leaflets.values())
    rows = []
    for leaflet in found:
        print(f"Measuring {leaflet.id}.", flush=True)
        rows.append(rows_of(leaflet, without(leaflet, found, lambda id_: twins_of(leaflets[id_], found)), topics))
    WEIGHTS_FILE.write_text(written(learnt(rows)), encoding="utf-8")
    print(f"Written: {WEIGHTS_FILE.name}, learnt from {len(found)} leaflets.")


if __name__ == "__main__":
    main()

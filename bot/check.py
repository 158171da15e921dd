"""Say which leaflets can be quoted and what is wrong with the others: `python -m bot.check FOLDER`; exit status 1 if none can.

A process of its own, so that `make serve` does not keep the readers in memory.
"""
import sys
from pathlib import Path

from bot.light_tensorflow import without_tensorflow


def main() -> None:
    """Command line: the folder of leaflets."""
    without_tensorflow()
    from bot.catalogue import read_regions, read_topics
    from bot.leaflets.folders import answer_folders
    from bot.leaflets.library import load_library
    from bot.yaml_file import YamlError

    folder = Path(sys.argv[1])
    try:
        library = load_library(folder, answer_folders(folder), read_topics(), read_regions().by_id)
    except YamlError as error:
        sys.exit(f"check: {error}")
    for problem in library.problems:
        print(f"  Attention: {problem}", flush=True)
    if not library.active:
        sys.exit(f"check: no leaflet in '{folder}' can be quoted: each needs an approved answer map (docs/leaflets.md)")
    print(f"Leaflets: {', '.join(leaflet.about.title for leaflet in library.active.values())}.", flush=True)


if __name__ == "__main__":
    main()

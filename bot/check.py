"""Say which leaflets can be quoted and what is wrong with the others: `python -m bot.check FOLDER`; exit status 1 if none can.

Also reads what is set and worded for the web chat, so that a mistake there is told in a sentence and not in a log.

A process of its own, so that `make serve` does not keep the readers in memory.
"""
import sys
from pathlib import Path

from bot.light_tensorflow import without_tensorflow


def main() -> None:
    """Command line: the folder of leaflets."""
    without_tensorflow()
    from bot.answers.site import read_site
    from bot.catalogue import read_regions, read_topics
    from bot.channels.web.settings import SettingError, WebSettings
    from bot.channels.web.wording import read_wording
    from bot.leaflets.folders import answer_folders
    from bot.leaflets.library import load_library
    from bot.yaml_file import YamlError

    folder = Path(sys.argv[1])
    try:
        read_wording(read_site())
        WebSettings.from_environment()
        library = load_library(folder, answer_folders(folder), read_topics(), read_regions().by_id)
    except (YamlError, SettingError) as error:
        sys.exit(f"check: {error}")
    for problem in library.problems:
        print(f"  Attention: {problem}", flush=True)
    if not library.active:
        sys.exit(f"check: no leaflet in '{folder}' can be quoted: each needs an approved answer map (docs/leaflets.md)")
    print(f"Leaflets: {', '.join(leaflet.about.title for leaflet in library.active.values())}.", flush=True)


if __name__ == "__main__":
    main()

"""`make withdraw LEAFLET=short-name`: stop quoting a leaflet at once. Asks for name, role and reason."""
import os
import sys

from bot.light_tensorflow import without_tensorflow


def main() -> None:
    """Settings from the environment: LEAFLET, and BY, ROLE, WHY where nobody is there to be asked."""
    without_tensorflow()
    from bot.catalogue import read_regions, read_topics
    from bot.leaflets.errors import MapError
    from bot.leaflets.folders import answer_folders, leaflets_folder
    from bot.staff.leaflets.opening import known_maps
    from bot.staff.leaflets.review import ReviewError
    from bot.staff.leaflets.signing import Signer
    from bot.yaml_file import YamlError

    id_, leaflets = os.environ.get("LEAFLET") or "", leaflets_folder()
    try:
        known = sorted(known.about.id for known in known_maps(answer_folders(leaflets), read_topics(), read_regions().by_id))
        if id_ not in known:
            sys.exit(f"withdraw: there is no leaflet '{id_}'; name one, like 'make withdraw LEAFLET={known[0] if known else 'short-name'}'. There are: {', '.join(known)}")
        by = os.environ.get("BY") or input("Your name: ")
        role = os.environ.get("ROLE") or input("Your role: ")
        why = os.environ.get("WHY") or input("Why is it withdrawn? ")
        file = Signer(leaflets).withdraw(id_, by, role, why)
    except (MapError, ReviewError, YamlError) as error:
        sys.exit(f"withdraw: {error}")
    except (EOFError, KeyboardInterrupt):
        sys.exit("\nwithdraw: stopped; nothing was changed")
    print(f"Withdrawn. A running assistant stops quoting '{id_}' within 5 seconds. Signed in {file}.")


if __name__ == "__main__":
    main()

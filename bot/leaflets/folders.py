"""Where leaflets, their answer maps and their signatures are kept: a hospital's own folder first, then what ships."""
import os
from pathlib import Path

from bot.catalogue import DATA

SHIPPED_LEAFLETS, SHIPPED_ANSWERS = DATA / "leaflets", DATA / "answers"
SIGNED, DRAFTS, EARLIER = "signed", "drafts", "earlier"


def leaflets_folder() -> Path:
    """Where the leaflets are read from: the directory named by LEAFLETS, else the sample leaflets."""
    return Path(os.environ.get("LEAFLETS") or SHIPPED_LEAFLETS)


def own_answers(leaflets: Path) -> Path:
    """Where this hospital's answer maps are written: ANSWERS if set, else `answers` beside the leaflets, else what ships."""
    if os.environ.get("ANSWERS"):
        return Path(os.environ["ANSWERS"])
    return SHIPPED_ANSWERS if leaflets.resolve() == SHIPPED_LEAFLETS.resolve() else leaflets / "answers"


def answer_folders(leaflets: Path) -> tuple[Path, ...]:
    """All folders of answer maps, the one that outranks the others first."""
    return tuple(dict.fromkeys([own_answers(leaflets), SHIPPED_ANSWERS]))

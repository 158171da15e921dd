"""The answer maps: a topic's passage speaks of the topic. Catches two topics that were swapped, which no checksum can see."""
import re
from pathlib import Path

import pytest

from bot.catalogue import DATA, read_regions, read_topics
from bot.leaflets.library import load_library

REAL = Path(__file__).resolve().parents[2] / "shared" / "leaflets"
SPEAKS_OF = {
    "alternatives": "alternativ|other|instead|surgery|physio",
    "blood_thinners": "blood|thin",
    "consent": "consent|sign",
    "diabetes": "diabet|sugar",
    "dressing": "dressing|plaster",
    "driving": r"driv|\bcar\b",
    "eat_drink_before": "eat|drink|food|fast",
    "eating_after": r"\beat",
    "exercise": "exercis",
    "how_long_it_takes": "minute|hour",
    "numbness_weakness": "numb|weak",
    "pain_diary": "diary",
    "periods": "period",
    "pregnancy": "pregnan",
    "radiation": "radiation|X-ray",
    "risk_bleeding": "bleed|bruis",
    "risk_headache": "headache|spinal fluid|CSF",
    "risk_infection": "infect",
    "risk_nerve_damage": "nerve",
    "scans_needed": "scan|MRI|X-ray",
    "sedation": "sedat",
    "warning_signs": "A&E|emergency|call|contact|urgent|doctor",
}


@pytest.fixture(scope="module")
def passages():
    """The words of every passage by folder, leaflet and topic."""
    found = {}
    for folder in (DATA / "leaflets", REAL):
        if folder.is_dir():
            library = load_library(folder, DATA / "answers", read_topics(), read_regions().by_id)
            for leaflet in library.active.values():
                for topic, parts in leaflet.passages.items():
                    found[leaflet.id, topic] = " ".join(part.text for part in parts)
    return found


@pytest.mark.parametrize("topic", SPEAKS_OF)
def test_a_passage_speaks_of_its_topic(passages, topic):
    """Every leaflet's passage on the topic has one of its words."""
    texts = {leaflet: text for (leaflet, of), text in passages.items() if of == topic}
    assert texts
    assert [leaflet for leaflet, text in texts.items() if not re.search(SPEAKS_OF[topic], text, re.I)] == []

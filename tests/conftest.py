"""What every test shares: no TensorFlow (its import takes longer than most of the tests together), and the project's root."""
import sys

# before anything imports spaCy: thinc would import TensorFlow wherever it is installed
sys.modules.setdefault("tensorflow", None)

import pytest_randomly  # noqa: E402

pytest_randomly.entrypoint_reseeds = []  # thinc's seeder imports TensorFlow and refuses seeds above 2**32

from hypothesis import settings  # noqa: E402

# a machine that is busy for a moment is no fault of the code
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

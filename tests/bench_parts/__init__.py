"""The parts of `make bench` (tests/bench.py): each measures one thing and knows nothing of the others."""

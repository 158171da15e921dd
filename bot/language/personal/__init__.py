"""What could identify somebody, by kind: each module finds its kind in a cleaned message and gives (start, end, what it is)."""
from typing import Iterator

Span = tuple[int, int, str]
Spans = Iterator[Span]

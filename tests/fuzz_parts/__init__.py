"""What `make fuzz` throws made-up input at."""
from dataclasses import dataclass
from typing import Any, Callable


@dataclass(frozen=True)
class Target:
    """Something to be tried: its name, how its input is made up, and the trial, which raises for a finding."""

    name: str
    inputs: Any
    trial: Callable[[Any], None]

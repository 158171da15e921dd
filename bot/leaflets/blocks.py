"""The blocks a leaflet is made of, and the one canonical text they are written out to.

Every offset the product ever names (quotes, answer maps, proofs) counts characters of `canonical_text`.
"""
import re
from dataclasses import dataclass
from typing import Literal, Sequence

Kind = Literal["heading", "paragraph", "bullet"]


@dataclass(frozen=True)
class Block:
    """One heading, paragraph or bullet; `text` holds the printed words with single spaces.

    `level` is the Markdown level of a heading (1 to 6) or the depth of a bullet (0 for the outermost).
    """

    kind: Kind
    text: str
    level: int = 0

    @property
    def line(self) -> str:
        """The block as its one line of canonical text."""
        if self.kind == "heading":
            return "#" * self.level + " " + self.text
        if self.kind == "bullet":
            return "  " * self.level + "- " + self.text
        return self.text

    @property
    def mark_width(self) -> int:
        """How many characters of `line` stand before the printed words."""
        return len(self.line) - len(self.text)


def one_space(text: str) -> str:
    """`text` with every run of white space (non-breaking too) as one space, and none at its ends."""
    return re.sub(r"[\s\u00a0\u2000-\u200b\u202f\u3000\ufeff]+", " ", text).strip()


def canonical_text(blocks: Sequence[Block]) -> str:
    """All blocks as text: one block a line, a blank line between blocks, none between bullets of one list."""
    lines: list[str] = []
    for previous, block in zip((None, *blocks), blocks):
        same_list = previous is not None and previous.kind == block.kind == "bullet"
        if previous is not None and not same_list:
            lines.append("")
        lines.append(block.line)
    return "\n".join(lines) + "\n" if lines else ""

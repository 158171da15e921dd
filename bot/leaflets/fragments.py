"""Lines as a page's layout left them, put together again: what the plain-text and the PDF reader have in common.

A fragment is a run of lines that the layout shows as one piece. Here is decided which pieces are one sentence cut in two,
which box interrupts a sentence, which words were broken at a line's end, and which short piece reads like a heading.
"""
import re
from dataclasses import dataclass, field
from typing import Sequence

from bot.leaflets.blocks import one_space
from bot.leaflets.import_report import ImportReport

GLYPH = re.compile(r"^(\s*)[•●◦○▪■‣·➢❖\uf0b7\u2043]\s*(?=\S)")
DASH = re.compile(r"^(\s*)[-*–]\s+(?=\S)")
_ENDED = re.compile(r"[.?!:;][)\]\"'”’]*$")
_FUNCTION_WORD = re.compile(r"\b(a|an|and|as|at|but|by|for|from|in|into|is|of|on|or|our|that|the|to|with|your)$", re.I)
_CUT_WORD = re.compile(r"[A-Za-z][-\u2010]$")
_CUT_BEHIND_MARK = re.compile(r"\w[-\u2010–]$|^[A-Za-z]+/$")
_ADDRESS = re.compile(r"[a-z]\.[a-z]{2,}\S*/|https?:/", re.I)
_SUSPENDED = re.compile(r"(and|or|to)\b")  # as in 'short- and long-term', where hyphen and space are the author's
_PREFIX = {"anti", "co", "cross", "ex", "long", "mid", "multi", "non", "off", "on", "over", "post", "pre", "re", "self", "semi", "short", "sub", "well", "x"}
_SMALL_WORDS = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with"}


@dataclass
class Fragment:
    """Lines that belong together so far: one bullet, or a run of lines between blank lines or page starts."""

    bullet: bool
    indent: int = 0
    page_start: bool = False
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def ended(self) -> bool:
        """True where the last line ends like a sentence or a lead-in to a list."""
        return has_ended(self.lines[-1])


def has_ended(line: str) -> bool:
    """True if `line` ends like a sentence or a lead-in to a list."""
    return bool(_ENDED.search(line.rstrip()))


def begins_inside_sentence(words: str) -> bool:
    """True if `words` begin in lower case, as the rest of a sentence does; a lone web or mail address does not count."""
    return words[0].islower() and not re.match(r"\S+[./@]\S+[./@]?\S*$|https?:|www\.", words)


def is_continuation(before: Fragment, fragment: Fragment) -> bool:
    """True if `fragment` is the rest of the sentence that `before` breaks off."""
    if fragment.bullet or before.ended:
        return False
    if not (begins_inside_sentence(fragment.lines[0]) or _FUNCTION_WORD.search(before.lines[-1])):
        return False
    return not is_callout(fragment)


def is_callout(fragment: Fragment) -> bool:
    """A whole statement, capital to full stop, printed where another sentence breaks off; not its continuation."""
    return fragment.lines[0][0].isupper() and fragment.ended and len(fragment.lines) > 1


def join(before: Fragment, fragment: Fragment, report: ImportReport) -> None:
    """Put the lines of `fragment` to those of `before` and say so in `report`."""
    report.joined.append(f"'…{before.lines[-1][-30:]}' with '{fragment.lines[0][:30]}…'")
    before.lines.extend(fragment.lines)


def joined_across_breaks(fragments: Sequence[Fragment], report: ImportReport) -> list[Fragment]:
    """Join a fragment to the one before it where a blank line or page break stands inside a sentence."""
    result: list[Fragment] = []
    for fragment in fragments:
        if result and is_continuation(result[-1], fragment):
            join(result[-1], fragment, report)
        else:
            result.append(fragment)
    return result


def with_callouts_after_their_sentence(fragments: Sequence[Fragment], report: ImportReport) -> list[Fragment]:
    """A box thrown into the middle of a sentence (unfinished, box, rest in lower case) is put behind that sentence."""
    result: list[Fragment] = []
    for fragment in fragments:
        cut_before_box = len(result) >= 2 and not result[-2].ended and not result[-2].bullet and result[-1].ended
        if not fragment.bullet and begins_inside_sentence(fragment.lines[0]) and cut_before_box:
            box = result.pop()
            head, rest = split_after_sentence(fragment.lines)
            result[-1].lines.extend(head)
            report.moved.append(f"the box '{box.text[:40]}…' behind the sentence it stood in")
            result.append(box)
            if rest:
                result.append(Fragment(False, lines=rest))
        else:
            result.append(fragment)
    return result


def split_after_sentence(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines up to the end of the first sentence, and the lines behind it (none if it ends with the last line)."""
    text = "\n".join(lines)
    found = re.search(r"[.?!](?=\s+[A-Z])", text)
    if not found:
        return list(lines), []
    return text[: found.end()].split("\n"), text[found.end() :].strip().split("\n")


def bullet_depths(fragments: Sequence[Fragment]) -> dict[int, int]:
    """Depth of a bullet for each indent; one space more or less is a slip of the layout, not another depth."""
    depths: dict[int, int] = {}
    for indent in sorted({fragment.indent for fragment in fragments if fragment.bullet}):
        near = depths.get(indent - 1)
        depths[indent] = near if near is not None else min(len(set(depths.values())), 2)
    return depths


def joined_lines(lines: Sequence[str], whole: str, report: ImportReport) -> str:
    """`lines` as one, words broken at a line's end joined; `whole` is the leaflet, which shows how a word is spelt."""
    text = lines[0]
    for line in lines[1:]:
        last = text.rsplit(" ", 1)[-1]
        if last.endswith("\u00ad"):
            text = text[:-1] + line  # a soft hyphen is only ever the layout's
        elif _is_cut_address(last, line) or _is_cut_behind_mark(last, line):
            report.joined.append(f"'{last}' with '{line.split()[0]}'")
            text += line
        elif _CUT_WORD.search(last) and line[:1].islower() and not _SUSPENDED.match(line):
            text = _joined_word(text, line, whole, report)
        else:
            text += " " + line
    return one_space(text)


def _is_cut_address(last: str, line: str) -> bool:
    if not _ADDRESS.search(last) or has_ended(last):
        return False
    return " " not in line or last.endswith("-")


def _is_cut_behind_mark(last: str, line: str) -> bool:
    """A range or a compound broken behind its dash or slash, as in '30-' and '45 minutes': nothing stood between."""
    if _CUT_WORD.search(last) and line[:1].islower():
        return False
    return bool(_CUT_BEHIND_MARK.search(last)) and line[:1].isalnum() and not _SUSPENDED.match(line)


def _joined_word(text: str, line: str, whole: str, report: ImportReport) -> str:
    first, second = text.rsplit(" ", 1)[-1][:-1], re.match(r"\w+", line).group(0)
    in_one = f"{first}{second}"
    printed_hyphenated = f"{first}-{second}".lower() in whole.lower()
    keep = first.lower() in _PREFIX or (printed_hyphenated and in_one.lower() not in whole.lower())
    report.joined.append(f"'{first}-' with '{second}'")
    return text + line if keep else text[:-1] + line


def reads_like_heading(lines: Sequence[str], text: str, something_follows: bool) -> bool:
    """True if the words alone look like a heading: a question, a title in capitals, or a few words without full stop."""
    words = text.split()
    if not something_follows or len(words) > 16 or len(lines) > 3 or not text[0].isupper():
        return False
    if text.endswith("?"):
        return True
    if re.search(r"[@©]|https?:|www\.|\d", text) or re.search(r"[.!;,]$", text):
        return False
    title_case = all(word[0].isupper() or word.lower() in _SMALL_WORDS or not word[0].isalpha() for word in words)
    if text.endswith(":"):
        return title_case
    return title_case or len(words) <= 8

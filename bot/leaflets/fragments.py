"""Lines as a page's layout left them, put together again: what the plain-text and the PDF reader have in common.

A fragment is a run of lines that the layout shows as one piece. Here is decided which pieces are one sentence cut in two,
which box interrupts a sentence, which words were broken at a line's end, and which short piece reads like a heading.
"""
import re
from dataclasses import dataclass, field, replace
from typing import Callable, Sequence

from bot.leaflets.blocks import one_space
from bot.leaflets.import_report import ImportReport

GLYPH = re.compile(r"^(\s*)[•●◦○▪■‣·➢❖\uf0b7\u2043]\s*(?=\S)")
DASH = re.compile(r"^(\s*)[-*–]\s+(?=\S)")
_ENDED = re.compile(r"[.?!:;][)\]\"'”’]*$")
_FUNCTION_WORD = re.compile(r"\b(a|an|and|as|at|but|by|for|from|in|into|is|of|on|or|our|that|the|to|with|your)$", re.I)
_CUT_WORD = re.compile(r"[A-Za-z][-\u2010]$")
_CUT_BEHIND_MARK = re.compile(r"\w[-\u2010–]$|^[A-Za-z]+/$")
_ADDRESS = re.compile(r"[a-z]\.[a-z]{2,}\S*/|https?:/|www\.|@", re.I)
_SUSPENDED = re.compile(r"(and|or|to)\b")  # as in 'short- and long-term', where hyphen and space are the author's
_LINE_END_HYPHEN = re.compile(r"[a-z][-\u2010] (?!and\b|or\b|to\b)[a-z]")
_PREFIX = {"cross", "long", "non", "self", "semi", "short", "well", "x"}  # mostly hyphenated, and rarely a syllable
_PARTICIPLE = re.compile(r"(ing|ed|based|free|like|up|off)$")  # as in 'time-saving', 'water-based', 'follow-up'
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


def with_callouts_after_their_sentence(
    fragments: Sequence[Fragment], report: ImportReport, may_go_on: Callable[[Fragment, Fragment], bool] | None = None
) -> list[Fragment]:
    """A box thrown into the middle of a sentence (unfinished, box, rest in lower case) is put behind that sentence.

    A reader that knows more of the layout says by `may_go_on` whether the rest can be the unfinished fragment's.
    """
    result: list[Fragment] = []
    for fragment in fragments:
        cut_before_box = len(result) >= 2 and not result[-2].ended and not result[-2].bullet and result[-1].ended
        cut_before_box = cut_before_box and (may_go_on is None or may_go_on(result[-2], fragment))
        if not fragment.bullet and begins_inside_sentence(fragment.lines[0]) and cut_before_box:
            box = result.pop()
            head, rest = split_after_sentence(fragment.lines)
            result[-1].lines.extend(head)
            report.moved.append(f"the box '{box.text[:40]}…' behind the sentence it stood in")
            result.append(box)
            if rest:
                result.append(replace(fragment, lines=rest))
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
        if _is_layouts_hyphen(last[-1], whole):
            report.joined.append(f"'{last}' with '{line.split()[0]}'")
            text = text[:-1] + line
        elif _is_cut_address(last, line) or _is_cut_behind_mark(last, line):
            report.joined.append(f"'{last}' with '{line.split()[0]}'")
            text += line
        elif _CUT_WORD.search(last) and line[:1].islower() and not _SUSPENDED.match(line):
            text = _joined_word(text, line, whole, report)
        else:
            text += " " + line
    return one_space(text)


def _is_layouts_hyphen(hyphen: str, whole: str) -> bool:
    """True for a soft hyphen, and for a typeset one in a leaflet that has those only ever at the ends of lines."""
    return hyphen == "\u00ad" or (hyphen == "\u2010" and not re.search(r"\w\u2010\w", whole))


def _is_cut_address(last: str, line: str) -> bool:
    if not _ADDRESS.search(last) or has_ended(last) or re.match(r"https?:|www\.", line):
        return False
    return last.endswith("-") or (" " not in line and "/" in last)


def _is_cut_behind_mark(last: str, line: str) -> bool:
    """A range or a compound broken behind its dash or slash, as in '30-' and '45 minutes': nothing stood between."""
    if _CUT_WORD.search(last) and line[:1].islower():
        return False
    return bool(_CUT_BEHIND_MARK.search(last)) and line[:1].isalnum() and not _SUSPENDED.match(line)


def _joined_word(text: str, line: str, whole: str, report: ImportReport) -> str:
    first, second = text.rsplit(" ", 1)[-1], re.match(r"\w+", line).group(0)
    report.joined.append(f"'{first}' with '{second}'")
    return text + line if _keeps_hyphen(first[:-1], second, whole) else text[:-1] + line


def _keeps_hyphen(first: str, second: str, whole: str) -> bool:
    """True if the author, not the layout, put the hyphen between `first` and `second`.

    What the leaflet prints elsewhere decides; then the word itself; then whether this layout breaks words at all.
    """
    printed = whole.lower()
    in_one, apart = f"{first}{second}".lower(), f"{first}-{second}".lower()
    if in_one in printed or apart in printed:
        return in_one not in printed
    if "-" in first or first.lower() in _PREFIX or (first.lower(), second[0]) == ("anti", "i"):
        return True
    if _PARTICIPLE.search(second) and re.search(rf"\b{re.escape(first.lower())}\b(?!-)", printed):
        return True
    if re.search(r"\u2010 [a-z]", whole):
        return True  # this layout breaks words with another sign
    return len(_LINE_END_HYPHEN.findall(whole)) < 0.003 * len(whole.split())


def reads_like_bold_heading(text: str) -> bool:
    """True if a line that is set in bold can be a heading, not an emphasised sentence, an address or a lead-in."""
    words = text.split()
    if not words or len(words) > 16 or text[0].islower() or not re.search(r"[^\W\d_]", text):
        return False
    if re.search(r"[.!;,]$|[@©]|https?:|www\.", text):
        return False
    return not text.endswith(":") or len(words) <= 3


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

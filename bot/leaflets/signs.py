"""What the letters of sign fonts stand for: such a font draws a tick where other fonts have an ü.

Ticks and crosses say "do" and "don't", and "at least" changes what a number says: all of them are wording.
"""

_SYMBOL = {0x6D: "μ", 0xA3: "≤", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•"}
_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "□", 0xD8: "➢", 0xE0: "→",
    0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_DINGBATS = {0x33: "✓", 0x34: "✔", 0x35: "✕", 0x36: "✖", 0x37: "✗", 0x38: "✘", 0x6C: "●", 0x6E: "■", 0x75: "◆"}
_PRIVATE = 0xF000  # word processors keep a sign font's letters in this private corner of Unicode
UNKNOWN = "\ufffd"


def sign(letter: str, font: str) -> str:
    """The sign that `letter` draws in `font`; `letter` itself in a font of letters, UNKNOWN for a sign not listed here."""
    private = len(letter) == 1 and _PRIVATE <= ord(letter) <= _PRIVATE + 0xFF
    code = ord(letter) - _PRIVATE * private if len(letter) == 1 else -1
    name = font.lower()
    if "wingdings" in name:
        return _WINGDINGS.get(code, UNKNOWN) if code < 0x100 else letter
    if "dingbats" in name:
        return _DINGBATS.get(code, UNKNOWN) if code < 0x100 else letter
    if private:
        return _SYMBOL.get(code, UNKNOWN)
    return letter

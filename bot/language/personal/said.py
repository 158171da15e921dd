"""Numbers below a hundred as they are said, for patterns: "fifteen", "forty two"."""

ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
TEENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
TENS = r"(?:twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety)"
NUMBER = rf"(?:{TENS}(?:[ -]{ONES})?|{TEENS}|{ONES})"

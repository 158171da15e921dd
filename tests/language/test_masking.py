"""Personal data masked, everything else left."""
import pytest

from bot.language.cleaning import clean
from bot.language.masking import is_nhs_number, mask


@pytest.mark.parametrize(
    "message, masked",
    [
        ("write to jo.b+x@example.co.uk please", "write to [email] please"),
        ("jo at example dot co dot uk", "[email]"),
        ("my nhs number is 943 476 5919", "my nhs number is [NHS number]"),
        ("it is 9434765919 ok", "it is [NHS number] ok"),
        ("ring me on 0114 496 0123", "ring me on [phone number]"),
        ("ring me on 07700 900123", "ring me on [phone number]"),
        ("ring +44 7700 900123", "ring [phone number]"),
        ("I live in S10 2JF", "I live in [postcode]"),
        ("I live at 12 high street", "I live at [address]"),
        ("the taxi comes to 4 Mill Lane", "the taxi comes to [address]"),
        ("born 3.5.61", "born [date of birth]"),
        ("dob 3 may 61", "dob [date of birth]"),
        ("my date of birth is 1961-05-03", "my date of birth is [date]"),
        ("letter of 12/03/2024", "letter of [date]"),
        ("hospital number RHQ 123456", "hospital number [number]"),
        ("my name is John Smith", "my name is [name]"),
        ("i'm called mary", "i'm called [name]"),
        ("booked with Dr Jones", "booked with Dr [name]"),
        ("my name's Jo, ring 07700 900123", "my name's [name], ring [phone number]"),
    ],
)
def test_personal_data_is_masked(message, masked):
    """What could identify somebody is replaced by what it was."""
    assert mask(message) == masked


@pytest.mark.parametrize(
    "message",
    [
        "temp is 38.6 since 3 o'clock",
        "call 999 or 111",
        "I take 300 mg twice a day",
        "had it on 3 March",
        "L4/5 and L5/S1",
        "my name is on the letter",
        "once I'm called through, how long does it take",
        "I'm called back on Monday",
        "is the doctor there at 10.30",
    ],
)
def test_what_identifies_nobody_stays(message):
    """Doses, temperatures, times and emergency numbers stay readable."""
    assert mask(message) == message


@pytest.mark.parametrize("number, valid", [("943 476 5919", True), ("9434765919", True), ("9434765918", False), ("943476591", False), ("94347659190", False), ("0000000101", False)])
def test_nhs_number_is_known_by_its_check_digit(number, valid):
    """Ten digits are an NHS number only with the right check digit."""
    assert is_nhs_number(number) is valid


def test_ordinary_messages_stay(examples):
    """Of all training messages only the handful with a name are masked."""
    changed = [text for text, _ in examples if mask(clean(text)) != clean(text)]
    assert len(changed) <= len(examples) // 1000, changed

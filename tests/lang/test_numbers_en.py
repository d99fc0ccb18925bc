"""English numbers: said aloud or written, the same number is the same; words that only look like one are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.core.reader import Quantity
from livebot.lang.data import load
from livebot.lang.numbers_en import quantities

SAME = {
    (
        129,
        "usd",
    ): "$129|129 dollars|one twenty nine dollars|one hundred twenty nine dollars|one hundred and twenty nine dollars|129$|129 bucks",
    (29.9, "usd"): "$29.90|29.90 dollars|twenty nine ninety dollars",
    (12.99, ""): "12.99|twelve ninety nine",
    (19.99, ""): "19.99|nineteen ninety nine",
    (1200, ""): "1200|1,200|twelve hundred|one thousand two hundred",
    (2500, ""): "2,500|two thousand five hundred|twenty five hundred",
    (0.99, "usd"): "99 cents|ninety nine cents|$0.99",
    (5, "usd"): "$5|five dollars|five bucks|5 usd|5 dollars",
    (20, "gbp"): "£20|twenty quid|20 quid",
    (15, "eur"): "€15|15 euros|fifteen euros",
    (10, "%"): "10%|ten percent|10 percent",
    (50, "%"): "50%|fifty percent|50% off|50%off",
    (100, "%"): "100%|hundred percent|a hundred percent|one hundred percent",
    (50, "h"): "50 hours|fifty hours|50h|50 hrs|five zero hours",
    (48, "h"): "48 hours|forty eight hours|48hrs",
    (20, "min"): "20 minutes|twenty minutes|20 mins|20min",
    (30, "s"): "30 seconds|thirty seconds",
    (3, "day"): "3 days|three days",
    (2, "week"): "2 weeks|two weeks",
    (12, "month"): "12 months|twelve months",
    (2, "year"): "2 years|two years|2yr|2 yrs",
    (30, "ml"): "30ml|30 ml|thirty ml",
    (16, "oz"): "16 oz|16oz|sixteen ounces",
    (100, "g"): "100g|100 grams|a hundred grams|one hundred grams",
    (2.5, "kg"): "2.5 kg|2.5kg|two point five kg|two and a half kg",
    (6, "in"): "6 inches|six inches|6 in|6in",
    (6, "ft"): "6ft|six feet|6 feet",
    (5, "lb"): "5 lbs|5lb|five pounds",
    (3, "ea"): "3 pieces|three pieces|3 pcs",
    (3, "kinds"): "3 colors|three colours|three shades",
    (7, "clock"): "7am|7 pm|seven pm",
    (248, ""): "248|two hundred forty eight|two hundred and forty eight",
    (149, ""): "149|one forty nine",
    (109, ""): "109|one oh nine|one hundred nine",
    (8.5, ""): "8.5|eight point five|eight and a half",
    (0.5, ""): "0.5|point five|zero point five",
    (50_000, ""): "50,000|fifty thousand",
    (50, "spf"): "50 spf|fifty spf",
}


@pytest.mark.parametrize(("number", "texts"), SAME.items(), ids=str)
def test_one_number_however_it_is_said(number: tuple[float, str], texts: str) -> None:
    """Spoken, written, with its unit before or after."""
    for text in texts.split("|"):
        found = quantities(text)
        assert [(round(q.value, 4), q.unit) for q in found] == [number], text


def test_the_table_is_long_enough() -> None:
    """At least sixty forms."""
    assert sum(len(texts.split("|")) for texts in SAME.values()) >= 60


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3-5 days", [3, 5]),
        ("three to five days", [3, 5]),
        ("3 in 1", [3, 1]),
        ("2 in stock", [2]),
        ("two for fifty", [2, 50]),
        ("size 8 and size 9", [8, 9]),
        ("6in x 4in", [6, 4]),
        ("it was $20 now $15", [20, 15]),
    ],
)
def test_several_numbers_in_a_line(text: str, values: list[float]) -> None:
    """Each once, in order."""
    assert [quantity.value for quantity in quantities(text)] == values


def test_a_preposition_is_no_inch() -> None:
    """`2 in stock` counts pieces of nothing in particular."""
    assert {quantity.unit for text in ("2 in stock", "3 in 1", "five in the pack") for quantity in quantities(text)} == {""}


NO_NUMBERS = """
this one|that one|one of us|which one|no one|someone|anyone|everyone|oh no|oh|to go|for me|ate it|won it|tenant|often
weight|attention|done|none|phone|money|stone|bone|tone|alone|honest|someone else|a second|in a minute|point taken
at this point|at this point one of us|half off|the other half|hundreds of people|thousands|and|and a half|a few
a couple|forever|tension|kitten|listen|written|mitten|height|freight|sixth sense|ninth|tent|fourth|zeroed|tencel|boned
canine|feminine|oneself|ones|wonton|threefold|twofold|fivefold|sevenths|elevenses|once|twice
"""


@pytest.mark.parametrize("text", [text for text in NO_NUMBERS.replace("\n", "|").split("|") if text])
def test_words_that_are_no_numbers(text: str) -> None:
    """Pronouns, prepositions and words that hold a number's letters."""
    assert quantities(text) == ()


def test_the_list_of_words_is_long_enough() -> None:
    """At least sixty of them too."""
    assert len([text for text in NO_NUMBERS.replace("\n", "|").split("|") if text]) >= 60


ONES, TENS = list(load("numbers_en.json")["ones"])[2:], [word for word in load("numbers_en.json")["tens"] if word != "fourty"]


def _spoken(number: int) -> str:
    """A number from 1 below a million as it is read in full."""
    if number < 20:
        return ONES[number - 1]
    if number < 100:
        return TENS[number // 10 - 2] + (f" {ONES[number % 10 - 1]}" if number % 10 else "")
    if number < 1000:
        return f"{ONES[number // 100 - 1]} hundred" + (f" and {_spoken(number % 100)}" if number % 100 else "")
    return f"{_spoken(number // 1000)} thousand" + (f" {_spoken(number % 1000)}" if number % 1000 else "")


@given(st.integers(2, 999_999))
def test_every_amount_is_the_same_spoken_and_written(number: int) -> None:
    """Any amount of dollars read aloud in full is the amount in figures."""
    assert quantities(f"${number:,}") == (Quantity(float(number), "usd"),)
    assert quantities(f"{_spoken(number)} dollars") == (Quantity(float(number), "usd"),)


@given(
    st.lists(
        st.sampled_from([*ONES, *TENS, "hundred", "thousand", "point", "and", "a", "half", "oh", "dollars", "in", "12", "$", "%", "."]),
        max_size=14,
    )
)
def test_any_heap_of_words_is_taken(words: list[str]) -> None:
    """Never an error, never a number below nothing."""
    assert all(quantity.value >= 0 for quantity in quantities(" ".join(words)))

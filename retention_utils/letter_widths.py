"""How wide words are on a page, which no stylesheet can tell and no server sees."""

__all__ = ["BOLD", "text_width"]

BOLD = 1.07  # how much wider the letters of a head are than those of a cell
OTHERS = 0.62  # of letters in no line below

# Parts of the letters' size, as the widest of the page's fonts has them: no word is wider for any reader.
WIDTHS = {
    0.0: "\u2060\u00ad\n",
    0.26: "’'ijlії\u00a0\u202f ",
    0.28: ",.:;J",
    0.34: "()[]-IfІЇ",
    0.43: "t“”/r?°г",
    0.5: "zcsстзэє–",
    0.53: "vykxукх«»FLГ",
    0.57: "0123456789$+−<=>×÷€₸₴YZSETaeЕТаеяё",
    0.66: "CСЭAЄАЯBВийнuhnУП",
    0.76: "ДЧъЛфDGUHНЦжмNИ",
    0.82: "OQОыw…Ф%ю",
    0.93: "ЖшMМщWm",
    1.04: "—№Щ",
}
WIDTH_OF = {letter: width for width, letters in WIDTHS.items() for letter in letters}


def text_width(text: str) -> float:
    """Width of a text in one line, as a multiple of the size of its letters."""
    return sum(WIDTH_OF.get(letter, OTHERS) for letter in text)

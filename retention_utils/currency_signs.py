"""How amounts name their currency: the signs and words that stand beside them, for every currency."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["currency_in", "currency_sign", "currency_signs", "currency_words", "every_sign"]

# In lower case, beside the code itself. Of currencies that share a sign the first is meant, where nothing
# else tells them apart; none is where each is as likely.
CURRENCY_SIGNS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "EUR": ("€", "euro", "евро", "євро"), "USD": ("$", "us$", "долл.", "долл", "дол."), "GBP": ("£",),
    "UAH": ("₴", "грн.", "грн", "гривен", "гривень"),
    "RUB": ("₽", "руб.", "руб", "рублей", "р.", "р", "rur"), "PLN": ("zł", "zl"),
    "KZT": ("₸", "тг.", "тг", "тенге"), "AED": ("dh", "dhs"), "AMD": ("֏", "драм"),
    "AUD": ("a$", "au$", "$"), "AZN": ("₼", "ман."), "BGN": ("лв.", "лв"), "BRL": ("r$",),
    "BYN": ("br", "бел. руб.", "руб.", "руб", "р.", "р"), "CAD": ("c$", "ca$", "can$", "$"),
    "CHF": ("fr.", "fr", "sfr."), "CNY": ("¥", "元", "rmb"), "CZK": ("kč", "kc"), "DKK": ("kr.", "kr"),
    "GEL": ("₾", "лари", "ларі"), "HUF": ("ft",), "ILS": ("₪",), "INR": ("₹", "rs.", "rs"),
    "JPY": ("¥", "円"), "KGS": ("сом",), "KRW": ("₩",), "MDL": ("lei", "лей"), "NOK": ("kr.", "kr"),
    "RON": ("lei",), "SEK": ("kr.", "kr"), "TRY": ("₺", "tl"), "UZS": ("сум", "сўм"),
})  # fmt: skip
AS_LIKELY = {"¥", "kr.", "kr", "lei"}


def currency_signs(code: str) -> tuple[str, ...]:
    """Return how amounts in a currency are marked as such, longest first: its code and its usual signs."""
    return _longest_first({code.lower(), *CURRENCY_SIGNS.get(code, ())})


def currency_sign(code: str) -> str | None:
    """Return the sign, no letters, that stands for this currency and for no other; None without one."""
    signs = (sign for sign in CURRENCY_SIGNS.get(code, ()) if unicodedata.category(sign[0]) == "Sc")
    return next((sign for sign in signs if MEANT[sign] == code), None)


def every_sign() -> tuple[str, ...]:
    """Return the codes and signs of all currencies, longest first."""
    return _longest_first({sign for code in CURRENCY_SIGNS for sign in currency_signs(code)})


def currency_words(own: str) -> dict[str, str]:
    """Return the currency that each sign and word means, to a client with a currency of its own."""
    return {sign: code for sign, code in MEANT.items() if code} | dict.fromkeys(currency_signs(own), own)


def currency_in(text: str) -> str | None:
    """Return the currency that a sign, code or word in the text stands for, if there is just one."""
    found = {MEANT[sign] for sign in SIGN.findall(text.casefold())}
    return found.pop() if len(found) == 1 else None


def _longest_first(signs: set[str]) -> tuple[str, ...]:
    return tuple(sorted(signs, key=lambda sign: (-len(sign), sign)))


MEANT: Mapping[str, str | None] = MappingProxyType(
    {
        sign: None if sign in AS_LIKELY else code
        for code in reversed(CURRENCY_SIGNS)
        for sign in currency_signs(code)
    }
)
# A sign of letters stands alone, not within a word.
SIGN = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, every_sign()))})(?![^\W\d_])")

"""The words that exports use, in English, Russian and Ukrainian: of columns, totals, statuses, currencies."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from difflib import SequenceMatcher

from retention_utils.currency_signs import every_sign

__all__ = [
    "COLUMN_WORDS",
    "NATIONAL_WORDS",
    "STATUS_STEMS",
    "TIME_ZONES",
    "TOTAL_WORDS",
    "header_weight",
    "normalised",
    "weight_among",
]

# For every role of a column: its names as `normalised` leaves them, and how well each names it (1: exactly).
COLUMN_WORDS: dict[str, dict[float, str]] = {
    "order_id": {
        1.0: "order id|order number|order no|order code|invoice id|invoice no|invoice number|transaction id|"
        "receipt id|receipt number|номер заказа|заказ номер|id заказа|ид заказа|код заказа|номер чека|"
        "номер замовлення|замовлення номер|id замовлення|код замовлення|номер накладной|номер накладної",
        0.9: "order|order name|invoice|receipt|заказ|замовлення|чек|накладная|накладна|номер документа",
        0.6: "number|номер|no|id|name|документ|transaction",
    },
    "customer_id": {
        1.0: "customer id|customer no|customer number|customer code|client id|client code|user id|buyer id|"
        "member id|account id|customer user|shopper id|код клиента|id клиента|ид клиента|номер клиента|"
        "код покупателя|id покупателя|код контрагента|id контрагента|код клієнта|id клієнта|номер клієнта|"
        "код покупця|id покупця|id пользователя|id користувача|loyalty card|номер карты|номер картки|"
        "карта лояльности|картка лояльності",
        0.8: "customer|client|user|buyer|shopper|клиент|покупатель|контрагент|заказчик|пользователь|клієнт|"
        "покупець|замовник|користувач",
        0.5: "customer name|client name|buyer name|billing name|full name|фио|фио клиента|имя клиента|"
        "имя покупателя|имя|піб|піб клієнта|ім я|ім я клієнта|ім я покупця",
    },
    "email": {
        1.0: "email|customer email|billing email|email address|почта|электронная почта|эл почта|пошта|"
        "email клиента|email покупателя|email клієнта|електронна пошта|ел пошта|email покупця",
    },
    "phone": {
        1.0: "phone|telephone|mobile|customer phone|billing phone|phone number|телефон|тел|моб телефон|"
        "телефон клиента|телефон покупателя|номер телефона|контактный телефон|телефон клієнта|"
        "телефон покупця|номер телефону|контактний телефон",
        0.5: "phone 1|shipping phone",
    },
    "ordered_at": {
        1.0: "order date|date of order|ordered at|created at|date created|created|order created|order time|"
        "order created at|purchase date|purchased at|invoice date|transaction date|date created gmt|"
        "дата заказа|дата и время заказа|дата создания|дата оформления|дата покупки|дата продажи|создан|"
        "дата документа|дата замовлення|дата та час замовлення|дата створення|дата оформлення|створено|"
        "дата покупки|дата продажу",
        0.9: "date|datetime|date time|timestamp|time|day|дата|дата и время|дата та час|день|число",
        0.6: "paid at|paid date|date paid|payment date|date completed|дата оплаты|дата оплати|дата платежа",
        0.2: "fulfilled at|shipped at|ship date|shipping date|delivery date|cancelled at|updated at|modified|"
        "дата отгрузки|дата доставки|дата отмены|дата изменения|дата відвантаження|дата скасування|"
        "дата зміни|date of birth|birthday|дата рождения|дата народження",
    },
    "amount": {
        1.0: "net amount|net total|net sales|paid|paid amount|amount paid|total paid|order net total|"
        "к оплате|сумма к оплате|итого к оплате|оплачено|сумма оплаты|сумма со скидкой|итого со скидкой|"
        "до сплати|сума до сплати|сплачено|сума оплати|сума зі знижкою|разом до сплати",
        0.9: "amount|total|order total|order amount|total amount|grand total|total price|total sales|revenue|"
        "sales|order value|dollar value|сумма|сумма заказа|итого|всего|стоимость|стоимость заказа|выручка|"
        "общая сумма|общая стоимость|сумма продажи|сума|сума замовлення|разом|усього|всього|вартість|"
        "вартість замовлення|загальна сума|загальна вартість|виторг|сума продажу",
        0.8: "subtotal|line total|item total|row total|сумма строки|сумма товара|сума рядка|сума товару",
        0.7: "gross|gross amount|gross total|gross sales|сумма без скидки|сумма до скидки|сума без знижки|"
        "сума до знижки",
        0.5: "price|цена|ціна|sum|value|turnover|оборот",
    },
    "quantity": {
        1.0: "quantity|qty|units|pieces|lineitem quantity|item quantity|количество|кол во|кол|шт|кількість|"
        "к сть|к ть|кількість товару|количество товара",
    },
    "unit_price": {
        1.0: "price|unit price|item price|lineitem price|price per unit|price each|цена|цена за единицу|"
        "цена за шт|цена товара|ціна|ціна за одиницю|ціна за шт|ціна товару",
    },
    "discount": {
        1.0: "discount|discount amount|total discount|lineitem discount|"
        "скидка|сумма скидки|знижка|сума знижки"
    },
    "shipping": {
        1.0: "shipping|shipping amount|shipping cost|shipping total|order shipping|delivery|delivery cost|"
        "доставка|стоимость доставки|вартість доставки"
    },
    "tax": {1.0: "tax|taxes|tax amount|total tax|order tax|vat|vat amount|ндс|сумма ндс|пдв|сума пдв"},
    "currency": {1.0: "currency|currency code|order currency|валюта|код валюты|код валюти"},
    "status": {
        1.0: "status|order status|financial status|статус|статус заказа|статус замовлення",
        0.8: "payment status|state|статус оплаты|статус оплати|состояние|стан",
        0.3: "fulfillment status|delivery status|статус доставки",
    },
    "refund_of": {
        1.0: "refund of|refund of order|refund for|refund for order|refunded order|return of|return of order|"
        "original order|original order id|original order number|parent id|parent order|parent order id|"
        "возврат заказа|возврат по заказу|возврат к заказу|исходный заказ|номер исходного заказа|"
        "заказ основание|повернення замовлення|повернення за замовленням|повернення до замовлення|"
        "початкове замовлення|номер початкового замовлення",
    },
    "channel": {
        1.0: "channel|sales channel|order channel|purchase channel|order source|source name|channel name|"
        "канал|канал продаж|канал продажи|канал заказа|источник заказа|источник продажи|канал продажу|"
        "канал продажів|канал замовлення|джерело замовлення|джерело продажу",
        0.9: "source|traffic source|utm source|источник|источник трафика|источник клиента|джерело|"
        "джерело трафіку|джерело клієнта|магазин|точка продаж|точка продажу|store|shop|location",
    },
    "category": {
        1.0: "category|product category|item category|category name|product type|product group|"
        "категория|категория товара|категория товаров|товарная группа|группа товаров|группа товара|"
        "тип товара|категорія|категорія товару|категорія товарів|товарна група|група товарів|група товару|"
        "тип товару",
        0.9: "department|product line|раздел|раздел каталога|отдел|розділ|розділ каталогу|відділ",
    },
}

TOTAL_WORDS = (
    "итого",
    "всего",
    "разом",
    "усього",
    "всього",
    "підсумок",
    "total",
    "totals",
    "grand total",
    "sum",
)

# Beginnings of words in a status, and the group they point to; a hint only.
STATUS_STEMS = {
    "cancelled": ("cancel", "void", "fraud", "declin", "chargeback", "fail", "отмен", "отказ", "аннул",
                  "скас", "анул", "відмов", "reject"),
    "refunded": ("refund", "return", "возвра", "повер"),
    "test": ("test", "тест"),
}  # fmt: skip

# The zones of the countries that use a currency, the largest first.
TIME_ZONES = {
    "UAH": ("Europe/Kyiv",), "RUB": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk"),
    "GBP": ("Europe/London",), "PLN": ("Europe/Warsaw",), "KZT": ("Asia/Almaty",), "BYN": ("Europe/Minsk",),
    "CZK": ("Europe/Prague",), "CHF": ("Europe/Zurich",), "GEL": ("Asia/Tbilisi",),
    "TRY": ("Europe/Istanbul",), "ILS": ("Asia/Jerusalem",), "INR": ("Asia/Kolkata",),
    "JPY": ("Asia/Tokyo",), "CNY": ("Asia/Shanghai",), "SEK": ("Europe/Stockholm",),
    "NOK": ("Europe/Oslo",), "DKK": ("Europe/Copenhagen",), "BGN": ("Europe/Sofia",),
    "RON": ("Europe/Bucharest",), "HUF": ("Europe/Budapest",), "MDL": ("Europe/Chisinau",),
    "UZS": ("Asia/Tashkent",), "AMD": ("Asia/Yerevan",), "AED": ("Asia/Dubai",), "AZN": ("Asia/Baku",),
    "KGS": ("Asia/Bishkek",), "KRW": ("Asia/Seoul",), "BRL": ("America/Sao_Paulo", "America/Manaus"),
    "EUR": ("Europe/Berlin", "Europe/Paris", "Europe/Helsinki", "Europe/Lisbon"),
    "USD": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    "CAD": ("America/Toronto", "America/Vancouver"), "AUD": ("Australia/Sydney", "Australia/Perth"),
}  # fmt: skip

PHRASES = {
    role: {phrase: weight for weight, phrases in words.items() for phrase in phrases.split("|")}
    for role, words in COLUMN_WORDS.items()
}
NAMED = {phrase for phrases in PHRASES.values() for phrase in phrases}
# Single words of the vocabulary that are not English: a reading of a file in which they stand is right.
NATIONAL_WORDS = {
    word
    for phrase in (*NAMED, *TOTAL_WORDS, *every_sign())
    for word in phrase.rstrip(".").split()
    if not word.isascii() and len(word) > 2
}
NEAR = 0.86  # likeness of two spellings of one name
SIGNS = set(every_sign())


def normalised(header: str) -> str:
    """Return a column's name as the vocabulary writes it: lower case, no signs, no unit, single blanks."""
    text = unicodedata.normalize("NFKC", header.replace("№", " номер "))
    text = re.sub(r"(?<=[a-zа-яіїє])(?=[A-ZА-ЯІЇЄ])", " ", text).casefold().replace("ё", "е")
    text = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", text)
    words = [word for word in re.split(r"[^\w.$]+|_", text) if word]
    words = [word for word in words if word not in SIGNS] or words
    return re.sub(r"\be mail\b", "email", " ".join(re.sub(r"[.$]", " ", " ".join(words)).split()))


def header_weight(header: str, role: str) -> float:
    """Say how well a column's name fits a role: 1 exactly, 0 not at all."""
    return weight_among(header, PHRASES[role], NAMED)


def weight_among(header: str, phrases: Mapping[str, float], known: Collection[str]) -> float:
    """Say how well a column's name fits weighted phrases; one that is known by itself, as they say."""
    name = normalised(header)
    if name in known or not name:
        return phrases.get(name, 0.0)
    return max((_likeness(name, phrase) * weight for phrase, weight in phrases.items()), default=0.0)


def _likeness(name: str, phrase: str) -> float:
    """Compare two names: spelt nearly alike, or one holding all words of the other."""
    words, wanted = name.split(), phrase.split()
    if len(phrase) >= 4 and set(wanted) <= set(words):
        return 0.6 + 0.2 * len(wanted) / len(words)
    ratio = SequenceMatcher(None, name, phrase).ratio() if abs(len(name) - len(phrase)) <= 3 else 0.0
    return 0.9 * ratio if ratio >= NEAR and len(name) >= 4 else 0.0

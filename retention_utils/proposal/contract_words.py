"""The words that contract lists use for their columns, in English, Russian and Ukrainian."""

from retention_utils.proposal.vocabulary import COLUMN_WORDS, weight_among

__all__ = ["CONTRACT_WORDS", "contract_weight"]

# As retention_utils.proposal.vocabulary writes them; "" holds what is none of the columns wanted.
CONTRACT_WORDS: dict[str, dict[float, str]] = {
    "customer_id": COLUMN_WORDS["customer_id"] | {0.9: "member|subscriber|member no|subscriber id|абонент|"
        "id абонента|номер абонента|член клуба|член клубу"},
    "subscription_id": {
        1.0: "subscription id|subscription|contract id|contract number|contract no|agreement id|"
        "agreement number|membership id|membership number|id подписки|номер подписки|номер договора|"
        "id договора|номер абонемента|id підписки|номер підписки|номер договору|id договору|"
        "номер абонементу",
        0.9: "договор|договір|agreement|membership no",
    },
    "start": {
        1.0: "start|start date|started|started at|start at|subscription start|subscription start date|"
        "contract start|contract start date|signup date|sign up date|signed up|join date|joined|"
        "joined at|date joined|activation date|activated at|valid from|дата начала|начало|"
        "начало договора|начало действия|дата подключения|дата заключения|действует с|дата вступления|"
        "початок|дата початку|початок договору|початок дії|дата підключення|дата укладання|діє з|"
        "дата вступу",
        0.9: "begin|begin date|beginning|since|from|с|з",
    },
    "end": {
        1.0: "end|end date|ended|ended at|subscription end|subscription end date|contract end|"
        "contract end date|cancelled at|canceled at|cancel date|cancellation date|cancelled on|churn date|"
        "churned at|termination date|terminated at|left on|valid to|valid until|дата окончания|"
        "окончание|конец|дата отключения|дата расторжения|дата ухода|действует до|кінець|"
        "дата закінчення|закінчення|дата відключення|дата розірвання|дата відходу|діє до",
        0.9: "until|to|по|до",
    },
    "tenure_months": {
        1.0: "tenure|tenure months|tenure in months|months of tenure|months as customer|"
        "months with company|months active|customer tenure|months|стаж|стаж месяцев|стаж в месяцах|"
        "месяцев с нами|месяцев|срок в месяцах|стаж місяців|стаж у місяцях|місяців з нами|місяців|"
        "термін у місяцях",
    },
    "has_ended": {
        1.0: "churn|churned|has churned|is churned|churn label|churn value|left|has left|is left|exited|"
        "attrition|has ended|is cancelled|is canceled|отток|ушел|ушла|ушел да нет|расторгнут|"
        "відтік|пішов|пішла|розірвано|розірваний",
        0.9: "cancelled|canceled|closed|terminated|inactive|закрыт|закрито",
    },
    "amount": {
        1.0: "monthly charges|monthly charge|monthly fee|monthly price|monthly payment|monthly amount|"
        "monthly revenue|mrr|subscription price|plan price|recurring amount|абонплата|"
        "абонентская плата|ежемесячный платеж|ежемесячная плата|плата в месяц|абонентська плата|"
        "щомісячний платіж|щомісячна плата|плата на місяць",
        0.9: "price|amount|fee|charge|цена|сумма|стоимость|платеж|ціна|сума|вартість|платіж",
    },
    "plan": {
        1.0: "plan|plan name|tariff|subscription plan|subscription type|membership type|package|tier|"
        "тариф|тарифный план|пакет|вид абонемента|тип абонемента|тарифний план|вид абонементу|"
        "тип абонементу",
        0.9: "contract|contract type|product|service|абонемент|подписка|підписка|услуга|послуга",
    },
    "group": {
        1.0: "segment|customer segment|region|city|branch|payment method|acquisition channel|channel|"
        "сегмент|регион|город|филиал|способ оплаты|канал|регіон|місто|філія|спосіб оплати",
        0.6: "internet service|gender|state|country|пол|страна|стать|країна",
    },
    "billed_every": {
        1.0: "billed every|billing period|billing cycle|billing interval|billing frequency|"
        "payment frequency|payment period|interval|период оплаты|периодичность оплаты|период платежа|"
        "період оплати|періодичність оплати",
        0.9: "billing|оплата|period|период|період",
    },
    "coupon": {1.0: "coupon|coupon amount|coupon discount|скидка по купону|купон|знижка за купоном"},
    "trial_end": {
        1.0: "trial end|trial end date|trial ends at|trial ended at|paid from|оплачивается с|"
        "конец пробного периода|оплачується з|кінець пробного періоду",
    },
    "past_due_since": {
        1.0: "past due since|overdue since|past due|delinquent since|просрочено с|просрочка с|"
        "прострочено з|прострочення з",
    },
    "is_pause": {1.0: "pause|is pause|paused|is paused|on hold|пауза|заморозка|заморожування"},
    "is_involuntary": {
        1.0: "involuntary|is involuntary|payment failed|failed payment|платеж не прошел|"
        "неуспешный платеж|платіж не пройшов|неуспішний платіж",
    },
    "cancel_reason": {
        1.0: "cancel reason|cancellation reason|churn reason|reason|причина|причина ухода|"
        "причина отключения|причина расторжения|причина відходу|причина відключення|"
        "причина розірвання",
    },
    "tax": COLUMN_WORDS["tax"],
    "one_off": {
        1.0: "setup fee|one off|one off fee|one time fee|joining fee|join fee|activation fee|sign up fee|"
        "вступительный взнос|разовый платеж|плата за подключение|вступний внесок|разовий платіж|"
        "плата за підключення",
    },
    "": {1.0: "total charges|total charge|total paid|lifetime value|cltv|churn score|churn category|"
         "всего оплачено|усього сплачено"},
}  # fmt: skip
PHRASES = {
    role: {phrase: weight for weight, phrases in words.items() for phrase in phrases.split("|")}
    for role, words in CONTRACT_WORDS.items()
}
NAMED = {phrase for phrases in PHRASES.values() for phrase in phrases}


def contract_weight(header: str, role: str) -> float:
    """Say how well a column's name fits a role in a contract list: 1 exactly, 0 not at all."""
    return weight_among(header, PHRASES[role], NAMED)

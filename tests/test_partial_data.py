"""Half of the data: what cannot be answered is said, with what it takes, and the rest is answered."""

import pandas as pd
from test_contract_snapshot import PAPER
from test_contract_snapshot import plain as told
from test_reasons import account, of_contracts, said
from test_reasons_findings import headline as reasons_headline
from test_voice import account_of, supplied

from retention_utils.contract_snapshot import snapshot_state
from retention_utils.contract_survival.observed import survival_curve
from retention_utils.contract_survival.tenures import snapshot_tenures, tenure_cells
from retention_utils.findings import voice as says
from retention_utils.findings.contract_snapshot import who_is_there, without_dates
from retention_utils.findings.reasons_missing import what_to_supply
from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import reason_book

SAY = Formats("en,ru,uk", "EUR")


def in_all(text) -> list[str]:
    return [told(text, language) for language in SAY.languages]


def test_reasons_without_dates():
    texts = said(*[(None, None, "дорого", "")] * 30, *[(None, None, "переїзд", "")] * 10)
    found = account(texts, of_contracts().assign(cancel_reason=None))
    notes = {note.key: in_all(note.text) for note in what_to_supply(found, formats=SAY)}
    english, _, ukrainian = notes["reasons_undated"]
    assert "whether a reason is given more often than before cannot be said" in english
    assert "That needs the day of every reason" in english
    assert "чи називають причину частіше, ніж раніше, сказати не можна" in ukrainian
    # Which reasons there are, is answered.
    answer = reasons_headline(found)
    assert answer.verdict != "not enough data"
    assert "75.0%" in told(answer.text)


def test_surveys_without_customers():
    voice = account_of(supplied(customer_id=None))
    note = says.unknown_customers(voice, formats=SAY)
    english, russian, ukrainian = in_all(note.text)
    assert english == (
        "None of the answers names its customer, so nothing can be said of groups of customers, of what they "
        "bring, or of who left afterwards. Supply the customer’s id with every answer."
    )
    assert "кто потом ушёл" in russian and "хто потім пішов" in ukrainian
    # The score itself is, with its interval and count.
    answer = says.nps_finding(voice, period="2024-06", grain="month", formats=SAY)
    assert told(answer.text).startswith("NPS is 0.0 points in the 3 months to June 2024 (95% interval ")
    assert "n = 90)" in told(answer.text)
    assert says.unknown_customers(account_of(supplied()), formats=SAY) is None


def test_a_snapshot_without_history():
    english, russian, ukrainian = in_all(without_dates(formats=SAY).text)
    assert "cannot say whether more leave than before" in english and "began and ended" in english
    assert "догов" in russian and "догов" in ukrainian
    # Who is there, and how long contracts last, is answered.
    many = pd.concat([PAPER] * 10, ignore_index=True)
    answer = who_is_there(snapshot_state(many, min_customers=20), within=None, formats=SAY)
    assert "50.0%" in told(answer.text)
    cells = tenure_cells(snapshot_tenures(many, billed_every="month"))
    assert survival_curve(cells, min_at_risk=10)["survival"].iloc[-1] < 1


def test_the_reasons_begun_with():
    codes = {code.key: code for code in reason_book().code}
    # Moving away may hide a competitor; the usual outer reasons are all there.
    assert codes["moved"].control == "verify" and codes["moved"].competitor == "suspected"
    wanted = ("price_level", "missing", "complicated", "competitor", "quality", "people", "no_need")
    assert {"failed_payment", *wanted} <= set(codes)
    assert {code.control for code in codes.values()} == {"yes", "no", "verify"}
    assert codes["failed_payment"].norm and codes["failed_payment"].group == "payment"

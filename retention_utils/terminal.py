"""The data passport as lines of text for a terminal."""

from retention_utils.findings.passport import check_table, data_grade, trust
from retention_utils.formats import Formats
from retention_utils.mart import Mart
from retention_utils.passport import daily_activity, data_checks, use_account
from retention_utils.quality import USES

__all__ = ["passport_lines"]


def passport_lines(mart: Mart) -> list[str]:
    """Write the passport of a mart: account of rows, checks, grade."""
    formats = Formats(mart.config.language, mart.config.currency)
    account = use_account(mart.table("row_account"), uses=USES)
    activity = daily_activity(mart.table("daily"), history_start=mart.history_start, as_of=mart.as_of)
    checks = data_checks(account, activity, mart.table("customers"))
    grade = data_grade(checks)
    answer = trust(checks, account, formats=formats).text
    lines = [f"{mart.config.name}, up to {formats.date(mart.as_of)}: {answer}", ""]
    for row in account.itertuples():
        lines.append(f"  {formats.count(row.rows):>12}  {formats.money(row.amount, digits=2):>18}  {row.use}")
    lines.append("")
    for row in check_table(checks, formats=formats).itertuples():
        lines.append(f"  {row.result:12}{row.found:>12}  {row.check} ({row.wanted})")
    return [*lines, "", f"Grade {grade.grade}. {grade.next}", ""]

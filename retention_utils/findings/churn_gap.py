"""What the test of churn gaps says: the gap it recommends, what it costs, and whether it lasts."""

from datetime import date

from retention_utils.churn_gap.backtest import BASE_DAYS
from retention_utils.churn_gap.recommendation import (
    MIN_CUSTOMERS,
    MIN_LOG_DAYS,
    MIN_OF_EACH,
    GapComparison,
    GapRecommendation,
    agree,
)
from retention_utils.display import Callout, Finding
from retention_utils.findings.words import count_or_none, customers, days_interval, interval
from retention_utils.formats import Formats

__all__ = [
    "churn_gap",
    "churn_gap_cost",
    "churn_gap_limits",
    "churn_gap_line",
    "churn_gap_money",
    "churn_gap_stability",
]


def churn_gap(
    found: GapRecommendation, earlier: GapRecommendation, *, follow_up_days: int, formats: Formats
) -> Finding:
    """Answer after how long a silence a customer of this business is lost, and how far to trust that.

    Of several reservations the gravest is said; :func:`churn_gap_limits` says the others.
    """
    if found.shortage == "data":
        return Finding("churn_gap", "not enough data", _too_little(found, follow_up_days, formats), True)
    follow_up = formats.days(follow_up_days)
    if found.shortage:
        text = (
            "No churn gap can be recommended: how long customers have been silent does not show here who "
            f"leaves. Of {customers(found.customers, formats)} tested, no gap flagged as lost the "
            f"{formats.count(found.leavers)} who then bought nothing for {follow_up} clearly more often than "
            f"the {formats.count(found.returners)} who bought again."
        )
        return Finding("churn_gap", "no", text, is_headline=True)
    text = (
        f"A customer is best counted as lost after {formats.days(found.gap_days)} without a purchase "
        f"({days_interval(found.low, found.high, formats)}). Tested on "
        f"{customers(found.customers, formats)}, this gap flagged as lost "
        f"{formats.share(found.caught / found.leavers)} of those who then bought nothing for {follow_up}, "
        f"but also {formats.share(found.returned / found.returners)} of those who bought again."
    )
    reservations = _reservations(found, earlier, follow_up_days, formats)
    verdict = "with reservations" if reservations else "yes"
    return Finding("churn_gap", verdict, " ".join([text, *reservations[:1]]), is_headline=True)


def churn_gap_limits(
    found: GapRecommendation, earlier: GapRecommendation, *, follow_up_days: int, formats: Formats
) -> Callout | None:
    """Say the reservations that the answer has no room for; None if there are none."""
    if found.gap_days is None:
        return None
    others = _reservations(found, earlier, follow_up_days, formats)[1:]
    if not others:
        return None
    return Callout("churn_gap_limits", "info", "What else to know about this gap", " ".join(others))


def churn_gap_stability(
    found: GapRecommendation,
    earlier: GapRecommendation,
    *,
    earlier_on: date,
    follow_up_days: int,
    formats: Formats,
) -> Finding:
    """Say whether the same method recommended the same gap before."""
    key, does_fit = "churn_gap_stability", agree(found, earlier)
    before = formats.days(follow_up_days)
    if does_fit is None:
        text = (
            "Whether the recommended gap lasts cannot be said yet: that needs two days, "
            f"{before} apart, on each of which the test can recommend one."
        )
        return Finding(key, "not enough data", text)
    again = (
        f"on {formats.date(earlier_on)}, {before} earlier, the same test recommends "
        f"{formats.days(earlier.gap_days)} ({days_interval(earlier.low, earlier.high, formats)}, "
        f"n = {formats.count(earlier.customers)})"
    )
    now = formats.days(found.gap_days)
    if does_fit:
        return Finding(key, "yes", f"The recommended gap has lasted: {again}, which fits the {now} of now.")
    text = (
        f"The recommended gap has not lasted: {again}, which does not fit the {now} of now. Rely on neither "
        "alone, and test again when the order log is longer."
    )
    return Finding(key, "no", text)


def churn_gap_cost(
    compared: GapComparison | None, *, in_force: int, is_settled: bool, formats: Formats
) -> Finding:
    """Say whether the recommended gap would do better than the one in force, and how often each errs."""
    key, now = "churn_gap_cost", formats.days(in_force)
    if compared is None:
        text = (
            f"Whether the gap in force, {now}, does well cannot be said yet: that needs a recommended gap to "
            f"compare it with, and customers who had been silent for more than {now} on the day of the test."
        )
        return Finding(key, "not enough data", text)
    current, other = compared.in_force, compared.recommended
    erred = (
        f"{formats.count(current.returned)} of {customers(current.flagged, formats)} flagged as lost came "
        f"back, and {formats.count(current.late)} of {formats.count(current.leavers)} leavers were not "
        "flagged yet"
    )
    if current.gap_days == other.gap_days:
        sure = interval(current.low, current.high, "share", formats)
        text = (
            f"The gap in force, {now}, is the recommended one: {erred}. The share who came back, the false "
            f"churn, was {formats.share(current.false_churn)} ({sure})."
        )
        return Finding(key, "yes", text)
    best = formats.days(other.gap_days)
    difference = (
        f"leavers flagged minus returners flagged: {formats.points(compared.difference)}, "
        f"{interval(compared.low, compared.high, 'points', formats)}"
    )
    if compared.low <= 0:
        verdict = "yes"
        judged = f"The gap in force, {now}, can stay: {best} did better only within chance ({difference})."
    elif is_settled:
        verdict = "no"
        judged = f"The gap in force, {now}, did less well than {best}, by more than chance ({difference})."
    else:
        verdict = "with reservations"
        judged = (
            f"The gap in force, {now}, can stay for now: {best} did better ({difference}), but the earlier "
            "test recommends another gap."
        )
    text = (
        f"{judged} At {now}, {erred}; at {best}, {formats.count(other.returned)} of "
        f"{formats.count(other.flagged)} and {formats.count(other.late)}."
    )
    return Finding(key, verdict, text)


def churn_gap_money(compared: GapComparison | None, *, formats: Formats) -> Callout | None:
    """Say what those had spent whom either gap judges wrongly; None where there is no gap to test."""
    if compared is None:
        return None
    current, other = compared.in_force, compared.recommended
    wrong, late = formats.short_money(current.wrong_amount), formats.short_money(current.late_amount)
    text = (
        f"At {formats.days(current.gap_days)}, customers flagged as lost who came back had spent {wrong} in "
        f"the year before the test, and leavers not flagged yet {late}."
    )
    if current.gap_days != other.gap_days:
        wrong, late = formats.short_money(other.wrong_amount), formats.short_money(other.late_amount)
        text = f"{text} At {formats.days(other.gap_days)} it would be {wrong} and {late}."
    judge = (
        "The recommended gap takes both errors as equally bad. If one of them costs the business much more, "
        "choose another gap from the table."
    )
    return Callout("churn_gap_money", "info", "The money behind each error", f"{text} {judge}")


def churn_gap_line(
    found: GapRecommendation, *, in_force: int, is_auto: bool, is_settled: bool, formats: Formats
) -> Callout | None:
    """Say what line to write into the client file; None when it stands there already."""
    key, title = "churn_gap_line", "Which churn gap to set"
    if is_auto and found.gap_days is None:
        text = (
            'The client file says gap_days = "auto", but the data recommend none, so '
            f"{formats.days(in_force)} are used. To choose another gap, write the number of days instead."
        )
        return Callout(key, "info", title, text)
    if is_auto:
        text = (
            'The client file says gap_days = "auto": the gap is recommended anew for every period, so churn '
            "can change only because the gap did. To keep one gap, write "
            f"gap_days = {found.gap_days} under [churn] in client.toml."
        )
        return Callout(key, "warn", title, text)
    if found.gap_days is None or found.gap_days == in_force:
        return None
    if not is_settled:
        text = (
            f"The client file sets {formats.days(in_force)}. Keep this until the tests on two days agree, or "
            "until somebody who knows the business chooses another gap. All churn figures change with it."
        )
        return Callout(key, "info", title, text)
    text = (
        f"The client file sets {formats.days(in_force)}. To use the recommended gap in all chapters instead, "
        f"write gap_days = {found.gap_days} under [churn] in client.toml; churn of earlier periods is then "
        "counted anew, too."
    )
    return Callout(key, "info", title, text)


def _too_little(found: GapRecommendation, follow_up_days: int, formats: Formats) -> str:
    follow_up, each = formats.days(follow_up_days), formats.count(MIN_OF_EACH)
    return (
        "No churn gap can be tested yet. That needs an order log of "
        f"{formats.days(MIN_LOG_DAYS + follow_up_days)} (here "
        f"{formats.count(found.log_days + follow_up_days)}), and {customers(MIN_CUSTOMERS, formats)} who "
        f"bought before its last {follow_up} (here {count_or_none(found.customers, formats)}): at least "
        f"{each} who bought again in those days (here {count_or_none(found.returners, formats)}) and {each} "
        f"who did not (here {count_or_none(found.leavers, formats)})."
    )


def _reservations(
    found: GapRecommendation, earlier: GapRecommendation, follow_up_days: int, formats: Formats
) -> list[str]:
    """Every reason not to take the gap for certain, each a sentence of its own, the gravest first."""
    does_fit, before = agree(found, earlier), formats.days(follow_up_days)
    reasons = []
    if does_fit is False:
        reasons.append(
            f"The same test {before} earlier recommends {formats.days(earlier.gap_days)}, so the gap is not "
            "settled."
        )
    if does_fit is None:
        reasons.append(f"Whether the gap lasts is not known: the same test {before} earlier recommends none.")
    if found.is_wide:
        reasons.append("The interval is wide: another gap within it may do as well.")
    if found.is_young:
        reasons.append(
            f"The order log covers less than {formats.days(BASE_DAYS)} up to the day of the test; as such a "
            "log grows, the recommended gap tends to grow, too."
        )
    if found.is_at_edge:
        reasons.append("It is the shortest or the longest gap tried, so a better one may lie beyond.")
    return reasons

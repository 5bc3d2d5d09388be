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
from retention_utils.findings.words import customers, interval
from retention_utils.formats import Formats

__all__ = ["churn_gap", "churn_gap_cost", "churn_gap_line", "churn_gap_stability"]


def churn_gap(
    found: GapRecommendation,
    earlier: GapRecommendation,
    *,
    tested_on: date,
    follow_up_days: int,
    formats: Formats,
) -> Finding:
    """Answer after how long a silence a customer of this business is lost, and how far to trust that."""
    if found.shortage == "data":
        return Finding("churn_gap", "not enough data", _too_little(found, follow_up_days, formats), True)
    follow_up = formats.days(follow_up_days)
    if found.shortage:
        text = (
            "How long customers have been silent does not tell here who leaves: of "
            f"{customers(found.customers, formats)} who had bought in the two years up to "
            f"{formats.date(tested_on)}, no gap flags the {formats.count(found.leavers)} who bought nothing "
            f"in the {follow_up} that followed more often, beyond chance, than the "
            f"{formats.count(found.returners)} who did buy."
        )
        return Finding("churn_gap", "no", text, is_headline=True)
    text = (
        f"A silence of more than {formats.days(found.gap_days)} "
        f"({interval(found.low, found.high, 'days', formats)}) tells best who is lost. Of the "
        f"{customers(found.customers, formats)} who had bought in the two years up to "
        f"{formats.date(tested_on)}, "
        f"{formats.count(found.leavers)} bought nothing in the {follow_up} that followed: "
        f"{formats.share(found.caught / found.leavers)} of them had been silent for longer than this gap by "
        f"then, against {formats.share(found.returned / found.returners)} of the "
        f"{formats.count(found.returners)} who did buy, and no other gap tells the two apart better."
    )
    reservations = _reservations(found, earlier, follow_up_days, formats)
    verdict = "with reservations" if reservations else "yes"
    return Finding("churn_gap", verdict, " ".join([text, *reservations]), is_headline=True)


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
    if does_fit is None:
        text = (
            "Whether a recommended gap lasts can be said when two days, one "
            f"{formats.days(follow_up_days)} before the other, each have enough customers and each yield a "
            "gap; here they do not."
        )
        return Finding(key, "not enough data", text)
    span = interval(earlier.low, earlier.high, "days", formats)
    again = (
        f"Tested on {formats.date(earlier_on)}, {formats.days(follow_up_days)} before, the same method "
        f"recommends {formats.days(earlier.gap_days)} ({span}, n = {formats.count(earlier.customers)})."
    )
    if does_fit:
        fits = f"That fits the {formats.days(found.gap_days)} of now: each lies in the interval of the other."
        return Finding(key, "yes", f"{again} {fits}")
    differs = (
        f"That does not fit the {formats.days(found.gap_days)} of now, so rely on neither alone, and test "
        "again when the log is longer."
    )
    return Finding(key, "no", f"{again} {differs}")


def churn_gap_cost(
    compared: GapComparison | None, *, in_force: int, is_settled: bool, formats: Formats
) -> Finding:
    """Say what the gap in force costs either way, and whether the recommended one would do better."""
    key = "churn_gap_cost"
    if compared is None:
        text = (
            f"What the gap in force, {formats.days(in_force)}, costs against a better one cannot be said: it "
            "takes a recommended gap to compare it with, and customers who were silent for longer than the "
            "gap in force and had bought in the two years tested."
        )
        return Finding(key, "not enough data", text)
    current, other = compared.in_force, compared.recommended
    text = (
        f"At the gap in force, {formats.days(current.gap_days)}, {formats.count(current.returned)} of "
        f"{customers(current.flagged, formats)} flagged as lost came back all the same: a false churn of "
        f"{formats.share(current.false_churn)} ({interval(current.low, current.high, 'share', formats)}). "
        f"{formats.count(current.late)} of {formats.count(current.leavers)} leavers were not flagged yet: "
        f"a late detection of {formats.share(current.late_share)}. In the year before, those who came back "
        f"had spent {formats.money(current.wrong_amount)}, the leavers not flagged "
        f"{formats.money(current.late_amount)}."
    )
    if current.gap_days == other.gap_days:
        return Finding(key, "yes", f"{text} It is the recommended gap.")
    text = (
        f"{text} At the recommended gap, {formats.days(other.gap_days)}, "
        f"{formats.count(other.returned)} of {formats.count(other.flagged)} would have come back and "
        f"{formats.count(other.late)} leavers not been flagged; they had spent "
        f"{formats.money(other.wrong_amount)} and {formats.money(other.late_amount)}."
    )
    difference = (
        f"the share of leavers flagged minus that of returners flagged changes by "
        f"{formats.points(compared.difference)}, "
        f"{interval(compared.low, compared.high, 'points', formats)}, widened because the best of many gaps "
        "was picked"
    )
    if compared.low <= 0:
        judged = f"Which of the two tells leavers and returners apart better is within chance ({difference})."
        return Finding(key, "yes", f"{text} {judged}")
    judged = f"The recommended gap tells the two apart better by more than chance ({difference})."
    if is_settled:
        return Finding(key, "no", f"{text} {judged}")
    but = "But a test on another day did not bear it out, so it is no reason yet to change the gap in force."
    return Finding(key, "with reservations", f"{text} {judged} {but}")


def churn_gap_line(
    found: GapRecommendation, *, in_force: int, is_auto: bool, is_settled: bool, formats: Formats
) -> Callout | None:
    """Say what line to write into the client file; None when it stands there already."""
    key, title = "churn_gap_line", "How to fix the churn gap"
    if is_auto and found.gap_days is None:
        text = (
            'The client file says gap_days = "auto", and the data recommend none, so that '
            f"{formats.days(in_force)} are used. To choose otherwise, write the number of days instead."
        )
        return Callout(key, "info", title, text)
    if is_auto:
        text = (
            'The client file says gap_days = "auto": the gap is recommended anew for every period, and churn '
            f"can change because the gap did. To freeze it, write gap_days = {found.gap_days} under [churn] "
            "in client.toml."
        )
        return Callout(key, "warn", title, text)
    if found.gap_days is None or found.gap_days == in_force:
        return None
    if not is_settled:
        text = (
            f"The client file sets {formats.days(in_force)}. Keep that until the tests on two days agree, or "
            "until somebody who knows the business chooses another: with the gap, all churn figures change."
        )
        return Callout(key, "info", title, text)
    text = (
        f"The client file sets {formats.days(in_force)}. To use the recommended gap in all chapters, write "
        f"gap_days = {found.gap_days} under [churn] in client.toml; churn of earlier periods is then counted "
        "anew, too."
    )
    return Callout(key, "info", title, text)


def _too_little(found: GapRecommendation, follow_up_days: int, formats: Formats) -> str:
    follow_up, reach = formats.days(follow_up_days), found.log_days + follow_up_days
    return (
        "There is too little to test a churn gap on. A test takes a log of "
        f"{formats.days(MIN_LOG_DAYS + follow_up_days)} and at least {customers(MIN_CUSTOMERS, formats)} who "
        f"had bought by {follow_up} before its end: {formats.count(MIN_OF_EACH)} or more who bought again in "
        f"those {follow_up}, and as many who did not. This log covers {formats.days(reach)}; of "
        f"{customers(found.customers, formats)} who had bought by then, {formats.count(found.returners)} "
        f"bought again and {formats.count(found.leavers)} did not."
    )


def _reservations(
    found: GapRecommendation, earlier: GapRecommendation, follow_up_days: int, formats: Formats
) -> list[str]:
    """Every reason not to take the gap for certain, each a sentence of its own."""
    does_fit = agree(found, earlier)
    before = formats.days(follow_up_days)
    reasons = {
        "The interval is wide: a gap elsewhere in it may do as well.": found.is_wide,
        f"Tested {before} before, the same method recommends another gap, so it is not settled.": (
            does_fit is False
        ),
        f"It cannot be held against a test {before} before, so whether it lasts is open.": does_fit is None,
        f"The log covers less than {formats.days(BASE_DAYS)} up to the tested day, and while it is so "
        "short the best gap tends to grow with it.": found.is_young,
        "It is the shortest or the longest gap tried, so that the best may lie beyond.": found.is_at_edge,
    }
    return [sentence for sentence, applies in reasons.items() if applies]

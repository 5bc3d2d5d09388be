"""What cannot be said of reasons, and what would have to be supplied for it."""

from retention_utils.display import Callout, supply
from retention_utils.formats import Formats
from retention_utils.reasons.account import ReasonAccount

__all__ = ["what_to_supply"]


def what_to_supply(account: ReasonAccount | None, *, formats: Formats) -> list[Callout]:
    """Say what cannot be answered from what was supplied, and what would be needed for it."""
    if account is None:
        return [_no_reasons(formats)]
    notes = []
    if not account.answers.named:
        notes.append(_unnamed(formats))
    if not account.first_period:
        notes.append(_undated(formats))
    if account.answers.named > account.answers.tied:
        notes.append(_astray(account, formats))
    return notes


def _no_reasons(formats: Formats) -> Callout:
    text = formats.say(
        "With a table of the reasons that leavers gave, or with the reason noted at each contract, this "
        "chapter would say why customers leave, what of it can be steered and what it "
        "costs, how many go to competitors, and whether that is changing. One column of codes or free "
        "text is enough to begin with; the customer and the day make more of it. Whoever makes this "
        "report finds the columns in data/README.md (reasons, or cancel_reason of the contracts)."
    )
    return supply("no_reasons", formats.say("Why customers leave"), text)


def _unnamed(formats: Formats) -> Callout:
    text = formats.say(
        "The reasons name no customers: how many leavers answered, what they brought, and the effect in "
        "money cannot be said. That needs the customer’s id with every reason."
    )
    return supply("reasons_unnamed", formats.say("What each reason costs"), text)


def _undated(formats: Formats) -> Callout:
    text = formats.say(
        "No day of leaving or of the reason is known: whether a reason is given more often than before "
        "cannot be said. That needs the day of every reason, or contracts with dates."
    )
    return supply("reasons_undated", formats.say("How reasons change"), text)


def _astray(account: ReasonAccount, formats: Formats) -> Callout:
    text = formats.say(
        "{astray, plural, one {# reason names a customer who is} other {# reasons name customers who "
        "are}} not known to have left at about that time, of {rows} in all. They are counted as reasons, "
        "but not as leavers, and without money.",
        astray=account.answers.named - account.answers.tied,
        rows=account.answers.rows,
    )
    return Callout("reasons_astray", "info", formats.say("Reasons without a leaver"), text)

"""What was asked of a contract list, by name: the words that the table of checks and the grade use."""

from retention_utils.contract_passport import LIMITS
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["CONTRACT_DAYS", "CONTRACT_NAMES", "CONTRACT_REMEDIES", "contract_wanted"]

CONTRACT_DAYS = ("contract_history", "contract_stale")
CONTRACT_NAMES = {
    "contract_left_out": message("Rows of the list that cannot be used"),
    "contract_history": message("Length of the contract list"),
    "contract_cut": message("Contracts older than the list"),
    "contract_overlap": message("Contracts beside one of the same customer and plan"),
    "contract_gap": message("Contracts followed by another after a few days without any"),
    "contract_arrears": message("Running contracts overdue for longer than the days of grace"),
    "contract_zero": message("Contracts with a price of zero"),
    "contract_bunched": message("Contracts that share the most common start or tenure"),
    "contract_endings": message("Ended contracts of which nobody says why they ended"),
    "contract_stale": message("Days since the last start or end on the list"),
    "contract_twice": message("Rows of customers who stand there more than once"),
}
CONTRACT_REMEDIES = {
    "contract_left_out": message("correct the rows that cannot be used"),
    "contract_history": message("supply a list that reaches further back"),
    "contract_cut": message("supply those who left earlier, too, or a list that begins earlier"),
    "contract_overlap": message("find out whether these contracts stand there twice"),
    "contract_gap": message(
        "find out whether those days are real, or a gap between two records of one contract"
    ),
    "contract_arrears": message("enter the day on which these contracts ended, or the payment"),
    "contract_zero": message("find out why contracts cost nothing"),
    "contract_bunched": message("find out whether that start stands in for days that nobody knows"),
    "contract_endings": message("record with every end whether a payment failed"),
    "contract_stale": message("check the day up to which the data are complete, or supply a newer list"),
    "contract_twice": message("give every contract an id, or take repeated rows out"),
}


def contract_wanted(formats: Formats) -> dict[str, Text]:
    """Say what is asked for, by check."""
    shares = {
        key: _at_most(good, bad, formats) for key, (good, bad) in LIMITS.items() if key not in CONTRACT_DAYS
    }
    least, most = LIMITS["contract_history"], LIMITS["contract_stale"]
    return shares | {
        "contract_history": formats.say(
            "at least {wanted, plural, one {# day} other {# days}}, never under {least, plural, one {# day} "
            "other {# days}}",
            wanted=int(least[0]),
            least=int(least[1]),
        ),
        "contract_stale": formats.say(
            "at most {wanted, plural, one {# day} other {# days}}, never over {most, plural, one {# day} "
            "other {# days}}",
            wanted=int(most[0]),
            most=int(most[1]),
        ),
    }


def _at_most(good: float, bad: float, formats: Formats) -> Text:
    wanted = formats.share(good, digits=0 if good >= 0.01 else 1)
    if bad >= 1:  # no share is larger, so it can only cost a reservation
        return formats.say("at most {wanted}", wanted=wanted)
    return formats.say(
        "at most {wanted}, never over {most}", wanted=wanted, most=formats.share(bad, digits=0)
    )

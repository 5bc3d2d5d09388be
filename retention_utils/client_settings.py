"""What the client file sets of an analysis: definitions, policies, limits, each with its default."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from retention_utils.source_config import Section, Texts
from retention_utils.texts import LANGUAGES

__all__ = [
    "USUAL_GAP_DAYS",
    "ChurnDefinition",
    "CommentSettings",
    "ContractSettings",
    "PlaybookSettings",
    "Policies",
    "ReasonChange",
    "ReasonSettings",
    "RiskListSettings",
    "ThemeChange",
    "ValueSettings",
]

USUAL_GAP_DAYS = 180  # the churn gap where the client file sets none, and where the data cannot name one

# Told apart before they are checked, so that a wrong number gets one complaint, not one per kind.
GapDays = Annotated[
    Annotated[int, Field(ge=7, le=3650), Tag("constrained-int")] | Annotated[Literal["auto"], Tag("str")],
    Discriminator(lambda value: "str" if isinstance(value, str) else "constrained-int"),
]

EndedWithin = Annotated[
    Annotated[int, Field(ge=1, le=60), Tag("constrained-int")] | Annotated[Literal["ever"], Tag("str")],
    Discriminator(lambda value: "str" if isinstance(value, str) else "constrained-int"),
]


class ChurnDefinition(Section):
    """When a customer of this business counts as lapsed, and what is a sign of it before."""

    family: Literal["inactivity"] = "inactivity"
    gap_days: GapDays = USUAL_GAP_DAYS  # silent for longer: lapsed; "auto": as the data recommend
    follow_up_days: Annotated[int, Field(ge=30, le=730)] = 180  # how long rules are held against what came
    decline_share: Annotated[float, Field(gt=0, lt=1)] = 0.5  # this far below the own norm: declining
    fading_multiple: Annotated[float, Field(gt=1, le=10)] = 2.0  # times the own usual gap: overdue


class Policies(Section):
    """What happens to rows that are not plain sales. Every row touched is counted in the passport."""

    duplicates: Literal["auto", "exclude", "keep"] = "auto"  # auto: exclude where orders have an id
    cancelled: Literal["exclude", "keep"] = "exclude"  # by [orders.statuses]
    test_orders: Literal["exclude", "keep"] = "exclude"  # by [orders.statuses]
    exclude_customers: Texts = ()  # wholesalers, own staff, test accounts
    guests: Literal["contact", "exclude"] = "contact"  # contact: known by e-mail, else by phone
    refunds: Literal["net", "exclude"] = "net"  # net: taken off the order they belong to
    zero_amount: Literal["exclude", "keep"] = "exclude"
    other_currency: Literal["refuse", "exclude"] = "refuse"  # amounts without a rate in [tables.rates]
    unreadable_share: Annotated[float, Field(ge=0, lt=1)] = 0.01  # more unreadable rows than this: refuse


class ValueSettings(Section):
    """How the worth of a customer is reckoned."""

    margin: Annotated[float, Field(gt=0, le=1)] = 1.0  # share of revenue; 1.0 means revenue is shown
    annual_discount_rate: Annotated[float, Field(ge=0, lt=1)] = 0.10  # effective, per year
    horizon_weeks: Annotated[int, Field(ge=4, le=260)] = 52
    holdout_weeks: Annotated[int, Field(ge=4, le=260)] = 26


class ContractSettings(Section):
    """What counts as recurring revenue where firms differ."""

    grace_days: Annotated[int, Field(ge=0, le=365)] = (
        30  # in arrears for longer: ended; renewals may be so late
    )
    pause_days: Annotated[int, Field(ge=0, le=730)] = 90  # paused for longer: ended
    coupons: Literal["subtract", "ignore"] = "subtract"  # ignore: the price without the coupon counts
    # Of a list without dates: it holds who left within so many months before; "ever": whoever did.
    ended_within_months: EndedWithin = "ever"
    # Of the table of use: who has no row has used nothing; so much must be expected of a month for less of it
    # to be a fall; the kind that is counted, empty for all.
    use_covers_everyone: bool = False
    fewest_use: Annotated[float, Field(gt=0, strict=False)] = 4.0
    use_kind: str = ""
    # More rows of the list that cannot be used than this: refuse it.
    unusable_share: Annotated[float, Field(ge=0, lt=1)] = 0.05


class RiskListSettings(Section):
    """The list of whom to call first."""

    capacity: Annotated[int, Field(ge=1, le=100_000)] = 50  # customers that can be called in a period
    hash_ids: bool = False  # in the report and its tables


class PlaybookSettings(Section):
    """How the list of actions is made."""

    most_actions: Annotated[int, Field(ge=1, le=7)] = 7
    owners: Mapping[Annotated[str, Field(pattern=r"^[PX]\d\d$")], str] = {}  # who acts, by rule


class ReasonChange(Section):
    """What a client file says of one reason for leaving; words and codes come on top of the package's."""

    name: str | Mapping[Literal[LANGUAGES], str] | None = None
    group: str | None = None
    control: Literal["yes", "no", "verify"] | None = None
    nature: Literal["cause", "symptom"] | None = None
    competitor: Literal["", "stated", "suspected"] | None = None
    recover: Literal["high", "medium", "low"] | None = None
    norm: Annotated[float, Field(ge=0, lt=1)] | None = None  # of the customers, a month
    words: Texts = ()  # stems that stand for it in a text
    codes: Texts = ()  # what the client's own list calls it


class ReasonSettings(Section):
    """How reasons for leaving are sorted, where that differs from the package."""

    codes: Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ReasonChange] = {}


class ThemeChange(Section):
    """What a client file says of one theme of comments; words and codes come on top of the package's."""

    name: str | Mapping[Literal[LANGUAGES], str] | None = None
    words: Texts = ()  # stems that stand for it in a text
    codes: Texts = ()  # what the client's own list calls it


class CommentSettings(Section):
    """How comments are sorted by themes, where that differs from the package."""

    themes: Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ThemeChange] = {}

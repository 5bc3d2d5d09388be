"""What is said of a customer's use in a cell of a table."""

from retention_utils.translations import message

__all__ = ["SHORT_WORDS", "STATUS_WORDS"]

STATUS_WORDS = {
    "falling": message("use falls"),
    "unused": message("no use at all"),
    "steady": message("steady"),
    "little": message("too little use to tell a fall from chance"),
    "new": message("under contract, or recorded, for too short a time"),
    "unrecorded": message("not recorded"),
    "paused": message("contract paused"),
}
# Where use is one column among many.
SHORT_WORDS = {
    status: STATUS_WORDS[status] if status in ("falling", "unused", "steady") else message("not judged")
    for status in STATUS_WORDS
}

"""Nothing is looked up by a string where kernels are started from threads."""

import subprocess
import sys

CHECK = """
from retention_utils.chapter_runs.{what}
from retention_utils.chapter_runs.settled_traits import MADE, unsettled
print(sum(len(unsettled(one)) for one in MADE))
"""


def left(what: str) -> int:
    """How many names are not yet looked up, in a process of its own: what was looked up stays so."""
    done = subprocess.run(
        [sys.executable, "-c", CHECK.format(what=what)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_all_is_looked_up_before_the_first_chapter():
    assert left("settled_traits import settle_traits") > 10
    assert left("stages import open_workshop") == 0

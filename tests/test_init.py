"""A new client is taken in: what is written, what is asked, and that a refusal leaves nothing behind."""

import os
import pty
import select
import subprocess
import sys
import time

import pytest
from command_line import call, everything_in

CLEAN = """\
Order ID,Order date,Customer ID,Total (EUR)
1,2024-01-31,0012,10.00
2,2024-02-09,bob,12.50
3,2024-02-29,0012,7.00
"""
OPEN = """\
Order ID,Order date,Customer ID,Total
1,01/02/2024,0012,10.00
2,03/02/2024,bob,12.50
3,05/03/2024,0012,7.00
"""
PROGRAM = [sys.executable, "-c", "from retention_utils.cli import main; main()"]


@pytest.fixture
def retention(project, monkeypatch, capsys):
    """Run a command as a user does: exit code, standard output, standard error."""
    return lambda *words: call(project.folder, monkeypatch, capsys, *map(str, words))


@pytest.fixture
def received(tmp_path_factory):
    """Keep what a client sent in a folder outside the project."""
    folder = tmp_path_factory.mktemp("received")

    def keep(content, name="orders.csv"):
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
        return file

    return keep


def test_a_clean_file_gives_a_client_and_its_passport(project, retention, received):
    code, out, err = retention("init", "shop", received(CLEAN))
    assert (code, err) == (0, "")
    assert "  currency = 'EUR'  (likely: the name of the column 'Total (EUR)')" in out
    assert "  path = 'orders.csv'\n" in out
    assert "Written: data/shop/client.toml" in out
    assert "shop, up to 29 February 2024: The data are graded D: " in out
    assert "Of the order log, 3 of 3 rows" in out
    assert sorted(file.name for file in (project.folder / "data" / "shop").iterdir()) == [
        "client.toml",
        "orders.csv",
    ]
    assert (project.folder / "data" / "shop" / "orders.csv").read_text(encoding="utf-8") == CLEAN
    assert retention("check", "shop")[0] == 0


def test_without_a_terminal_open_questions_are_written_and_told(project, retention, received):
    file = received(OPEN)
    code, out, err = retention("init", "shop", file)
    assert code == 2
    assert "Written: data/shop/client.toml" in out
    assert err == (
        "Open questions:\n"
        "date_order: 01/02/2024: 1 February or 2 January?\n"
        "  1. day_first (day first: 1 February)\n"
        "  2. month_first (month first: 2 January)\n"
        "currency: Which currency are the amounts in?\n"
        "  1. EUR (Euro)\n  2. USD (US Dollar)\n  3. GBP (British Pound)\n  4. UAH (Ukrainian Hryvnia)\n"
        "  5. RUB (Russian Ruble)\n  6. PLN (Polish Zloty)\n  7. KZT (Kazakhstani Tenge)\n"
        "Answer them in data/shop/client.toml, then: retention check shop\n"
        f"Or here: retention init shop {file} --force --answer date_order=...\n"
    )
    client_file = project.folder / "data" / "shop" / "client.toml"
    text = client_file.read_text(encoding="utf-8")
    assert '# date_format = "%d/%m/%Y"        # day first: 1 February\n' in text

    # The file says how to answer: take a line without its #, delete the one with "?".
    text = text.replace('date_format = "?"\n', "").replace('# date_format = "%d', 'date_format = "%d')
    client_file.write_text(text.replace('# currency = "EUR"', 'currency = "EUR"'), encoding="utf-8")
    code, out, err = retention("check", "shop")
    assert (code, err) == (0, "")
    assert "shop, up to 29 February 2024" in out


def test_a_file_with_open_questions_is_refused_with_what_is_open(retention, received):
    retention("init", "shop", received(OPEN))
    code, out, err = retention("check", "shop")
    assert (code, out) == (2, "")
    assert "currency: missing" in err
    assert "orders.date_format: '?'" in err


def test_answers_on_the_command_line_leave_no_question(retention, received):
    file = received(OPEN)
    answers = ("--answer", "date_order=day_first", "--answer", "currency=USD")
    code, out, err = retention("init", "shop", file, *answers)
    assert (code, err) == (0, "")
    assert "date_format = '%d/%m/%Y'  (sure: reads every value looked at)" in out
    assert "shop, up to 29 February 2024" in out


def test_a_tab_is_an_answer(retention, received):
    file = received(CLEAN.replace(",", "\t"))
    assert (
        "  delimiter = '\\t'  (sure: as you said)"
        in retention("init", "a", file, "--answer", "delimiter=\t")[1]
    )


def test_a_word_of_the_status_may_hold_an_equals_sign(retention, received):
    lines = ["Order date,Customer ID,Total (EUR),Status"]
    lines += ["2024-01-31,a,5,cancelled=1", "2024-02-01,b,5,ok", "2024-02-29,c,5,ok"]
    file = received("\n".join(lines) + "\n")
    code, out, _ = retention("init", "shop", file, "--answer", "status:cancelled=1=cancelled")
    assert code == 0
    assert "cancelled" in out


@pytest.mark.parametrize(
    ("name", "files", "more", "said"),
    [
        ("../shop", ["orders.csv"], (), "The client name '../shop' cannot be used"),
        ("Shop", ["orders.csv"], (), "The client name 'Shop' cannot be used"),
        ("new", ["nothing.csv"], (), "There is no file "),
        ("new", ["orders.csv", "more/orders.csv"], (), "Several files are called orders.csv"),
        ("new", ["orders.csv"], ("--answer", "currency"), "'currency' is no answer; write it as key=value"),
        ("new", ["orders.csv"], ("--answer", "curency=EUR"), "Did you mean 'currency'?"),
        ("taken", ["orders.csv"], (), "The client 'old' calls itself 'taken' already. Choose another name."),
        ("old", ["orders.csv"], (), "There is a client 'old' already. Choose another name, or replace it with"),
        ("new", ["empty.csv"], (), "empty.csv: it is empty."),
        ("new", ["words.csv"], (), "words.csv: no column holds dates."),
        ("new", ["orders.csv", "empty.csv"], (), "empty.csv: it is empty."),
    ],
)  # fmt: skip
def test_a_refusal_leaves_nothing_behind(project, retention, received, name, files, more, said):
    received(CLEAN)
    received(CLEAN, "more/orders.csv")
    received("", "empty.csv")
    folder = received("a,b\nx,y\n", "words.csv").parent
    project.write_client("old").write_text('name = "Taken"\n' + LONE_CLIENT, encoding="utf-8")
    before = everything_in(project.folder)
    code, out, err = retention("init", name, *(folder / file for file in files), *more)
    assert (code, out) == (2, "")
    assert said in err
    assert everything_in(project.folder) == before


LONE_CLIENT = """\
currency = "EUR"
[orders]
path = "orders.csv"
[orders.columns]
customer_id = "a"
ordered_at = "b"
amount = "c"
"""


def test_all_refusals_are_told_at_once(project, retention, received):
    retention("init", "shop", received(CLEAN))
    missing = received("").parent / "nothing.csv"
    code, _, err = retention("init", "shop", missing, missing)
    assert code == 2
    assert [line.split(" ")[0:4] for line in err.splitlines()] == [
        ["There", "is", "a", "client"],
        ["There", "is", "no", "file"],
        ["Several", "files", "are", "called"],
    ]


def test_a_client_is_replaced_only_by_force(project, retention, received):
    assert retention("init", "shop", received(CLEAN))[0] == 0
    other = received(CLEAN.replace("bob", "eve"))
    assert retention("init", "shop", other)[0] == 2
    assert "bob" in (project.folder / "data" / "shop" / "orders.csv").read_text(encoding="utf-8")
    assert retention("init", "shop", other, "--force")[0] == 0
    assert "eve" in (project.folder / "data" / "shop" / "orders.csv").read_text(encoding="utf-8")


def test_a_bad_file_does_not_replace_a_good_client_even_by_force(project, retention, received):
    retention("init", "shop", received(CLEAN))
    before = everything_in(project.folder / "data")
    assert retention("init", "shop", received("a,b\nx,y\n", "bad.csv"), "--force")[0] == 2
    assert everything_in(project.folder / "data") == before


def test_a_file_that_lies_in_the_folder_already_stays_there(project, retention):
    folder = project.folder / "data" / "shop"
    folder.mkdir()
    (folder / "orders.csv").write_text(CLEAN, encoding="utf-8")
    assert retention("init", "shop", folder / "orders.csv")[0] == 0
    assert (folder / "orders.csv").read_text(encoding="utf-8") == CLEAN


def test_several_files_make_one_log_and_others_are_left_where_they_are(project, retention, received):
    later = "Order ID,Order date,Customer ID,Total (EUR)\n4,2024-03-05,bob,5.00\n5,2024-03-31,eve,6.00\n"
    files = [
        received(CLEAN, "orders-1.csv"),
        received(later, "orders-2.csv"),
        received("SKU,Name\n1,Mug\n", "goods.csv"),
    ]
    code, out, _ = retention("init", "shop", *files)
    assert code == 0
    assert "  path = 'orders-1.csv', 'orders-2.csv'" in out
    assert "  'goods.csv' has other columns and is left out." in out
    assert "5 of 5 rows" in out
    assert sorted(file.name for file in (project.folder / "data" / "shop").iterdir()) == [
        "client.toml",
        "orders-1.csv",
        "orders-2.csv",
    ]


def test_data_that_no_report_can_be_made_of_are_refused_after_the_file_is_written(
    project, retention, received
):
    code, out, err = retention("init", "shop", received(CLEAN.replace("bob", "0012")))
    assert code == 2
    assert "Written: data/shop/client.toml" in out
    assert "shop: All orders that can be used are of a single customer." in err


def test_a_terminal_is_asked_only_what_is_open_and_again_after_a_wrong_answer(project, received):
    words = ["init", "shop", str(received(OPEN))]
    code, heard = converse([*PROGRAM, *words], ["sideways", "1", "EURO", "EUR"], folder=project.folder)
    assert code == 0
    assert heard.count("Your choice") == 4
    assert heard.count("date_order: 01/02/2024: 1 February or 2 January?") == 2
    assert "date_order: 'sideways' is none of 'day_first', 'month_first', 'year_first'." in heard
    assert "currency: 'EURO' is no currency code" in heard
    assert "customer_id: " not in heard
    assert "shop, up to 29 February 2024" in heard
    text = (project.folder / "data" / "shop" / "client.toml").read_text(encoding="utf-8")
    assert 'date_format = "%d/%m/%Y"' in text
    assert 'currency = "EUR"' in text


def test_a_terminal_that_hangs_up_leaves_nothing_behind(project, received):
    before = everything_in(project.folder)
    code, heard = converse(
        [*PROGRAM, "init", "shop", str(received(OPEN))], ["1", "\x04"], folder=project.folder
    )
    assert code == 1
    assert "Traceback" not in heard
    assert everything_in(project.folder) == before


def converse(command, answers, *, folder, seconds=60):
    """Run a command on a terminal of its own, give the answers as it asks; return its exit code and words."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"RETENTION_PROJECT": str(folder), "TERM": "dumb", "COLUMNS": "200"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    waiting, heard, end = list(answers), b"", time.monotonic() + seconds
    try:
        while time.monotonic() < end and (said := _said(ours)) is not None:
            heard += said
            if (
                waiting
                and heard.count(b"Your choice") > len(answers) - len(waiting)
                and heard.endswith(b": ")
            ):
                answer = waiting.pop(0)
                os.write(ours, answer.encode() if answer == "\x04" else f"{answer}\n".encode())
        code = process.wait(timeout=5)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return code, heard.decode().replace("\r\n", "\n")


def _said(terminal):
    """Return what the program has written, None once it has closed the terminal."""
    if not select.select([terminal], [], [], 0.2)[0]:
        return b""
    try:
        return os.read(terminal, 4096) or None
    except OSError:  # Linux says so when the other side is gone
        return None

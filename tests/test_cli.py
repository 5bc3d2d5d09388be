"""The command line: exit codes, one line per thing done, errors without a traceback."""

import json
import shutil

import pytest
from command_line import call
from small_project import notebook, small_project

from retention_utils import cli


def test_a_report_from_the_command_line(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path)
    code, out, _ = call(folder, monkeypatch, capsys, "run", "shop")
    assert code == 0
    assert out.startswith("done      shop 2024-03")
    assert out.rstrip().endswith("reports/shop/2024-03/report.html")

    code, out, _ = call(folder, monkeypatch, capsys, "run", "--all", "--json")
    assert code == 0
    assert [(item["client"], item["outcome"], item["reason"]) for item in json.loads(out)["reports"]] == [
        ("shop", "skipped", "unchanged")
    ]

    code, out, _ = call(folder, monkeypatch, capsys, "list")
    assert (code, out.split()) == (
        0,
        [
            *["done", "shop", "2024-03", "1", "of", "1", "chapters", "reports/shop/2024-03/report.html"],
            *["done", "03_pulse"],
        ],
    )

    code, out, _ = call(folder, monkeypatch, capsys, "verify", "shop")
    assert (code, out.split()) == (0, ["same", "shop", "2024-03", "03_pulse"])


def test_a_failed_chapter_is_told_and_ends_with_one(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path, n03_pulse=notebook("1 / 0"), n04_cohorts=notebook("1"))
    code, out, _ = call(folder, monkeypatch, capsys, "run", "shop")
    assert code == 1
    assert out.startswith("failed    shop 2024-03")
    assert "(1 of 2 chapters failed)" in out
    assert "03_pulse, cell 4: ZeroDivisionError: division by zero" in out


def test_check_shows_the_passport(tmp_path, monkeypatch, capsys):
    code, out, _ = call(small_project(tmp_path), monkeypatch, capsys, "check")
    assert code == 0
    assert (
        "Shop, up to 31 March 2024: The data are graded D: " in out
        and "Of the order log, 5 of 5 rows (100.00%) are used; it covers " in out
    )
    assert "Grade D." in out  # ninety-one days of history are too few
    assert "5              €40.50  used" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "shopp"), "There is no client 'shopp'; known are ['shop']. Did you mean 'shop'?"),
        (("run", "../shop"), "The client name '../shop' cannot be used"),
        (("run",), "Name a client, or ask for every one with --all."),
        (("run", "shop", "--period", "2024-13"), "The period '2024-13' cannot be read"),
        (("run", "shop", "--period", "2025"), "complete only up to 2024-03-31"),
        (("check", "nobody"), "There is no client 'nobody'"),
        (("verify", "shop"), "There is no finished report to verify."),
    ],
)
def test_wrong_requests_end_with_two_and_write_nothing(tmp_path, monkeypatch, capsys, words, said):
    folder = small_project(tmp_path)
    code, out, err = call(folder, monkeypatch, capsys, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert not (folder / "reports").exists()


def test_all_problems_of_all_clients_are_told_at_once(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path)
    other = folder / "data" / "other"
    other.mkdir()
    (other / "client.toml").write_text('name = "Other"\ncurency = "EUR"\n', encoding="utf-8")
    code, _, err = call(folder, monkeypatch, capsys, "run", "--all", "--period", "2030")
    assert code == 2
    assert "curency: unknown key. Did you mean 'currency'?" in err
    assert "shop: the period 2030 ends on 2030-12-31" in err


def test_a_folder_that_is_no_project_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RETENTION_PROJECT", raising=False)
    monkeypatch.setattr("sys.argv", ["retention", "list"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert "No project here" in capsys.readouterr().err


def add_client(folder, name, *, orders=None):
    """Another shop beside the first, with its orders or others."""
    client = folder / "data" / name
    shutil.copytree(folder / "data" / "shop", client)
    file = client / "client.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"Shop"', f'"{name}"'), encoding="utf-8")
    if orders is not None:
        (client / "orders.csv").write_text(orders, encoding="utf-8")


def test_one_bad_client_hides_neither_the_passport_nor_the_report_of_another(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path, n03_pulse=notebook("1"))
    add_client(folder, "bad", orders="who,day,paid\nann,yesterday,1\n")
    code, out, err = call(folder, monkeypatch, capsys, "check")
    assert code == 1
    assert "Shop, up to 31 March 2024" in out
    assert "bad: " in err
    assert "found 'yesterday'" in err
    code, out, err = call(folder, monkeypatch, capsys, "check", "bad")
    assert (code, out) == (2, "")
    assert "found 'yesterday'" in err

    code, out, _ = call(folder, monkeypatch, capsys, "run", "bad")
    assert code == 2
    assert out.startswith("failed    bad 2024-03")
    code, out, _ = call(folder, monkeypatch, capsys, "run", "--all", "--json")
    assert code == 1
    assert {item["client"]: item["outcome"] for item in json.loads(out)["reports"]} == {
        "bad": "failed",
        "shop": "done",
    }
    code, out, _ = call(folder, monkeypatch, capsys, "list")
    assert code == 0
    bad, good, chapter = out.splitlines()
    assert chapter.split() == ["done", "03_pulse"]
    assert bad.startswith("failed    bad 2024-03")
    assert "cannot be" in bad
    assert good.startswith("done      shop 2024-03")


def test_verify_goes_on_after_a_client_that_cannot_be_compared(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path, n03_pulse=notebook("1"))
    add_client(folder, "bad")
    add_client(folder, "new")
    assert call(folder, monkeypatch, capsys, "run", "bad", "shop")[0] == 0
    (folder / "data" / "bad" / "orders.csv").unlink()
    for other in ("2024-03 copy", "2024-03.failed", "2024-3"):
        (folder / "reports" / "shop" / other / "chapters").mkdir(parents=True)
    code, out, err = call(folder, monkeypatch, capsys, "verify")
    assert (code, out.split()) == (1, ["same", "shop", "2024-03", "03_pulse"])
    assert "bad" in err
    code, out, err = call(folder, monkeypatch, capsys, "verify", "bad")
    assert (code, out) == (2, "")
    code, out, err = call(folder, monkeypatch, capsys, "verify", "shop", "new")
    assert (code, out.split()) == (1, ["same", "shop", "2024-03", "03_pulse"])
    assert "new: there is no finished report to verify. Make one with: retention run new" in err


@pytest.mark.parametrize("has_record", [True, False])
def test_verify_does_not_pass_when_a_chapter_is_missing(tmp_path, monkeypatch, capsys, has_record):
    folder = small_project(tmp_path, n03_pulse=notebook("1"), n04_cohorts=notebook("2"))
    assert call(folder, monkeypatch, capsys, "run", "shop")[0] == 0
    report = folder / "reports" / "shop" / "2024-03"
    (report / "chapters" / "04_cohorts.ipynb").unlink()
    if not has_record:
        (report / "run.json").unlink()
    code, out, _ = call(folder, monkeypatch, capsys, "verify", "shop")
    assert code == 1
    not_known = "shop 2024-03: what it was made from is not recorded, so what has changed since is not known."
    assert out.splitlines() == [
        *([] if has_record else [not_known]),
        "same    shop 2024-03 03_pulse",
        "failed  shop 2024-03 04_cohorts",
        "        the chapter is missing, so nothing would be compared",
    ]
    shutil.rmtree(report / "chapters")
    code, out, _ = call(folder, monkeypatch, capsys, "verify", "shop", "--json")
    assert code == 1
    assert [(item["chapter"], item["outcome"]) for item in json.loads(out)] == [
        ("03_pulse", "failed"),
        ("04_cohorts", "failed"),
    ]


SEVERAL_CURRENCIES = (
    "who,day,paid,money\n"
    + "".join(f"c{n % 5},2024-01-{n + 1:02},{n + 1}.00,EUR\n" for n in range(28))
    + "c1,2024-01-31,9.00,USD\nc2,2024-01-31,0.00,EUR\n"
)


def currencies_client(folder, policies=""):
    client = folder / "data" / "shop"
    (client / "orders.csv").write_text(SEVERAL_CURRENCIES, encoding="utf-8")
    (client / "client.toml").write_text(
        'name = "Shop"\ncurrency = "EUR"\nhistory_start = 2024-01-01\ndata_horizon = 2024-01-31\n'
        '[orders]\npath = "orders.csv"\n[orders.columns]\ncustomer_id = "who"\nordered_at = "day"\n'
        f'amount = "paid"\ncurrency = "money"\n[policies]\n{policies}',
        encoding="utf-8",
    )


def test_check_shows_what_another_policy_would_change(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path)
    currencies_client(folder, 'other_currency = "exclude"\n')
    code, out, _ = call(folder, monkeypatch, capsys, "check", "shop", "--set", "policies.zero_amount=keep")
    assert code == 0
    assert "amount of zero: 1 → 0 rows" in out
    assert "used: 28 → 29 rows" in out
    assert not list((folder / ".retention").rglob("changed*"))


def test_check_shows_the_passport_that_another_policy_would_make_possible(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path)
    currencies_client(folder)
    code, _, err = call(folder, monkeypatch, capsys, "check", "shop")
    assert (code, "1 rows of the order log are in another currency than EUR" in err) == (2, True)
    change = "policies.other_currency=exclude"
    code, out, _ = call(folder, monkeypatch, capsys, "check", "shop", "--set", change)
    assert code == 0
    assert out.startswith("As it is set now: 1 rows of the order log are in another currency than EUR")
    assert f"With {change}:\nShop, up to" in out

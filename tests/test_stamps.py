"""Which files a result was made from, and when they no longer are the same."""

import json
import os
from dataclasses import replace

import pytest

from retention_utils.stamps import SourceStamp, stamp_all, stamps_fit


@pytest.fixture
def files(tmp_path):
    found = {"orders": [tmp_path / "a.csv", tmp_path / "b.csv"], "rates": [tmp_path / "r.csv"], "costs": []}
    for file in (file for of_table in found.values() for file in of_table):
        file.write_text(file.stem)
    return found


def test_a_stamp_holds_what_sha256sum_says(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_bytes(b"abc")
    stamp = SourceStamp.of(file)
    # The example of FIPS 180-2, appendix B.1.
    assert stamp.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (stamp.name, stamp.size) == ("orders.csv", 3)
    assert SourceStamp(**json.loads(json.dumps(stamp.as_dict()))) == stamp


def test_a_file_fits_as_long_as_its_content_does(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_bytes(b"abc")
    stamp = SourceStamp.of(file)
    assert stamp.fits(file)
    assert not replace(stamp, size=4).fits(file)
    os.utime(file, ns=(0, stamp.modified + 1))  # touched
    assert stamp.fits(file)
    file.write_bytes(b"abd")
    os.utime(file, ns=(0, stamp.modified + 1))
    assert not stamp.fits(file)


def test_stamps_of_all_tables_are_plain_values_that_fit(files):
    stamps = stamp_all(files)
    assert {name: [stamp["name"] for stamp in of_table] for name, of_table in stamps.items()} == {
        "orders": ["a.csv", "b.csv"],
        "rates": ["r.csv"],
        "costs": [],
    }
    assert stamps_fit(json.loads(json.dumps(stamps)), files)


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files["orders"].pop(),
        lambda files: files["orders"].reverse(),
        lambda files: files["costs"].extend(files["rates"]),
        lambda files: files.pop("costs"),
        lambda files: files.update(plan=[]),
        lambda files: files["rates"][0].write_text("s"),
        lambda files: files["orders"][1].write_text("longer"),
    ],
    ids=["a file less", "another order", "a file more", "a table less", "a table more", "content", "size"],
)
def test_any_change_is_noticed(files, change):
    stamps = stamp_all(files)
    change(files)
    for file in (file for of_table in files.values() for file in of_table):
        os.utime(file)
    assert not stamps_fit(stamps, files)


def test_a_file_of_another_name_is_another_file(files):
    stamps = stamp_all(files)
    renamed = files["rates"][0].with_name("rates.csv")
    files["rates"][0].rename(renamed)
    files["rates"] = [renamed]
    assert not stamps_fit(stamps, files)

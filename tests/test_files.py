"""Which files a source names, what is refused, and what is unpacked."""

import gzip
import os
import re
import zipfile

import pytest

from retention_utils.errors import ConfigError, InputError
from retention_utils.source_config import Source
from retention_utils.sources import unpacking
from retention_utils.sources.files import display_names, source_files
from retention_utils.sources.unpacking import unpacked


@pytest.fixture
def folder(tmp_path):
    client = tmp_path / "shop"
    for name in ("2024-02.csv", "2024-01.csv", "old/orders.csv", "orders[1].csv"):
        file = client / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text("id\n1\n")
    return client


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("2024-01.csv", ["2024-01.csv"]),
        ("2024-*.csv", ["2024-01.csv", "2024-02.csv"]),
        (("2024-02.csv", "2024-*.csv"), ["2024-02.csv", "2024-01.csv"]),
        ("*/orders.csv", ["old/orders.csv"]),
        ("orders[1].csv", ["orders[1].csv"]),
    ],
)
def test_paths_and_patterns_name_files_in_order_and_once(folder, path, found):
    assert source_files(Source(path=path), folder) == [folder / name for name in found]


def test_files_of_a_package_lie_in_it(folder):
    found = source_files(Source(path="datasets/CDNOW_sample.txt", package="lifetimes"), folder)
    assert [file.name for file in found] == ["CDNOW_sample.txt"]
    assert found[0].is_file()


def test_a_database_has_no_files(folder):
    assert source_files(Source(url="postgresql://host/shop", table="orders"), folder) == []


def test_a_package_that_is_not_installed_is_refused(folder):
    expected = "package names 'no_such', which is not an installed package. Install it or drop the key."
    with pytest.raises(ConfigError, match=f"^{re.escape(expected)}$"):
        source_files(Source(path="a.csv", package="no_such"), folder)


def test_all_missing_files_are_named_with_the_nearest_there_is(folder):
    with pytest.raises(ConfigError) as refusal:
        source_files(Source(path=("2024-1.csv", "old/order.csv", "2023-*.csv", "2024-01.csv")), folder)
    assert str(refusal.value).splitlines() == [
        "The files of shop cannot be found:",
        "  - '2024-1.csv': no such file. Did you mean '2024-01.csv'?",
        "  - 'old/order.csv': no such file. Did you mean 'old/orders.csv'?",
        "  - '2023-*.csv': no file matches",
        "Check path.",
    ]


@pytest.mark.parametrize(
    "path", ["../secret.csv", "old/../../secret.csv", "{absolute}", "..\\secret.csv", "link.csv", "l*.csv"]
)
def test_no_path_leads_out_of_the_folder(folder, path):
    secret = folder.parent / "secret.csv"
    secret.write_text("id\n1\n")
    (folder / "link.csv").symlink_to(secret)
    path = path.format(absolute=secret)
    with pytest.raises(
        ConfigError, match=r"leads out of the folder; files must lie within it\nCheck path\.$"
    ):
        source_files(Source(path=path), folder)


def test_files_that_cannot_be_used_are_named_together(folder):
    (folder / "empty.csv").touch()
    os.mkfifo(folder / "pipe.csv")
    with pytest.raises(InputError) as refusal:
        source_files(Source(path=("empty.csv", "old", "pipe.csv", "2024-01.csv")), folder)
    assert str(refusal.value).splitlines() == [
        "These files cannot be read:",
        "  - empty.csv is empty",
        "  - old is a folder",
        "  - pipe.csv is no regular file",
        "Ask for them again, or check path.",
    ]


def test_files_of_several_folders_keep_their_folders_in_the_name(folder):
    assert display_names([folder / "2024-01.csv", folder / "2024-02.csv"]) == ["2024-01.csv", "2024-02.csv"]
    assert display_names([folder / "a.csv", folder / "old/a.csv"]) == ["a.csv", "old/a.csv"]


def test_packed_files_are_unpacked_under_names_of_our_own(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"id\n1\n"))
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr("../../b.xlsx", b"b")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("c/", b"")
        archive.writestr("c/1.csv", b"c")
        archive.writestr("__MACOSX/1.csv", b"junk")
        archive.writestr("2.csv", b"d")
    workspace = tmp_path / "work"
    workspace.mkdir()
    found = unpacked([tmp_path / name for name in ("a.csv.gz", "one.zip", "two.zip")], workspace)
    assert [(file.name, file.inner, file.path.read_bytes()) for file in found] == [
        ("a.csv.gz", "a.csv", b"id\n1\n"),
        ("one.zip", "../../b.xlsx", b"b"),
        ("two.zip/c/1.csv", "c/1.csv", b"c"),
        ("two.zip/2.csv", "2.csv", b"d"),
    ]
    assert {file.path.parent for file in found} == {workspace}


def test_damaged_packed_files_are_refused_together(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"id\n1\n" * 99)[:-9])
    (tmp_path / "b.csv.gz").write_bytes(b"id\n1\n")
    (tmp_path / "c.zip").write_bytes(b"PK")
    with pytest.raises(InputError) as refusal:
        unpacked([tmp_path / name for name in ("a.csv.gz", "b.csv.gz", "c.zip")], tmp_path)
    lines = str(refusal.value).splitlines()
    assert [line.split(" cannot be unpacked: ")[0] for line in lines] == ["a.csv.gz", "b.csv.gz", "c.zip"]
    assert lines[2] == "c.zip cannot be unpacked: File is not a zip file. Ask for it again."


def test_a_file_that_swells_beyond_belief_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "LARGEST", 1 << 20)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(bytes(4 << 20)))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bytes(4 << 20))
    for name in ("bomb.csv.gz", "bomb.zip"):
        with pytest.raises(InputError, match=rf"^{name} swells to more than 200 times its size"):
            unpacked([tmp_path / name], tmp_path)


def test_an_encrypted_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", b"id\n1\n")
    content = bytearray((tmp_path / "a.zip").read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag in the directory of the archive
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(
        InputError, match=r"^a\.zip is protected by a password\. Unpack it and give the files themselves\.$"
    ):
        unpacked([tmp_path / "a.zip"], tmp_path)

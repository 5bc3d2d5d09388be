"""Reports on a store that many computers share: an object store or any other file system fsspec knows."""

import shutil
from pathlib import Path, PurePosixPath

import fsspec

from retention_utils.project import report_folder
from retention_utils.shelf import move_into_place

__all__ = ["Store"]

MARK = "run.json"  # goes first and comes last: a report without it is not whole


class Store:
    """The reports' folder as it stands on a store.

    Parameters
    ----------
    url : str
        Such as ``s3://bucket/reports``; what fsspec needs beside (credentials) comes from the environment.
    """

    def __init__(self, url: str) -> None:
        self._files, root = fsspec.core.url_to_fs(url)
        self._root = PurePosixPath(root)

    def publish(self, folder: Path, client: str) -> None:
        """Put a finished report there. Every page is one file, so nobody ever opens half of one."""
        place = self._root / client / folder.name
        if self._files.exists(str(place / MARK)):
            self._files.rm_file(str(place / MARK))
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        for file in sorted(files, key=lambda file: file == folder / MARK):
            self._put(file, place / file.relative_to(folder).as_posix())
        self._remove_others(place, {str(place / file.relative_to(folder).as_posix()) for file in files})

    def publish_pages(self, pages: list[Path]) -> None:
        """Put pages there that lie beside the clients, such as the portfolio's."""
        for page in pages:
            self._put(page, self._root / page.name)

    def fetch(self, project: Path, client: str, period_key: str) -> None:
        """Bring a report here that is whole there and missing here."""
        place = self._root / client / period_key
        here = report_folder(project, client, period_key)
        if (here / MARK).is_file() or not self._files.exists(str(place / MARK)):
            return
        staging = here.with_name(f".{period_key}.fetched")
        shutil.rmtree(staging, ignore_errors=True)
        for file in self._files.find(str(place)):
            target = staging / PurePosixPath(file).relative_to(place)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._files.get_file(file, str(target))
        move_into_place(staging, here)

    def fetch_all(self, project: Path, client: str) -> None:
        """Bring every report of a client here that is missing."""
        place = self._root / client
        if self._files.exists(str(place)):
            for folder in self._files.ls(str(place), detail=False):
                self.fetch(project, client, PurePosixPath(folder).name)

    def _put(self, file: Path, place: PurePosixPath) -> None:
        self._files.makedirs(str(place.parent), exist_ok=True)
        self._files.put_file(str(file), str(place))

    def _remove_others(self, place: PurePosixPath, kept: set[str]) -> None:
        for file in self._files.find(str(place)):
            if str(PurePosixPath(file)) not in kept:
                self._files.rm_file(file)

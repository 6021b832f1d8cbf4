"""Where large tables lie: on this machine, or at any address that fsspec knows (`s3://...`)."""

import os
from glob import has_magic
from pathlib import PurePosixPath

from pyarrow.fs import (
    FileInfo,
    FileSelector,
    FileSystem,
    FileType,
    FSSpecHandler,
    LocalFileSystem,
    PyFileSystem,
)

KINDS = (".csv", ".tsv", ".parquet")


def open_place(address: str) -> tuple[FileSystem, str]:
    """Return the file system behind an address, and the path there; ValueError if it cannot be."""
    if "://" not in address:
        return LocalFileSystem(), os.path.abspath(address)  # noqa: PTH100  # links stay, .. goes
    try:
        import fsspec
    except ImportError:
        raise ValueError(f"For {address}, install the extra train: it brings fsspec.") from None
    try:
        found, path = fsspec.url_to_fs(address)
    except (ValueError, ImportError) as error:
        raise ValueError(f"{address} cannot be opened: {error}.") from error
    return PyFileSystem(FSSpecHandler(found)), path


def find_files(address: str) -> list[str]:
    """Return the tables behind the address of a file, a folder or a glob, in order.

    ValueError where there are none.
    """
    system, path = open_place(address)
    before = address[: len(address) - len(path)] if "://" in address else ""
    if "**" in path:
        raise ValueError(f"Name a folder instead of {address}: all folders in it are read, too.")
    if has_magic(path):
        root = PurePosixPath(*_until_magic(PurePosixPath(path).parts))
        paths = [one for one in _under(system, str(root)) if PurePosixPath(one).match(path)]
    elif system.get_file_info(path).type == FileType.Directory:
        paths = _under(system, path)
    else:
        paths = [path] if system.get_file_info(path).type == FileType.File else []
    tables = sorted(one for one in paths if PurePosixPath(one).suffix.lower() in KINDS)
    if not tables:
        raise ValueError(
            f"There is no table at {address}: .csv, .tsv and .parquet are taken, not compressed."
        )
    return [f"{before}{table}" for table in tables]


def _until_magic(parts: tuple[str, ...]) -> tuple[str, ...]:
    return parts[: next(n for n, part in enumerate(parts) if has_magic(part))]


def _under(system: FileSystem, folder: str) -> list[str]:
    infos: list[FileInfo] = system.get_file_info(
        FileSelector(folder, recursive=True, allow_not_found=True)
    )
    own = len(PurePosixPath(folder).parts)
    return [
        info.path
        for info in infos
        if info.type == FileType.File
        and not any(part[:1] in "_." for part in PurePosixPath(info.path).parts[own:])
    ]


def file_name(address: str) -> str:
    """Return the last part of an address.

    >>> file_name("s3://weather/2017/days.csv")
    'days.csv'
    """
    return PurePosixPath(address).name

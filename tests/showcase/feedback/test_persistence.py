"""Whether a place survives a restart, host by host."""

import tempfile
from pathlib import Path

import pytest

from showcase.feedback import persistence
from showcase.feedback.persistence import is_persistent

SERVER = Path("/srv/app/feedback/feedback.csv")


@pytest.fixture(autouse=True)
def plain_server(monkeypatch, tmp_path):
    """A host that none of the rules is about."""
    for name in ("SPACE_ID", *persistence.INSTANCE_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(persistence, "MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")


@pytest.fixture
def mounts(tmp_path):
    def write(*lines):
        text = "".join(f"device {line} rw,relatime 0 0\n" for line in lines)
        (tmp_path / "mounts").write_text(text, encoding="utf-8")

    return write


def test_a_server_keeps_its_files():
    assert is_persistent(SERVER)


@pytest.mark.parametrize("folder", ["/mount/src/vitrine", "/tmp/vitrine"])
def test_a_clone_and_the_temporary_folder_pass(folder):
    assert not is_persistent(Path(folder) / "feedback/feedback.csv")


@pytest.mark.parametrize("name", ["K_SERVICE", "GAE_SERVICE", "GAE_ENV"])
def test_an_instance_of_google_cloud_passes(monkeypatch, name):
    monkeypatch.setenv(name, "vitrine")
    assert not is_persistent(SERVER)


def test_a_space_keeps_only_its_volume(monkeypatch):
    monkeypatch.setenv("SPACE_ID", "someone/vitrine")
    assert not is_persistent(SERVER)
    assert not is_persistent(Path("/database/feedback.csv"))
    assert is_persistent(Path("/data/feedback.csv"))


@pytest.mark.parametrize(
    ("lines", "lasting"),
    [
        (["/ ext4"], True),
        (["/ overlay"], False),
        (["/ overlay", "/srv/app/feedback ext4"], True),
        (["/ ext4", "/srv/app tmpfs"], False),
        (["/ ext4", "/srv/app/feed tmpfs"], True),
        (["/ ext4", "/srv/app tmpfs", "/srv/app xfs"], True),
        (["/ ext4", "/srv/app xfs", "/srv/app tmpfs"], False),
        (["/srv/app/feedback nfs4", "/ overlay"], True),
    ],
)
def test_the_innermost_mount_decides(mounts, lines, lasting):
    mounts(*lines)
    assert is_persistent(SERVER) is lasting


def test_a_mount_with_a_space_in_its_name_is_found(mounts):
    mounts("/ overlay", r"/srv/my\040app ext4")
    assert is_persistent(Path("/srv/my app/feedback.csv"))

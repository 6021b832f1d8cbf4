"""Whether files in a folder survive a restart of the app."""

import os
import tempfile
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
PASSING_FILE_SYSTEMS = {"tmpfs", "ramfs", "overlay", "aufs"}
# Streamlit Community Cloud clones the app there, and clones it again on every restart.
CLONE = Path("/mount/src")
# A Hugging Face Space with persistent storage keeps this folder and nothing else.
SPACE_VOLUME = Path("/data")
# Google sets these on Cloud Run and App Engine, whose disks live as long as one instance.
INSTANCE_VARIABLES = ("K_SERVICE", "GAE_SERVICE", "GAE_ENV")


def is_persistent(path: Path) -> bool:
    """Return True if a file at this path outlives a restart, as far as the host gives it away."""
    place = path.resolve()
    if "SPACE_ID" in os.environ:
        return place.is_relative_to(SPACE_VOLUME)
    passing = place.is_relative_to(CLONE) or place.is_relative_to(_temporary_folder())
    hosted = any(name in os.environ for name in INSTANCE_VARIABLES)
    return not (passing or hosted or _file_system(place) in PASSING_FILE_SYSTEMS)


def _temporary_folder() -> Path:
    return Path(tempfile.gettempdir()).resolve()


def _file_system(place: Path) -> str:
    """Return the type of the innermost mount around the place; empty where no list of them is."""
    if not MOUNTS.exists():
        return ""
    mounts = [line.split() for line in MOUNTS.read_text(encoding="utf-8").splitlines()]
    around = [
        (len(Path(folder).parts), kind)
        for _, folder, kind, *_ in mounts
        if place.is_relative_to(folder.replace("\\040", " "))
    ]
    # Of several mounts on one folder the last one listed is the one on top.
    return max(reversed(around), key=lambda mount: mount[0], default=(0, ""))[1]

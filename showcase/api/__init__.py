"""The JSON API: the same models and the same feedback log as the pages, for programs.

`create()` returns the application that `server.py` mounts at `/api`.
"""

from showcase.api.app import create

__all__ = ["create"]

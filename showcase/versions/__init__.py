"""Versions of models that learnt from verdicts, where the verdicts lie, and which is in force."""

from showcase.versions.store import Change, StoredVersion, Versions, digits, in_force, open_versions

__all__ = ["Change", "StoredVersion", "Versions", "digits", "in_force", "open_versions"]

"""What the pages share: interface, feedback, settings. Knows the models, never the pages."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # at run time the package of that name is itself what pages call
    from showcase.interface.page import interface as interface

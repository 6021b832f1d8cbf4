"""What pages are made of: a cached model, a form, charts, a feedback panel.

`__init__.pyi` lists the names. Each is imported when it is first used: the gallery needs few.
"""

import lazy_loader

from showcase.ui.escape_markdown import literal as literal  # at once: its module has the same name
from showcase.ui.routing import through_home

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

through_home()  # every page and every part of one imports this package

"""What pages are made of: a cached model, a form, charts, a feedback panel.

`__init__.pyi` lists the names. Each is imported when it is first used: the gallery needs few.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

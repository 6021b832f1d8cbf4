"""Any typed function becomes a page: `from showcase import interface` and `interface(function)`.

Beside it stands what functions need for their types: kinds of input and of output, `examples`,
`slow`. `__init__.pyi` lists the names. Each is imported when it is first used: the gallery needs
few.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""My demo: how fast was it? `/my_demo`."""

from showcase import interface

interface("my_demo")

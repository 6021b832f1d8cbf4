"""The menu: a project's pages beside the app's own, and where a link to one of them leads."""

import atexit
import gc
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st

from showcase import interface, ui
from showcase.contract import Demo, registry
from showcase.runtime import project
from showcase.runtime.log import configure_logging
from showcase.runtime.settings import settings

GALLERY = "gallery"
PAGES = "pages"  # session state: name to page, as this run's menu has them
TITLE = "app_title"
OWN = {
    "review": (
        "Review",
        ":material/fact_check:",
        "What people said: figures, rows, agreement, downloads.",
    ),
    "annotate": ("Annotate", ":material/checklist:", "Judge a list, one input after the other."),
    "learn": (
        "Learn",
        ":material/model_training:",
        "What verdicts would make of each model: train, compare, promote, roll back.",
    ),
}


def run(
    title: str = "Models",
    more: Mapping[str, Sequence[st.Page]] | None = None,
    home: tuple[str, st.Page] | None = None,
) -> None:
    """Draw the menu and run the page that the visitor chose: what a project's Home.py does.

    A page is a script of the project's folder `pages/`; the app draws those that have none there.
    `title` is the app's name where the project's settings (`project.about`) have none, `more` holds
    sections of pages that no demo has, `home` is the name of a page and the page itself, which
    stands in the gallery's place.
    """
    _pass_over_imports()
    about = project.about()
    title, logo = about.name or title, about.logo and str(about.logo)
    # The tab's icon first: a tab without one gets the page's, which Streamlit fetches from a server
    # elsewhere. So the gallery, which may have to do without in the beginning, has none.
    st.set_page_config(page_icon=logo or ui.tab_icon(), layout="wide")
    if logo:
        st.logo(logo, size="large")
    name, first = home or (GALLERY, _page(GALLERY, title="Gallery", default=True))
    named = {GALLERY: first, name: first}
    sections: dict[str, list[st.Page]] = {"": [first]}
    for name, demos in registry.pages().items():
        if name in named:
            continue
        named[name] = _page(name, **_about(demos))
        sections.setdefault(demos[0].section, []).append(named[name])
    for name, (label, icon, text) in OWN.items():
        named[name] = _page(name, title=label, icon=icon, help=text)
        sections.setdefault("Your data", []).append(named[name])
    for section, pages in (more or {}).items():
        sections.setdefault(section, []).extend(pages)
    st.session_state[PAGES], st.session_state[TITLE] = named, title
    page = st.navigation(sections, expanded=True)
    st.set_page_config(page_title=f"{page.title} · {title}")
    with ui.calm():
        configure_logging("INFO")  # a setting that cannot be used is logged as all else
        configure_logging(settings().log_level)
        ui.arrive(page.title)
        page.run()
        ui.warm()


@cache
def _pass_over_imports() -> None:
    """Tell the garbage collector, once a process, to pass over what is imported by now.

    It stays anyway; going through it would take 30 to 50 ms of the first gallery.
    """
    gc.freeze()
    atexit.register(gc.unfreeze)  # as `loading` does, which is not imported yet


def app_title() -> str:
    """Return what the project calls the app."""
    found: str = st.session_state[TITLE]
    return found


def page(name: str) -> st.Page:
    """Return the page called `name` for a link; KeyError if the menu has none."""
    pages: dict[str, st.Page] = st.session_state[PAGES]
    return pages[name]


def _about(demos: Sequence[Demo]) -> dict[str, Any]:
    return {
        "title": registry.page_title(demos),
        "icon": demos[0].icon,
        "help": " ".join(demo.summary for demo in demos),
    }


def _page(name: str, **about: Any) -> st.Page:
    """Return the project's own page of that name, else the one that the app draws."""
    script = Path("pages") / f"{name}.py"
    if (project.root() / script).is_file():
        return st.Page(str(script), **about)
    return st.Page(_drawn(name), url_path="" if about.get("default") else name, **about)


def _drawn(name: str) -> Callable[[], None]:
    if name in (GALLERY, *OWN):
        package = name if name == GALLERY else f"{name}.page"
        return lambda: import_module(f"showcase.pages.{package}").page()
    return partial(interface, name)

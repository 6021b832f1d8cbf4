"""The app below a path of a site: behind nginx, which takes the path off, and with its own."""

from contextlib import ExitStack

import pytest

from bench.app_server import running_production
from tests.deploy.servers import nginx
from tests.e2e.conftest import ready

pytestmark = pytest.mark.slow  # a deployment: servers of its own, and nginx


@pytest.fixture(scope="module", params=["nginx takes it off", "Streamlit knows it"])
def url(request, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("below")
    settings = {"VITRINE_FEEDBACK_URL": f"csv:{tmp_path}/feedback.csv", "VITRINE_WARM": "0"}
    with ExitStack() as stack:
        if request.param == "nginx takes it off":
            server = stack.enter_context(running_production(tmp_path / "log", settings))
            yield stack.enter_context(nginx(server.url, tmp_path))
        else:
            config = tmp_path / ".streamlit" / "config.toml"
            config.parent.mkdir()
            config.write_text('[server]\nbaseUrlPath = "vitrine"\n')
            home = settings | {"HOME": str(tmp_path)}
            start = running_production(tmp_path / "log", home, prefix="/vitrine")
            yield stack.enter_context(start).url


def test_link_menu_commands_gallery_and_upload_stay_below_the_path(url, open_tab):
    page = open_tab(f"{url}/flower_power?flower_power_petal_length=4.8")
    assert page.get_by_role("heading", name="Flower Power", level=1).is_visible()
    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name="Text tools").click()
    page.get_by_role("heading", name="Text tools", level=1).wait_for()
    ready(page)
    assert page.url == f"{url}/text_tools"
    page.get_by_text("Use this from code").click()
    shown = page.get_by_test_id("stCode").first
    shown.wait_for()
    assert f"{url}/api/v1/demos/palindromes/predict" in shown.inner_text()
    menu.get_by_role("link", name="Gallery").click()
    page.get_by_role("heading", level=1, name="Try a model").wait_for()
    assert page.url == f"{url}/"
    menu.get_by_role("link", name="Sketch").click()
    page.get_by_role("tab", name="Upload a picture").click()
    field = page.get_by_test_id("stFileUploaderDropzoneInput")
    field.set_input_files({"name": "note.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.get_by_test_id("stAlert").get_by_text("PNG").wait_for()

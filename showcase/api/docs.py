"""The documentation page, from files that a package brings: it needs no internet."""

from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

FILES = Path(fastapi_offline.__file__).with_name("static")
OPTIONS = {"tryItOutEnabled": True, "displayRequestDuration": True, "docExpansion": "list"}

router = APIRouter()


@router.get("/docs", include_in_schema=False)
async def docs() -> HTMLResponse:
    """Return Swagger UI over `openapi.json`; every address is relative, so any prefix will do."""
    return get_swagger_ui_html(
        openapi_url="openapi.json",
        title="Vitrine's API",
        swagger_js_url="docs/files/swagger-ui-bundle.js",
        swagger_css_url="docs/files/swagger-ui.css",
        swagger_favicon_url="docs/files/favicon.png",
        swagger_ui_parameters=OPTIONS,
    )


def add_docs(application: FastAPI) -> None:
    """Add the page and its files."""
    application.mount("/docs/files", StaticFiles(directory=FILES))
    application.include_router(router)

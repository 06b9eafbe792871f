"""Every page, for the app to serve."""

from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from vivavoce.interviews.room import room_router
from vivavoce.web.render import STATIC

static_router = create_static_files_router(
    path="/static", directories=[STATIC], cache_control=CacheControlHeader(no_cache=True)
)

pages: list[ControllerRouterHandler] = [static_router, room_router]

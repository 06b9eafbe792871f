"""Every page, for the app to serve."""

from litestar.types import ControllerRouterHandler

pages: list[ControllerRouterHandler] = []

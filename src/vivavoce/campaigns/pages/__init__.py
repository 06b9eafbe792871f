"""The recruiter's pages of campaigns: their list, the pipeline, their stages, a candidate in one."""

from litestar import Router

from vivavoce.campaigns.pages import overview, people, steps
from vivavoce.http.authentication import guard_page

campaign_pages = Router(
    "/campaigns", guards=[guard_page], route_handlers=[*overview.handlers, *people.handlers, *steps.handlers]
)

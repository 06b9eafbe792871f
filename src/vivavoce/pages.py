"""Every page, for the app to serve."""

from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from vivavoce.agents.pages.agents import agent_pages
from vivavoce.agents.pages.configs import config_pages
from vivavoce.campaigns.pages import campaign_pages
from vivavoce.candidates.pages import candidate_pages
from vivavoce.interviews.pages import interview_pages
from vivavoce.interviews.room import room_router
from vivavoce.jobs.pages import job_pages
from vivavoce.mail.pages import outbox_pages
from vivavoce.organizations.pages.keys import key_pages
from vivavoce.organizations.pages.members import member_pages
from vivavoce.organizations.pages.organization import organization_pages
from vivavoce.organizations.pages.sign_in import sign_in_pages
from vivavoce.rehearsal.pages import rehearsal_pages
from vivavoce.web.libraries import libraries_router
from vivavoce.web.pages import error_code, front
from vivavoce.web.render import STATIC
from vivavoce.webhooks.pages import webhook_pages

static_router = create_static_files_router(
    path="/static", directories=[STATIC], cache_control=CacheControlHeader(no_cache=True)
)

pages: list[ControllerRouterHandler] = [
    static_router,
    libraries_router,
    front,
    error_code,
    *sign_in_pages,
    interview_pages,
    candidate_pages,
    campaign_pages,
    job_pages,
    outbox_pages,
    config_pages,
    rehearsal_pages,
    agent_pages,
    key_pages,
    member_pages,
    organization_pages,
    webhook_pages,
    room_router,
]

"""The owner's page of the organization: what candidates read in their mail."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.response import Redirect

from vivavoce.http.authentication import guard_page, member
from vivavoce.http.forms import read_form
from vivavoce.http.request import services
from vivavoce.organizations.organizations import Organization, change_organization, read_organization
from vivavoce.web.answer import show
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import Form
from vivavoce.web.settings_views import OrganizationPage

AnyRequest = Request[Any, Any, Any]
OWNER = {"page": "owner"}
UNPROCESSABLE = 422


class OrganizationForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    name: str = ""
    contact_email: str = ""


@get("/", opt=OWNER)
async def retrieve(request: AnyRequest) -> Response[str]:
    caller = member(request)
    async with services(request).database.transaction() as connection:
        found = await read_organization(connection, caller)
    form = Form({"name": found.name, "contactEmail": found.contact_email or ""})
    notice = "The organization is changed." if request.query_params.get("done") == "changed" else ""
    return show("settings/organization.html", OrganizationPage(member=caller, form=form, notice=notice))


@post("/", opt=OWNER, status_code=303)
async def change(request: AnyRequest) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, OrganizationForm)))
    wanted = Organization(
        fields.required("name", "Enter the name that candidates know you by."),
        fields.email("contactEmail") if fields.text("contactEmail") else None,
    )
    if fields.faults:
        return show(
            "settings/organization.html", OrganizationPage(member=caller, form=fields.form()), UNPROCESSABLE
        )
    async with parts.database.transaction() as connection:
        await change_organization(connection, caller, wanted, at=parts.clock())
    return Redirect("/settings/organization?done=changed", status_code=303)


organization_pages = Router("/settings/organization", guards=[guard_page], route_handlers=[retrieve, change])

"""The API as a whole: its routers, its refusals, its description of itself."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from sluse.api import (
    approvals,
    attachments,
    bodies,
    connector,
    credentials,
    holds,
    organizations,
    postings,
    problems,
    reconciliations,
    reimbursements,
    schemas,
    switch,
    sync_log,
    sync_runs,
)

DESCRIPTION = (
    "Send `Authorization: Bearer <token>`. A token acts as its user and does what its scopes allow. Amounts are text with "
    "two decimals, times carry their offset, and ids are text. What belongs to another organization is not found. "
    "Refusals are RFC 9457 problems with a stable `code`."
)
ROUTERS = (
    organizations.router,
    connector.router,
    credentials.router,
    switch.router,
    approvals.router,
    holds.router,
    reimbursements.router,
    attachments.router,
    postings.router,
    sync_runs.router,
    sync_log.router,
    reconciliations.router,
)


class SluseAPI(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The refusals are not answers of any one call, so their shape is added here."""
        document = super().get_openapi_schema(**options)
        problem = schemas.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"].update(problem.pop("$defs") | {"Problem": problem})
        return document


api = SluseAPI(
    title="Sluse",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    parser=bodies.StrictParser(),
)
for _router in ROUTERS:
    api.add_router("", _router)
for _kind, _handler in problems.HANDLERS.items():
    api.add_exception_handler(_kind, _handler)

"""Business Central behind the seam: a purchase invoice for each reimbursement, or a journal."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from sluse.connectors import fields
from sluse.connectors.base import (
    Attachment,
    AttachmentOutcome,
    Chart,
    ChartEntry,
    Company,
    ConnectorError,
    Found,
    Outcome,
    Permit,
    Receipt,
    UnauthorizedError,
    UnavailableError,
    WrongCompanyError,
)
from sluse.connectors.business_central import (
    attaching,
    config,
    dimensions,
    drafting,
    links,
    lookup,
    posting,
    scanning,
    vendors,
)
from sluse.connectors.business_central.batch import Reply
from sluse.connectors.business_central.classify import Verdict
from sluse.connectors.business_central.client import Client
from sluse.connectors.business_central.config import CONFIG, JOURNAL, Settings
from sluse.connectors.business_central.course import Course
from sluse.connectors.business_central.documents import Document, Status
from sluse.connectors.entra import Credentials
from sluse.connectors.http import Door
from sluse.vouchers.voucher import Voucher

CURRENCY = "NOK"


def connect(
    *, settings: Mapping[str, Any], credentials: Mapping[str, str], permit: Permit
) -> "BusinessCentral":
    """Raises `ConnectorError` for settings that no company could be reached with."""
    complete = fields.with_defaults(CONFIG, settings)
    problems = fields.problems(config=CONFIG, settings=complete, credentials=credentials)
    if problems:
        raise ConnectorError(" ".join(problem.detail for problem in problems))
    parsed = config.parse(complete)
    signing_in = Credentials(
        address=parsed.token_address,
        scope=config.SCOPE,
        client_id=credentials["client_id"],
        client_secret=credentials["client_secret"],
    )
    door = Door(permit=permit, deadline_seconds=django_settings.ERP_DEADLINE_SECONDS)
    return BusinessCentral(client=Client(door=door, settings=parsed, credentials=signing_in), settings=parsed)


class BusinessCentral:
    batch_size = 50
    """Posting takes two operations for each voucher, and a batch holds a hundred."""

    def __init__(self, *, client: Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings

    async def check(self) -> Company:
        reply = await self._client.get(self._settings.company_path)
        if reply.verdict is Verdict.GONE:
            raise WrongCompanyError(_wrong_company(reply))
        body = reply.body if isinstance(reply.body, dict) else {}
        if str(body.get("id", "")).lower() != self._settings.company_id:
            raise WrongCompanyError(
                _("Business Central answered with another company than the one that was named.")
            )
        name = str(body.get("displayName") or body.get("name") or "")
        problems = tuple(await self._problems())
        return Company(id=self._settings.company_id, name=name, problems=problems)

    async def chart(self) -> Chart:
        """Only what a voucher can be posted to."""
        accounts, taxes, dimensions, values = [
            await self._client.rows(f"{self._settings.company_path}/{name}")
            for name in ("accounts", "taxGroups", "dimensions", "dimensionValues")
        ]
        return Chart(
            accounts=tuple(_entry(row, "number") for row in accounts if _takes_postings(row)),
            vat_codes=tuple(_entry(row, "code") for row in taxes),
            dimensions={
                str(dimension.get("code", "")): tuple(
                    _entry(value, "code")
                    for value in values
                    if value.get("dimensionId") == dimension.get("id")
                )
                for dimension in dimensions
            },
        )

    async def find(self, vouchers: Sequence[Voucher]) -> dict[str, Found]:
        course = Course(client=self._client, settings=self._settings, unfinished={})
        there = await course.look_up(vouchers)
        incomplete = set() if self._settings.posts else await self._incomplete(course, vouchers, there)
        return lookup.as_found(
            vouchers=vouchers, there=there, posts=self._settings.posts, incomplete=incomplete
        )

    async def post(self, vouchers: Sequence[Voucher], *, unfinished: Mapping[str, Receipt]) -> list[Outcome]:
        course = Course(client=self._client, settings=self._settings, unfinished=unfinished)
        for voucher in vouchers:
            refusal = course.form.refusal(voucher)
            if refusal is not None:
                course.settle(voucher, refusal)
        try:
            await self._send(course, course.open(vouchers), unfinished)
        except (UnauthorizedError, WrongCompanyError) as error:
            if not course.may_have_changed:
                raise
            course.settle_rest(vouchers, error)
        except ConnectorError as error:
            course.settle_rest(vouchers, error)
        found = [course.outcomes[voucher.reference] for voucher in vouchers]
        return [links.linked(outcome=outcome, settings=self._settings) for outcome in found]

    async def attach(self, attachments: Sequence[Attachment]) -> list[AttachmentOutcome]:
        return await attaching.attach(client=self._client, settings=self._settings, attachments=attachments)

    async def scan(self, *, since: date) -> dict[str, Found]:
        return await scanning.scan(client=self._client, settings=self._settings, since=since)

    async def close(self) -> None:
        await self._client.close()

    async def _send(
        self, course: Course, vouchers: Sequence[Voucher], unfinished: Mapping[str, Receipt]
    ) -> None:
        new = [voucher for voucher in vouchers if voucher.reference not in unfinished]
        if self._settings.document == JOURNAL:
            await vendors.refuse_currencies(client=self._client, course=course, vouchers=new)
        await drafting.draft(course=course, vouchers=course.open(new))
        drafted = course.open(vouchers)
        lack = await dimensions.learn(course=course, vouchers=drafted)
        left = [one for one in drafted if lack or one.reference in course.bare | set(unfinished)]
        await dimensions.complete(course=course, vouchers=left)
        if self._settings.posts:
            await posting.post(course=course, vouchers=course.open(vouchers))
        else:
            posting.leave_as_drafts(course=course, vouchers=course.open(vouchers))

    async def _incomplete(
        self, course: Course, vouchers: Sequence[Voucher], there: Mapping[str, Sequence[Document]]
    ) -> set[str]:
        """Drafts of ours that were left before all of their dimensions had followed."""
        drafts = [
            voucher
            for voucher in vouchers
            if len(there[voucher.reference]) == 1 and there[voucher.reference][0].status is Status.DRAFT
        ]
        course.drafts |= {voucher.reference: there[voucher.reference][0].id for voucher in drafts}
        lacking = await dimensions.missing(course=course, vouchers=drafts)
        return {voucher.reference for voucher, _calls in lacking}

    async def _problems(self) -> list[str]:
        """A journal is always in the company's own currency."""
        if self._settings.document != JOURNAL:
            return []
        rows = await self._client.rows(f"{self._settings.company_path}/generalLedgerSetup")
        currencies = {str(row.get("localCurrencyCode", "")) for row in rows}
        if currencies <= {CURRENCY}:
            return []
        return [
            _("The company's own currency is not NOK, so journals cannot be used. Choose purchase invoices.")
        ]


def _wrong_company(reply: Reply) -> str:
    if reply.code == "NoEnvironment":
        return _("Business Central has no environment of this name in this tenant.")
    return _("Business Central has no company with this id in this environment.")


def _takes_postings(account: Mapping[str, Any]) -> bool:
    """Only its own documented words count: an account that does not say it can be posted to is left out."""
    return (
        account.get("accountType") == "Posting"
        and account.get("blocked") is False
        and account.get("directPosting") is True
    )


def _entry(row: Mapping[str, Any], key: str) -> ChartEntry:
    code, name = row.get(key), row.get("displayName")
    if not isinstance(code, str):
        raise UnavailableError(_("Business Central's answer does not have the form it should have."))
    return ChartEntry(code=code, name=name if isinstance(name, str) else "")

"""The address that source systems tell by themselves, signed by the Standard Webhooks specification instead of with a token.

A sender repeats what was not answered with 2xx, so that a refusal comes again until it is mended or the sender gives up.
What was taken in and is told again changes nothing.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from sluse.api import bodies, problems
from sluse.reimbursements import present
from sluse.webhooks import receiving
from sluse.webhooks.signature import Delivery


@csrf_exempt
def reimbursements(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return problems.method_not_allowed("POST")
    try:
        return _answer(request, slug)
    except Exception as error:  # noqa: BLE001 - the one table from an error to what the caller is told
        response = problems.answer_to(request, error)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            del response.headers["WWW-Authenticate"]  # No token opens this address.
        return response


def _answer(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    headers = request.headers
    delivery = Delivery(
        id=headers.get("webhook-id", ""),
        timestamp=headers.get("webhook-timestamp", ""),
        signatures=headers.get("webhook-signature", ""),
        body=request.body,
    )
    sender = receiving.sender_of(slug=slug, delivery=delivery, now=now)
    row = receiving.receive(sender=sender, message=lambda: bodies.fields(request=request), now=now)
    if row is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return JsonResponse(present.as_json(row), headers={"Cache-Control": "no-store"})

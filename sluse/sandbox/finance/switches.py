"""Everything about Dynamics 365 Finance that is assumed, not documented: a named switch."""

from dataclasses import dataclass

from sluse.sandbox import switches


@dataclass(slots=True, kw_only=True)
class Switches(switches.Switches):
    keeps_integration_key: bool = True
    """A journal keeps the `IntegrationKey` it was made with; otherwise only its description tells whose it is."""
    keeps_line_numbers: bool = True
    """A line keeps the number it is sent with, so that the same one cannot be added twice; otherwise the server counts."""
    renumbers_vouchers: bool = False
    """Posting gives each voucher a number of Finance's own."""
    batch_goes_on: bool = True
    """After a refused changeset the others are executed, when asked to; otherwise nothing behind it is."""
    refusal_status: int = 400
    """What a refused write answers: 400 or 500."""
    throttled_answers_say_when: bool = True
    """A 429 carries `Retry-After`."""
    token_refusal_status: int = 401
    """What the sign-in answers to a wrong secret: 401 or 400."""
    job_seconds: int = 0
    """The batch job *Post journals* runs this often; 0: only when it is told to."""
    page_rows_max: int = 10_000

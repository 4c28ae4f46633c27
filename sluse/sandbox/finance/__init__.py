"""A stand-in for Microsoft Dynamics 365 Finance, as strict as the real one is documented, over real HTTP.

It imports nothing of the rest of Sluse. Any name is an environment, and a world of its own.
"""

from sluse.sandbox.finance.app import create as create
from sluse.sandbox.finance.seed import JOURNAL_NAME as JOURNAL_NAME
from sluse.sandbox.finance.seed import LEGAL_ENTITY as LEGAL_ENTITY
from sluse.sandbox.tokens import CLIENT_SECRET as CLIENT_SECRET

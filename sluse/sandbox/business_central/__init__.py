"""A stand-in for Microsoft Dynamics 365 Business Central, as strict as the real one, over real HTTP.

It imports nothing of the rest of Sluse. Any GUID is a tenant, and a world of its own.
"""

from sluse.sandbox.business_central.app import create as create
from sluse.sandbox.business_central.seed import COMPANY_ID as COMPANY_ID
from sluse.sandbox.business_central.seed import OTHER_COMPANY_ID as OTHER_COMPANY_ID
from sluse.sandbox.tokens import CLIENT_SECRET as CLIENT_SECRET

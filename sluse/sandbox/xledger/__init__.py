"""A stand-in for Xledger's GraphQL, as strict as the real one, over real HTTP.

It imports nothing of the rest of Sluse. Any entity number is a world of its own, and its token is made of it.
"""

from sluse.sandbox.xledger.app import create as create
from sluse.sandbox.xledger.seed import ENTITY as ENTITY
from sluse.sandbox.xledger.seed import token_of as token_of

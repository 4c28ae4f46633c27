"""All of them."""

from tests.mutants.guards import GUARDS
from tests.mutants.mutants import MUTANTS

EVERY = (*MUTANTS, *GUARDS)

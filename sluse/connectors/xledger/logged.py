"""What the log may keep of what is said to Xledger: codes, nobody's subledger, no text, no amount."""

import re
from typing import Any

from sluse.connectors.redaction import OMITTED, Fields, codes

OPERATION = re.compile(r"(query|mutation) \w{1,40}", re.ASCII)


def _operation(value: Any) -> Any:
    """The name of what is asked; the text of the question is always the same."""
    found = OPERATION.match(value) if isinstance(value, str) else None
    return found[0] if found else OMITTED


LOGGED: Fields = {
    **codes(
        (
            *("variables", "inputs", "clientId", "node", "owner", "transactionSource", "trRegNumber"),
            *("postedDate", "invoiceDate", "dueDate", "account", "taxRule", "project", "currency", "code"),
            *("glObject1", "glObject2", "glObject3", "glObject4", "glObject5", "xgl", "invoiceNumber"),
            *("extIdentifier", "jobLevel", "dbSubId", "first", "after", "filter", "OR", "AND", "dbId_in"),
            *(
                "transactionDbId_in",
                "data",
                "addGLImportItems",
                "updateGLImportItems",
                "invoiceFile",
                "glImportItems",
                "glImportItemErrors",
            ),
            *("journalEntries", "edges", "cursor", "pageInfo", "hasNextPage", "dbId", "transactionDbId"),
            *("transactionNumber", "ownerDbId", "jobLevelDbId", "errors", "extensions", "resetAt"),
            *("viewer", "entity", "company"),
        )
    ),
    "query": _operation,
}

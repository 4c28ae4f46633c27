"""An error in Xledger's form: limits carry their code at the top, everything else in the extensions."""

from typing import Any

from graphql import GraphQLError

INVALID, ARGUMENT, UNHANDLED = "INVALID_VALUE", "ARGUMENTS_OF_CORRECT_TYPE", "UNHANDLED_ERROR"
BAD_CREDENTIAL = 'Bad format for API Token. Expected header: "Authorization: token <your-token>"'


def invalid(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": INVALID})


def not_found(*, field: str, entity: str, key: str, value: object) -> GraphQLError:
    return invalid(f"{field}.{key}: No value matching owner {entity}, {key} '{value}'.")


def body(*, message: str, code: str = "", top: bool = False, **more: Any) -> dict[str, Any]:
    """`more` goes into the extensions."""
    error: dict[str, Any] = {"message": message}
    if code and top:
        error["code"] = code
    elif code:
        error["extensions"] = {"code": code}
    if more:
        error["extensions"] = error.get("extensions", {}) | more
    return {"errors": [error]}

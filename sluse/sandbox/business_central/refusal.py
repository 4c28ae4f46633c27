"""How Business Central says no."""


class Refusal(Exception):  # noqa: N818 — it is an answer, not a fault of the sandbox
    """An error body as documented; the correlation id is appended to the message, after two spaces."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def body(self, correlation_id: str) -> dict[str, object]:
        text = f"{self.message}  CorrelationId:  {correlation_id}."
        return {"error": {"code": self.code, "message": text}}


def bad_request(message: str, code: str = "BadRequest") -> Refusal:
    return Refusal(400, code, message)


def dialog(message: str) -> Refusal:
    """A business rule spoke."""
    return Refusal(400, "Application_DialogException", message)


def field_validation(message: str) -> Refusal:
    return Refusal(400, "Application_FieldValidationException", message)


def not_in_table(*, field: str, table: str, value: str, related: str) -> Refusal:
    return Refusal(
        400,
        "Internal_InvalidTableRelation",
        f"The field {field} of table {table} contains a value ({value}) that cannot be found in the related "
        f"table ({related}).",
    )


def not_found(message: str = "The requested resource does not exist.") -> Refusal:
    return Refusal(404, "Internal_RecordNotFound", message)

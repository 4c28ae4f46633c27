"""What is assumed of an accounting system, not documented: named switches, changed while the sandbox runs."""

from dataclasses import dataclass, fields


@dataclass(slots=True, kw_only=True)
class Switches:
    """Each sandbox lists its own, with the value each has from the start."""

    page_rows_max: int

    def change(self, values: dict[str, object]) -> None:
        known = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in values.items():
            if name not in known or type(value) is not known[name]:
                raise ValueError(f"There is no switch {name} that can be {value!r}.")
            setattr(self, name, value)

    def reset(self) -> None:
        self.change({field.name: field.default for field in fields(self)})

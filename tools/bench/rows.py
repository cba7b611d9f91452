"""One figure of the bench: what was measured, beside what it is to be compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.table import table


@dataclass(frozen=True)
class Row:
    """`peer` says what the other figure is: a floor (the least that the same work can cost), another system,
    or an allowance. `peer_value` is None where it is not measured yet."""

    name: str
    value: float
    unit: str
    peer: str
    peer_value: float | None

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.peer_value, 2) if self.peer_value else None


def written(rows: Sequence[Row]) -> str:
    return table(
        ("", "Puente", "unit", "beside it", "its figure", "ratio"),
        (
            (
                row.name,
                f"{row.value:.1f}",
                row.unit,
                row.peer,
                "not measured yet" if row.peer_value is None else f"{row.peer_value:.1f}",
                "" if row.ratio is None else f"{row.ratio:.2f}",
            )
            for row in rows
        ),
    )

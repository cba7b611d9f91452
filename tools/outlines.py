"""Writes admin/static/outlines.svg: the land of the seven countries and of their neighbors, for the map.

From Natural Earth (public domain), as the npm package world-atlas carries it in TopoJSON. A development tool:
`npm pack world-atlas`, unpack it, `python -m tools.outlines package/countries-10m.json`.
"""

import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from core.atlas import SCALE, x_of, y_of

FILE = Path(__file__).parents[1] / "admin" / "static" / "outlines.svg"

# ISO 3166-1 numeric, as world-atlas has it
OURS = {"084": "BZ", "188": "CR", "222": "SV", "320": "GT", "340": "HN", "484": "MX", "591": "PA"}
NEIGHBORS = {"558": "NI", "170": "CO", "840": "US", "192": "CU", "388": "JM"}
WEST, SOUTH, EAST, NORTH = -126.0, 0.0, -69.0, 40.0  # what lies beyond is left out
SMALLEST = 1.5  # of an island's width or height, in steps; smaller ones are not seen

Point = tuple[int, int]


def main() -> int:
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    arcs = [list(_decoded(arc, topology["transform"])) for arc in topology["arcs"]]
    shapes = {one["id"]: one for one in topology["objects"]["countries"]["geometries"] if "id" in one}
    paths = [
        f'<path id="{code}" vector-effect="non-scaling-stroke" d="{_path(shapes[number], arcs)}"/>'
        for number, code in (NEIGHBORS | OURS).items()
    ]
    FILE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(paths) + "\n</svg>\n", encoding="utf-8"
    )
    return 0


def _decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> Iterator[tuple[float, float]]:
    (x_scale, y_scale), (x_start, y_start) = transform["scale"], transform["translate"]
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield x * x_scale + x_start, y * y_scale + y_start


def _path(shape: dict[str, Any], arcs: list[list[tuple[float, float]]]) -> str:
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    rings = (_ring(ring, arcs) for polygon in polygons for ring in polygon)
    return "".join(_drawn(ring) for ring in rings if _is_seen(ring))


def _ring(numbers: list[int], arcs: list[list[tuple[float, float]]]) -> list[Point]:
    """A negative number means the arc of its complement, backwards."""
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += [_step(*point) for point in arc]
    return points[:1] + [point for before, point in pairwise(points) if point != before]


def _step(longitude: float, latitude: float) -> Point:
    """On the map's own grid; what is beyond its edge lies on the edge."""
    longitude, latitude = min(max(longitude, WEST), EAST), min(max(latitude, SOUTH), NORTH)
    return round(x_of(longitude) * SCALE), round(y_of(latitude) * SCALE)


def _is_seen(ring: list[Point]) -> bool:
    width, height = (max(side) - min(side) for side in zip(*ring, strict=True))
    return len(ring) > 3 and math.hypot(width, height) > SMALLEST and min(width, height) > 0


def _drawn(ring: list[Point]) -> str:
    steps = [f"{x2 - x1},{y2 - y1}" for (x1, y1), (x2, y2) in pairwise(ring[:-1])]
    return f"M{ring[0][0]},{ring[0][1]}l{' '.join(steps)}z"


if __name__ == "__main__":
    sys.exit(main())

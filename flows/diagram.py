"""Draws each flow as a Mermaid diagram, in a page under docs/flows/.

`python -m flows.diagram` writes the pages; with `--check` it only says which are out of date.
"""

import sys
from importlib import import_module
from pathlib import Path

from flows import FLOWS
from flows.check import next_steps
from flows.steps import Ask, Call, Choose, Consent, Do, End, Flow, Handoff, Say, Step

PAGES = Path(__file__).parents[1] / "docs" / "flows"

SHAPES: dict[type[Step], tuple[str, str]] = {
    Say: ("(", ")"),
    Ask: ("[/", "/]"),
    Choose: ("{", "}"),
    Consent: ("{{", "}}"),
    Do: ("[", "]"),
    Call: ("[[", "]]"),
    Handoff: (">", "]"),
    End: ("((", "))"),
}
LEGEND = (
    "Rounded: says something. Slanted: asks for words. Diamond: offers choices. Hexagon: needs a plain yes. "
    "Box: looks something up or causes something. Double box: another flow. Flag: a person takes over. "
    "Circle: the end. Dotted: the message is none of the choices and is answered like any new one."
)
MAX_LABELS = 7  # more choices than these on one arrow hide the picture


def mermaid(flow: Flow) -> str:
    lines = ["flowchart TD", f"    start(( )) --> {_id(flow.start)}"]
    for step in flow.steps:
        name = _id(step.name)
        lines.append(f"    {_shape(step)}")
        lines += [f"    {name} -->{_label(labels)} {_id(target)}" for target, labels in _edges(step).items()]
        if isinstance(step, Choose) and step.is_optional:
            lines.append(f"    {name} -.-> {name}left(( ))")
    return "\n".join(lines) + "\n"


def page(flow: Flow) -> str:
    about = (import_module(f"flows.{flow.name}").__doc__ or "").strip()
    title = flow.name.replace("_", " ").capitalize()
    return (
        f"<!-- Made by `python -m flows.diagram` from flows/{flow.name}.py; do not edit. -->\n\n"
        f"# {title}\n\n{about}\n\n```mermaid\n{mermaid(flow)}```\n\n{LEGEND}\n"
    )


def _shape(step: Step) -> str:
    before, after = SHAPES[type(step)]
    shown = step.flow if isinstance(step, Call) else step.topic if isinstance(step, Handoff) else step.name
    return f'{_id(step.name)}{before}"{shown}"{after}'


def _id(name: str) -> str:
    """Some step names, such as `end`, are words of Mermaid's own."""
    return f"{name}_"


def _edges(step: Step) -> dict[str, list[str]]:
    """Each target with all that leads there: seven topics that go the same way are one arrow."""
    edges: dict[str, list[str]] = {}
    for label, target in next_steps(step):
        edges.setdefault(target, []).append(label)
    return edges


def _label(labels: list[str]) -> str:
    named = [label for label in labels if label]
    if len(named) > MAX_LABELS:
        named = [*named[: MAX_LABELS - 1], f"and {len(named) - MAX_LABELS + 1} more"]
    return f'|"{"<br>".join(named)}"|' if named else ""


def pages() -> dict[str, str]:
    """File name → content, of all flows and of the list of them."""
    listed = "".join(f"- [{flow.name}]({flow.name}.md)\n" for flow in FLOWS)
    head = "<!-- Made by `python -m flows.diagram`; do not edit. -->\n\n# The flows\n\n"
    return {"README.md": head + listed, **{f"{flow.name}.md": page(flow) for flow in FLOWS}}


def stale() -> list[str]:
    """Pages that differ from what would be written, are missing, or belong to no flow."""
    made = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    return sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        sys.stdout.writelines(f"docs/flows/{name} is out of date: run make diagrams\n" for name in stale())
        return 1 if stale() else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in set(stale()) - pages().keys():
        (PAGES / name).unlink()
    for name, content in pages().items():
        (PAGES / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

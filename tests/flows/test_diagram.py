"""The pages under docs/flows/ are made from the flows, and are up to date."""

import pytest

from flows import FLOWS, diagram
from flows.diagram import main, mermaid, page, stale
from flows.steps import Choose, Consent, Do, End, Flow, Say


def test_the_pages_are_up_to_date() -> None:
    assert stale() == [], "run make diagrams"


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_every_step_is_in_the_picture(flow: Flow) -> None:
    drawn = mermaid(flow)

    assert [step.name for step in flow.steps if f"    {step.name}_" not in drawn] == []


def test_choices_that_go_the_same_way_are_one_arrow() -> None:
    flow = Flow(
        "toy", 1, "a", (Choose("a", {"x": "b", "y": "b", "z": "end"}), Say("b", next="end"), End("end"))
    )

    drawn = mermaid(flow)

    assert 'a_ -->|"x<br>y"| b_' in drawn
    assert 'a_ -->|"z"| end_' in drawn
    assert "b_ --> end_" in drawn


def test_steps_have_shapes_of_their_kind() -> None:
    do = Do("c", lambda *_: None, {"d": "end"})  # type: ignore[arg-type, return-value]
    flow = Flow("toy", 1, "a", (Consent("a", yes="c", no="end"), do, End("end")))

    drawn = mermaid(flow)

    assert 'a_{{"a"}}' in drawn
    assert 'c_["c"]' in drawn
    assert 'end_(("end"))' in drawn


def test_a_page_says_what_the_flow_is_for() -> None:
    assert "Danger now: the numbers to call before any question" in page(
        next(flow for flow in FLOWS if flow.name == "emergency")
    )


def test_check_names_pages_that_are_out_of_date(tmp_path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(diagram, "PAGES", tmp_path)
    (tmp_path / "gone.md").write_text("a flow that is no more")

    assert main(["--check"]) == 1
    assert "docs/flows/gone.md is out of date" in capsys.readouterr().out

    assert main([]) == 0
    assert main(["--check"]) == 0
    assert not (tmp_path / "gone.md").exists()

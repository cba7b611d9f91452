"""What Puente can do, to choose from."""

from flows.steps import Call, Choose, End, Flow

flow = Flow(
    "menu",
    version=1,
    start="choose",
    steps=(
        Choose(
            "choose",
            {
                "rights": "rights",
                "find_service": "find_service",
                "complaint": "complaint",
                "incident": "incident",
                "case_status": "case_status",
                "survey": "survey",
                "human": "human",
                "more": "more",
            },
            listens=True,
        ),
        Choose(
            "more",
            {
                "language": "language",
                "my_data": "my_data",
                "proposal": "proposal",
                "opt_in": "opt_in",
                "opt_out": "opt_out",
                "back": "choose",
            },
        ),
        Call("rights", "rights", next="end"),
        Call("find_service", "find_service", next="end"),
        Call("complaint", "complaint", next="end"),
        Call("incident", "incident", next="end"),
        Call("case_status", "case_status", next="end"),
        Call("survey", "survey", next="end"),
        Call("human", "human", next="end"),
        Call("language", "language", next="choose"),
        Call("my_data", "my_data", next="end"),
        Call("proposal", "proposal", next="end"),
        Call("opt_in", "opt_in", next="end"),
        Call("opt_out", "opt_out", next="end"),
        End("end"),
    ),
)

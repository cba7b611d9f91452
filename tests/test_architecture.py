"""The rooms of the house and what each may import; and the few laws of form that a machine can see.

One room leads to another only along these arrows. A newcomer may read them as the plan of the house.
"""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import core

ROOT = Path(core.__file__).parents[1]
ROOMS = ("core", "nlu", "flows", "bot", "webhook", "admin", "launcher")

ARROWS: dict[str, tuple[str, ...]] = {
    "core": (),
    "nlu": (),
    "flows": (),
    "bot": ("core", "flows", "nlu.parser", "nlu.understanding", "nlu.keywords", "nlu.danger"),
    "webhook": ("core", "bot.channels"),
    "admin": ("core", "flows", "bot.render"),
    "launcher": ("core",),
    "migrations": ("core",),
}

# what a room is free of, whoever it belongs to
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "core": ("flask", "werkzeug", "telegram", "twilio", "httpx", "requests", "rasa"),
    "flows": ("flask", "werkzeug", "telegram", "twilio", "httpx", "requests", "rasa", "sqlalchemy"),
    "bot": ("flask", "werkzeug", "rasa"),
    "webhook": ("telegram", "twilio", "rasa"),
    "admin": ("telegram", "twilio", "rasa", "httpx", "requests"),
    "launcher": ("flask", "telegram", "twilio", "rasa"),
}

NLU_CLIENT = ("nlu/parser.py", "nlu/understanding.py", "nlu/keywords.py", "nlu/danger.py")

# who touches the environment besides core/settings.py, and why
ENVIRONMENT = {
    "bot/channels/telegram.py": "sets a switch of python-telegram-bot's",
    "launcher/database.py": "hands it on to the command it runs",
    "launcher/programs.py": "hands it on to the programs it starts",
    "nlu/components/encoders.py": "runs in Rasa's environment, with the threads that its process is given",
    "nlu/model.py": "runs in Rasa's environment, without core",
    "nlu/model_process.py": "runs in Rasa's environment, without core",
    "nlu/predict.py": "runs in Rasa's environment, without core",
    "nlu/server.py": "runs in Rasa's environment, without core",
    "nlu/train.py": "runs in Rasa's environment, and makes it quiet and repeatable",
    "nlu/tuning/__main__.py": "runs in Rasa's environment, and makes it quiet",
}

MAX_LINES = 300


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST, *, inside_functions: bool = True) -> Iterator[str]:
    """Full names: `from bot import render` is `bot.render`, `import bot.render` too; relative ones begin
    with a dot."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)
        elif inside_functions or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports(node, inside_functions=inside_functions)


def is_of(name: str, rooms: tuple[str, ...]) -> bool:
    return any(f"{name}.".startswith(f"{room}.") for room in rooms)


def wrong_imports(room: str, tree: ast.AST) -> list[str]:
    ours = (*ARROWS, "tests", "tools")
    return [
        name
        for name in imports(tree)
        if name.startswith(".")
        or (is_of(name, ours) and not is_of(name, (room, *ARROWS[room])))
        or is_of(name, FORBIDDEN.get(room, ()))
    ]


@pytest.mark.parametrize("room", ARROWS)
def test_rooms_import_only_along_the_arrows(room: str) -> None:
    found = {name_of(path): wrong_imports(room, tree_of(path)) for path in sources(room)}

    assert found
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("core", "from flows import engine"),
        ("core", "def f():\n    import flask.views"),
        ("core", "from tests.chat import Chat"),
        ("flows", "import core.db as database"),
        ("webhook", "from bot import turn"),
        ("webhook", "import admin.app"),
        ("admin", "from webhook.app import create_app"),
        ("admin", "if True:\n    from bot.apply import APPLY"),
        ("bot", "from nlu import server"),
        ("bot", "from .turn import Turn"),
        ("launcher", "from bot.worker import main"),
    ],
)
def test_a_wrong_import_is_seen(room: str, line: str) -> None:
    assert wrong_imports(room, ast.parse(line))


def test_flows_need_nothing_but_the_standard_library_to_run() -> None:
    """The check and the diagrams may use more, for those who write flows."""
    found = {
        name_of(path): [name for name in imports(tree_of(path), inside_functions=False) if not is_known(name)]
        for path in sources("flows")
    }

    assert {path: names for path, names in found.items() if names} == {}


def is_known(name: str) -> bool:
    return name.partition(".")[0] in (*sys.stdlib_module_names, "flows")


def test_the_nlu_client_needs_httpx_alone_and_never_rasa() -> None:
    reached: set[str] = set()
    waiting = list(NLU_CLIENT)
    others: set[str] = set()
    while waiting:
        path = waiting.pop()
        reached.add(path)
        names = set(imports(tree_of(ROOT / path)))
        modules = {f"nlu/{name.split('.')[1]}.py" for name in names if is_of(name, ("nlu",))}
        waiting += [module for module in modules - reached if (ROOT / module).exists()]
        others |= {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"nlu"}

    assert others == {"httpx"}
    assert "nlu/server.py" not in reached


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        name_of(path)
        for path in sources(*ROOMS)
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "putenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and "environ" in str(ast.dump(node)))
    }

    assert readers - {"core/settings.py"} == set(ENVIRONMENT)


def test_no_modules_import_each_other_in_a_circle() -> None:
    """TopologicalSorter raises CycleError with the circle in its words."""
    paths = {name_of(path).removesuffix(".py").removesuffix("/__init__"): path for path in sources(*ROOMS)}
    modules = {path.replace("/", "."): tree_of(file) for path, file in paths.items()}
    graph = {
        module: {
            known
            for name in imports(tree, inside_functions=False)
            for known in (name, name.rpartition(".")[0])
            if known in modules and known != module and not module.startswith(f"{known}.")
        }
        for module, tree in modules.items()
    }

    assert list(TopologicalSorter(graph).static_order())


def test_files_stay_short() -> None:
    lines = {name_of(path): len(path.read_text().splitlines()) for path in sources(*ROOMS, "tools")}

    assert {path: count for path, count in lines.items() if count >= MAX_LINES} == {}


def test_no_file_is_named_after_nothing() -> None:
    vague = ("util", "helper", "manager", "common", "misc")

    assert [name_of(path) for path in sources(*ROOMS) if any(word in path.stem for word in vague)] == []


def test_every_room_says_what_it_is() -> None:
    for room in ROOMS:
        assert ast.get_docstring(tree_of(ROOT / room / "__init__.py")), room

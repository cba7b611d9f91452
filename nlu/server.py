"""`python -m nlu.server` in Rasa's environment: the newest trained model over HTTP, on loopback only.

`POST /parse` {"texts": [...]} answers with a list, `POST /vectors` {"texts": [...]} with the meaning of each
as a vector, `POST /model/parse` {"text": ...} as Rasa does; long texts are cut. This process takes the
requests; others hold the model (`nlu.fleet`). A model that is trained meanwhile is served as soon as it is
loaded, and no request fails for that.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys

import uvloop
from sanic.server import AsyncioServer

from nlu.fleet import Fleet, LoadError
from nlu.model import NoModelError
from nlu.routes import create_app

logger = logging.getLogger("nlu.server")

HOST = "127.0.0.1"  # Rasa's libraries are old: never reachable from another machine
DEFAULT_PORT, DEFAULT_PROCESSES = "5005", "2"
FINISH_SECONDS = 10.0  # for the requests that are under way when the server is told to end


class SettingError(Exception):
    """The message names the variable."""


def main() -> int:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logger.setLevel(logging.INFO)
    try:
        listener, processes = _listener(), _processes()
        uvloop.install()
        asyncio.run(_serve(listener, Fleet(processes)))
    except (NoModelError, SettingError) as e:
        logger.error("%s", e)
        return 1
    except LoadError:
        logger.error("the model cannot be loaded; what went wrong is above")
        return 1
    except asyncio.CancelledError:  # told to end
        return 0
    return 0


async def _serve(listener: socket.socket, fleet: Fleet) -> None:
    task = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await fleet.start()
    app = create_app(fleet)
    server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    await server.startup()
    logger.info("serving on %s:%s", *listener.getsockname())
    try:
        await fleet.keep_current()
    finally:
        await _finish(server)
        fleet.close()


async def _finish(server: AsyncioServer) -> None:
    server.close()
    give_up_at = asyncio.get_running_loop().time() + FINISH_SECONDS
    while not all(connection.close_if_idle() for connection in list(server.connections)):
        if asyncio.get_running_loop().time() > give_up_at:
            return
        await asyncio.sleep(0.05)


def _listener() -> socket.socket:
    """Bound, so that nobody else takes the port; it listens when the model is ready."""
    port = os.environ.get("PUENTE_NLU_PORT", DEFAULT_PORT)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, int(port)))
    except (OSError, OverflowError, ValueError) as e:
        raise SettingError(f"cannot listen on {HOST}:{port} (PUENTE_NLU_PORT): {e}") from e
    return listener


def _processes() -> int:
    text = os.environ.get("PUENTE_NLU_PROCESSES", DEFAULT_PROCESSES)
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise SettingError("PUENTE_NLU_PROCESSES must be a whole number, 1 or more.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())

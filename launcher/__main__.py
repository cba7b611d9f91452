"""`make run`: starts everything, says where it is, and stops everything at Ctrl-C."""

import signal
import socket
import sys
import time
from contextlib import ExitStack

import httpx
from sqlalchemy.exc import OperationalError

from core.errors import AppError, SettingsError
from core.settings import Settings
from launcher.database import embedded_cluster
from launcher.first_start import demo_login, prepare
from launcher.processes import Supervisor, say
from launcher.programs import local_nlu_port, programs

# The programs of a launcher that was killed a moment ago need this long to let go of their ports.
PORT_SECONDS = 5.0
READY_SECONDS = 90.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    for number in STOP_SIGNALS:  # Ctrl-C, `kill` and a closed terminal all end in the same tidy way
        signal.signal(number, signal.default_int_handler)
    try:
        run(Settings.from_env())
    except KeyboardInterrupt:
        return 0
    except AppError as e:
        say(str(e))
    except PermissionError as e:
        say(f"{e.filename} belongs to another account. Start Puente with the account that started it first.")
    except OperationalError as e:
        say(f"The database at DATABASE_URL does not answer: {e.orig}")
    return 1


def run(settings: Settings) -> None:
    settings.data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    supervisor = Supervisor(settings.data_dir / "log")
    with ExitStack() as stack:
        # Before the ports: they are in use if Puente runs already, and that is the better message.
        cluster = None if settings.database_url else stack.enter_context(embedded_cluster(settings))
        refuse_ports_in_use(settings)
        stack.callback(stop, supervisor)
        if cluster:
            say("Starting the database ...")
            supervisor.watch(cluster.program(), cluster.start(supervisor.log_of("postgres")))
        url = cluster.url() if cluster else str(settings.database_url)
        prepare(settings, url, say)
        say("Starting the programs ...")
        for program in programs(settings, url):
            supervisor.start(program)
        wait_until_ready(settings, supervisor)
        announce(settings)
        supervisor.run()


def stop(supervisor: Supervisor) -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    say("Stopping ...")
    supervisor.stop_all()
    say("Stopped.")


def refuse_ports_in_use(settings: Settings) -> None:
    wanted = [
        (settings.host, settings.webhook_port, "PUENTE_WEBHOOK_PORT"),
        (settings.host, settings.admin_port, "PUENTE_ADMIN_PORT"),
    ]
    if nlu_port := local_nlu_port(settings):
        wanted.append(("127.0.0.1", nlu_port, "PUENTE_NLU_URL"))
    give_up_at = time.monotonic() + PORT_SECONDS
    for host, port, variable in wanted:
        while not is_free(host, port):
            if time.monotonic() > give_up_at:
                raise SettingsError(
                    f"Port {port} is in use by another program. Stop that program, or choose another port "
                    f"with {variable}. Nothing was started."
                )
            time.sleep(0.2)


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError:
        return False
    return True


def wait_until_ready(settings: Settings, supervisor: Supervisor) -> None:
    waiting = {
        "webhook": f"{base_address(settings, settings.webhook_port)}/health",
        "admin": base_address(settings, settings.admin_port),
    }
    if local_nlu_port(settings):
        waiting["nlu"] = f"{settings.nlu_url}/health"
    began = time.monotonic()
    while waiting:
        supervisor.look_once()
        for name in [name for name, address in waiting.items() if answers(address)]:
            say(f"  {name} is ready ({time.monotonic() - began:.1f} s)")
            del waiting[name]
        if time.monotonic() - began > READY_SECONDS:
            say(f"Still not answering: {', '.join(waiting)}. Their logs are in {supervisor.log_dir}.")
            return
        time.sleep(0.1)


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=1, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False


def base_address(settings: Settings, port: int) -> str:
    """Where this machine itself reaches a program that may listen on all addresses."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{host}:{port}"


def announce(settings: Settings) -> None:
    say("\nPuente is running.")
    if settings.is_simulator_open:
        say(f"  Simulator   {base_address(settings, settings.webhook_port)}/simulator/")
    say(f"  Admin       {base_address(settings, settings.admin_port)}/")
    if login := demo_login(settings):
        say(f"  Demo login  {login[0]}   password  {login[1]}")
    say(f"  Logs        {settings.data_dir / 'log'}")
    say("Ctrl-C stops everything.\n")


if __name__ == "__main__":
    sys.exit(main())

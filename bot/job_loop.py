"""A worker process: its pump, and the job engine that wakes it and calls what is periodic."""

from collections.abc import Callable

from procrastinate import App, PsycopgConnector

from bot.pump import Pump
from core.settings import Settings

OLD_JOBS_HOURS = 24
"""Finished jobs are deleted at once; what a killed worker left behind goes after a day."""


def serve(settings: Settings, queue: str, pump: Pump, *, hourly: Callable[[], None] | None = None) -> None:
    """Run until SIGTERM or SIGINT, or until the database is gone; the launcher starts the process again."""
    # psycopg's own form of the address, without SQLAlchemy's driver name
    conninfo = (settings.database_url or "").replace("postgresql+psycopg://", "postgresql://", 1)
    app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=3))

    @app.task(name=f"wake_{queue}", queue=queue)
    def wake() -> None:
        pump.wake()

    if hourly:

        @app.periodic(cron="17 * * * *")
        @app.task(name=f"hourly_{queue}", queue=queue)
        async def run_hourly(timestamp: int) -> None:
            hourly()
            await app.job_manager.delete_old_jobs(
                nb_hours=OLD_JOBS_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
            )

    pump.start()
    try:
        with app.open():
            app.run_worker(
                queues=[queue], concurrency=2, delete_jobs="successful", shutdown_graceful_timeout=5
            )
    finally:
        pump.stop()

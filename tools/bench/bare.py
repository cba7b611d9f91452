"""The floor of an acknowledgement: a Flask route that does nothing but one committed INSERT."""

import os

from flask import Flask, Response, request
from psycopg_pool import ConnectionPool


def create_app() -> Flask:
    pool = ConnectionPool(os.environ["BARE_DATABASE"], min_size=8, open=True)
    with pool.connection() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, body bytea)")
    app = Flask(__name__)

    @app.get("/health")
    def health() -> Response:
        return Response("ok")

    @app.post("/")
    def store() -> Response:
        with pool.connection() as connection:
            connection.execute("INSERT INTO bare (body) VALUES (%s)", [request.get_data()])
        return Response("<Response/>", mimetype="text/xml")

    return app

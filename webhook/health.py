"""For the operator and their monitoring: is everything moving? Counts only, nothing about people."""

from flask import Blueprint, Response, jsonify
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from core import lanes
from webhook.database import DatabaseDown
from webhook.metrics import Numbers
from webhook.reception import reception

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """503 without a database; messages are taken even then, into the spool."""
    desk = reception()
    spooled = len(desk.spool.files())
    try:
        with desk.database.transaction() as session:
            due, oldest = lanes.count_due(session)
    except DatabaseDown:
        response = jsonify(database=False, spooled=spooled)
        response.status_code = 503
        return response
    return jsonify(database=True, due=due, oldest_due_seconds=round(oldest, 1), spooled=spooled)


@blueprint.get("/metrics")
def metrics() -> Response:
    registry = CollectorRegistry()
    registry.register(Numbers(reception()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

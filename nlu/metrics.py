"""Counts of the parse server, as Prometheus reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Metrics:
    requests: int = 0
    texts: int = 0
    failures: int = 0
    seconds: float = 0.0

    def count(self, texts: int, seconds: float) -> None:
        self.requests += 1
        self.texts += texts
        self.seconds += seconds

    def count_failure(self) -> None:
        self.failures += 1

    def page(self, model: str) -> str:
        rows = (
            ("nlu_parse_requests_total", "counter", self.requests),
            ("nlu_parse_texts_total", "counter", self.texts),
            ("nlu_parse_failures_total", "counter", self.failures),
            ("nlu_parse_seconds_total", "counter", round(self.seconds, 6)),
            (f'nlu_model_info{{model="{model}"}}', "gauge", 1),
        )
        return "".join(f"# TYPE {name.split('{')[0]} {kind}\n{name} {value}\n" for name, kind, value in rows)

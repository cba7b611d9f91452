"""Fine-tuning, on a handful of texts: all of them take a quarter of an hour."""

import json
import subprocess
from pathlib import Path

import pytest

from nlu.predict import NLU_PYTHON
from tests.nlu.conftest import REPOSITORY

TUNE = """
import json, sys
import numpy as np
from nlu.components.adapter import Adapter
from nlu.components.e5_weights import Weights, weights_path
from nlu.tuning.learning import Learning

target, examples = sys.argv[1], json.loads(sys.argv[2])
Learning(Weights(weights_path()), list(examples), list(examples.values())).run().save(target)
adapter = Adapter.load(target)
learned = sum(bool(np.any(matrix)) for name, matrix in adapter.narrow.items() if name.endswith(".out"))
print(json.dumps({"labels": adapter.labels, "learned": learned, "of": len(adapter.narrow) // 2}))
"""
EXAMPLES = {
    "tengo hambre": "find_service/food",
    "donde dan comida en tapachula": "find_service/food",
    "no hemos comido desde ayer": "find_service/food",
    "we need something to eat": "find_service/food",
    "busco un albergue": "find_service/shelter",
    "donde puedo dormir hoy con mis hijos": "find_service/shelter",
    "a roof for tonight": "find_service/shelter",
    "mil gracias": "thank",
    "thank you so much": "thank",
    "muy amable": "thank",
}


@pytest.mark.nlu
def test_every_layer_of_the_encoder_learns_from_examples(tmp_path: Path) -> None:
    tuned = subprocess.run(
        [NLU_PYTHON, "-c", TUNE, str(tmp_path / "adapter.npz"), json.dumps(EXAMPLES)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert tuned.returncode == 0, tuned.stderr
    result = json.loads(tuned.stdout.splitlines()[-1])
    assert result["labels"] == ["find_service/food", "find_service/shelter", "thank"]
    assert result["learned"] == result["of"] > 0

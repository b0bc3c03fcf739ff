"""Training: a Kubeflow pipeline from pinned tables to a registered model, each step a run of the record.

`train` runs a pipeline; the rest of the room is reached through its modules.
"""

from training.request import Emission, TrainOutcome, TrainRequest
from training.run import train

__all__ = ["Emission", "TrainOutcome", "TrainRequest", "train"]

"""What can go wrong in this room, besides what the tables say."""

from lineage.errors import BadInput, Fault, NotFound, Refused


class UnknownPipeline(NotFound):
    """No pipeline of that name."""


class UnknownModel(NotFound):
    """The registry does not know the model, or not at that version."""


class BadSetting(BadInput):
    """A setting is unknown or out of range."""


class BadTrainingData(Refused):
    """The pinned tables cannot be trained on: missing columns, repeated applications, too few decisions."""


class GateFailed(Refused):
    """The model did not pass its gate; nothing was registered."""


class NoIntake(BadInput):
    """The steps have nowhere to send their events."""


class StepFailed(Fault):
    """A step of the pipeline ended without saying why in our terms."""

"""Claims about how a step's refusal reaches whoever started the pipeline."""

from training.errors import BadTrainingData, GateFailed, StepFailed
from training.refusals import refusal_in, refusal_line


def test_a_refusal_comes_back_from_the_log_as_it_was() -> None:
    """Kind, message and next move survive the log, whatever else is in it and however it is indented."""
    error = GateFailed("auc 0.6, wanted ≥ 0.7: “no”", next_move="train on\nother data")
    log = f"[KFP Executor] noise\n    {refusal_line(error)}\nTraceback (most recent call last):\n"
    found = refusal_in(log, kept="kfp/x.log")
    assert type(found) is GateFailed
    assert (found.message, found.next_move) == (error.message, error.next_move)


def test_the_last_refusal_counts() -> None:
    """A step that is tried again refuses again; the last word is taken."""
    log = "\n".join(refusal_line(error) for error in (GateFailed("one"), BadTrainingData("two")))
    assert refusal_in(log, kept="kfp/x.log").message == "two"


def test_a_step_that_says_nothing_is_a_fault_of_ours() -> None:
    """Without a refusal the end of the log is told, and where the whole of it lies."""
    found = refusal_in("one\n\nKilled\n", kept="kfp/x.log")
    assert type(found) is StepFailed
    assert "one | Killed" in found.message
    assert "kfp/x.log" in found.next_move

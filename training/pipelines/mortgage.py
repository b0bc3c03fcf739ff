"""The pipeline `mortgage`: validate → features → train → evaluate → gate → register.

Kubeflow ships only a component's source, so each imports what it calls. The gate is a step: the local runner
would run both branches of a condition.
"""

from kfp.dsl import Artifact, Dataset, Input, Metrics, Model, Output

from training.pipelines.kubeflow import pipeline, step

NAME = "mortgage"


@step
def validate(assignment: str, validation: Output[Artifact]) -> None:
    """Check that the pinned tables can be trained on."""
    from training.steps.validate import run

    run(assignment, validation.path)


@step
def features(assignment: str, validation: Input[Artifact], training_set: Output[Dataset]) -> None:
    """Join features and outcomes as of the cutoff."""
    from training.steps.features import run

    run(assignment, validation.path, training_set.path)


@step
def train(assignment: str, training_set: Input[Dataset], model: Output[Model]) -> None:
    """Fit the model and derive its scorecard."""
    from training.steps.train import run

    run(assignment, training_set.path, model.path)


@step
def evaluate(
    assignment: str, training_set: Input[Dataset], model: Input[Model], metrics: Output[Metrics]
) -> None:
    """Measure quality, and fairness by group."""
    from training.steps.evaluate import run

    run(assignment, training_set.path, model.path, metrics.path, metrics.log_metric)


@step
def gate(assignment: str, metrics: Input[Metrics], verdict: Output[Artifact]) -> None:
    """Fail unless the thresholds set beforehand are met."""
    from training.steps.gate import run

    run(assignment, metrics.path, verdict.path)


@step
def register(assignment: str, model: Input[Model], metrics: Input[Metrics], verdict: Input[Artifact]) -> str:
    """Give the model its version."""
    from training.steps.register import run

    return run(assignment, model.path, metrics.path, verdict.path)


@pipeline(NAME)
def mortgage(assignment: str) -> str:
    """A mortgage scorecard from pinned tables, gated and registered. See training.request.Assignment."""
    validated = validate(assignment=assignment)
    chosen = features(assignment=assignment, validation=validated.outputs["validation"])
    fitted = train(assignment=assignment, training_set=chosen.outputs["training_set"])
    judged = evaluate(
        assignment=assignment,
        training_set=chosen.outputs["training_set"],
        model=fitted.outputs["model"],
    )
    passed = gate(assignment=assignment, metrics=judged.outputs["metrics"])
    registered = register(
        assignment=assignment,
        model=fitted.outputs["model"],
        metrics=judged.outputs["metrics"],
        verdict=passed.outputs["verdict"],
    )
    outcome: str = registered.outputs["Output"]
    return outcome

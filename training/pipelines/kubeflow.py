"""Kubeflow's decorators as this room uses them: our image, and no installation of Kubeflow at each step."""

from collections.abc import Callable
from typing import Any

from kfp import dsl

#: The project's own image (infra/), with every room importable; the local runner takes its own interpreter.
IMAGE = "lakeproof-python"


def step(function: Callable[..., object]) -> Any:
    """A component of the function, of which Kubeflow ships the source only."""
    return dsl.component(function, base_image=IMAGE, install_kfp_package=False)


def pipeline(name: str) -> Callable[[Callable[..., object]], Any]:
    """A pipeline of the function, described by its docstring."""
    decorator: Callable[[Callable[..., object]], Any] = dsl.pipeline(name=name)
    return decorator

"""What the scoring service may expect of a model registry. Each implementation has a way to make one."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest

from inference.errors import NotApproved, NotDeployed, UnknownModel
from inference.registry import Registry
from inference.scoring import load
from lakeproof.operations.models import approve, deploy
from lakeproof.registry import RecordRegistry
from lineage.actors import Role
from lineage.models import ModelVersion
from tests.support.registered import acting, opened, register
from tests.support.scoring import CARD, registry_with


def _mortgage(version: int) -> ModelVersion:
    return ModelVersion(name="mortgage", version=version)


@contextmanager
def _of_record(root: Path) -> Iterator[Registry]:
    """The registry of a real record, filled by the operations that the commands call."""
    with opened(root) as workspace:
        tess, anna = acting(workspace, "tess", Role.TRAINER), acting(workspace, "anna", Role.APPROVER)
        for number in (1, 2, 3):
            register(tess, _mortgage(number))
        register(tess, ModelVersion(name="dormant", version=1))
        for number in (1, 2):
            approve(anna, _mortgage(number), "read the card")
        deploy(workspace, _mortgage(1))
        yield RecordRegistry(workspace.catalog, workspace.home.models)


#: Makes a registry: mortgage@1 deployed (the first time), @2 approved, @3 registered; `dormant` not deployed.
MAKERS: dict[str, Callable[[Path], AbstractContextManager[Registry]]] = {
    "memory": lambda _: nullcontext(registry_with()),
    "record": _of_record,
}


@pytest.fixture(params=sorted(MAKERS))
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    with MAKERS[request.param](tmp_path) as made:
        yield made


def test_the_deployment_in_force_is_served(registry: Registry) -> None:
    """By name, with a scorecard that can be read and the digest that was approved."""
    served = registry.deployed("mortgage")
    assert served.deployment.model == _mortgage(1) and served.deployment.number == 1
    assert load(served).scorecard == CARD
    assert served.digest


def test_the_version_in_force_may_be_asked_for(registry: Registry) -> None:
    """It is the same deployment."""
    assert registry.version(_mortgage(1)) == registry.deployed("mortgage")


def test_no_other_version_is_served(registry: Registry) -> None:
    """Approved is not deployed, registered is not approved, the rest is unknown: errors with next moves."""
    with pytest.raises(NotDeployed, match="mortgage@2") as approved:
        registry.version(_mortgage(2))
    with pytest.raises(NotApproved, match="mortgage@3") as registered:
        registry.version(_mortgage(3))
    with pytest.raises(UnknownModel, match="mortgage@4") as unknown:
        registry.version(_mortgage(4))
    with pytest.raises(NotDeployed, match="dormant") as dormant:
        registry.deployed("dormant")
    for error in (approved, registered, unknown, dormant):
        assert error.value.next_move


def test_an_unknown_name_is_not_found(registry: Registry) -> None:
    """404, whatever the name is."""
    with pytest.raises(UnknownModel) as error:
        registry.deployed("nope")
    assert error.value.http_status == 404

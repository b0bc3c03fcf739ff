"""What the scoring service may expect of a model registry. Each implementation has a way to make one."""

from collections.abc import Callable

import pytest

from inference.errors import NotApproved, NotDeployed, UnknownModel
from inference.registry import Registry
from inference.scoring import load
from lineage.models import ModelVersion
from tests.support.scoring import CARD, registry_with

#: Makes a registry: mortgage@1 deployed (the first time), @2 approved, @3 registered; `dormant` not deployed.
MAKERS: dict[str, Callable[[], Registry]] = {"memory": registry_with}


@pytest.fixture(params=sorted(MAKERS))
def registry(request: pytest.FixtureRequest) -> Registry:
    return MAKERS[request.param]()


def _mortgage(version: int) -> ModelVersion:
    return ModelVersion(name="mortgage", version=version)


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

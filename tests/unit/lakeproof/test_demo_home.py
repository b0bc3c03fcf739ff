"""The demo takes no home that is not its own, keeps a finished one, and cleans an interrupted one."""

from pathlib import Path

import pytest

from lakeproof.demo.home import finish, finished, telling
from lakeproof.home import Home
from lineage.errors import Refused


def test_a_users_data_is_never_taken(tmp_path: Path) -> None:
    """A home with other content is refused and stays as it is."""
    (tmp_path / "lake").mkdir()
    with pytest.raises(Refused, match="not the demo's"), telling(Home(root=tmp_path)):
        pass
    assert (tmp_path / "lake").is_dir()


def test_an_interrupted_demo_is_cleaned(tmp_path: Path) -> None:
    """What a killed demo left is gone when the next begins."""
    home = Home(root=tmp_path / "h")
    with telling(home) as cleaned:
        assert not cleaned
        home.make()
    assert finished(home) is None
    with telling(home) as cleaned:
        assert cleaned
        assert not home.lake.exists()


def test_a_finished_demo_is_known(tmp_path: Path) -> None:
    """Finishing is the last and atomic act."""
    home = Home(root=tmp_path / "h")
    with telling(home):
        finish(home, {"prediction": "p"})
    assert finished(home) == {"prediction": "p"}


def test_two_demos_do_not_share_a_home(tmp_path: Path) -> None:
    """The second is refused while the first runs."""
    home = Home(root=tmp_path / "h")
    with telling(home), pytest.raises(Refused, match="another demo"), telling(home):
        pass

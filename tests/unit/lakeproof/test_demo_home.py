"""The demo takes no home that is not its own, keeps a finished one, and cleans an interrupted one."""

import shutil
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


def test_a_home_half_cleaned_is_not_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed while it removes a finished demo, the next start makes it anew."""
    home = Home(root=tmp_path / "h")
    with telling(home):
        home.make()
        finish(home, {"prediction": "p"})

    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt), telling(home):
        pass
    assert finished(home) is None


def test_a_damaged_state_counts_as_interrupted(tmp_path: Path) -> None:
    """A state file that a full disk cut short stops nobody."""
    (tmp_path / "demo.json").write_text("")
    assert finished(Home(root=tmp_path)) is None
    with telling(Home(root=tmp_path)):
        pass


def test_a_users_table_in_the_demos_home_is_not_removed(tmp_path: Path) -> None:
    """Who brought own data into the finished demo's home keeps it."""
    home = Home(root=tmp_path / "h")
    with telling(home):
        finish(home, {"prediction": "p"})
    (home.lake / "bronze" / "payments").mkdir(parents=True)
    with pytest.raises(Refused, match="bronze/payments"), telling(home):
        pass
    assert (home.lake / "bronze" / "payments").is_dir()

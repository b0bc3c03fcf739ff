"""`lakeproof serve`: the three services of a home answer, on loopback, and end with whoever started them."""

import httpx
import pytest

from tests.e2e.conftest import Finished
from tests.support.sessions import kill_and_wait, read_until, started

FREE = ("--catalog-port", "0", "--scoring-port", "0", "--audit-port", "0")


@pytest.mark.timeout(600)
def test_three_services_answer_and_end_together(demo: Finished) -> None:
    """Each prints where it is and answers there; after kill -9 of `serve` none of them runs on."""
    with started(demo.home, "serve", *FREE) as serve:
        said = read_until(serve, "Ctrl-C")
        url = {
            line[:11].strip(): line[11:].strip() for line in said.splitlines() if "http://127.0.0.1:" in line
        }
        with httpx.Client(trust_env=False, timeout=60) as client:
            ready = client.get(url["catalog"] + "/health/ready").json()
            model = client.get(url["scoring"] + "/v2/models/mortgage").json()
            page = client.get(url["audit app"])
        kill_and_wait(serve)
    assert ready["status"] == "ready"
    assert model["name"] == "mortgage"
    assert page.is_success
    assert "text/html" in page.headers["content-type"]

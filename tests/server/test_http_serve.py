import os
import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from ridgeline.core.errors import InputError
from ridgeline.server.app import create_app
from ridgeline.server.serve import Server, address, listen
from written import write_run

PROGRAM = """
import sys
from pathlib import Path
from ridgeline.server.serve import serve
serve([Path(root) for root in sys.argv[3:]], host=sys.argv[1], port=int(sys.argv[2]))
"""


@pytest.fixture
def start(tmp_path):
    write_run(tmp_path, "a", {}, [])
    running = []

    def start_server(host="127.0.0.1", port="0", more=()):
        command = [sys.executable, "-c", PROGRAM, host, port, str(tmp_path / ".ridgeline"), *map(str, more)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        line = process.stdout.readline()
        return process, re.search(r"http://\S+", line)[0], line

    yield start_server
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_told_though_a_page_listens(start, how):
    process, url, _ = start()
    with httpx.stream("GET", f"{url}/api/live", timeout=20) as stream:
        events = stream.iter_lines()
        assert next(events) == "event: change"
        os.kill(process.pid, how)
        _, errors = process.communicate(timeout=10)
    assert errors == ""
    assert process.returncode == (0 if how == signal.SIGINT else -how)


def test_a_signal_before_it_has_begun(tmp_path):
    server = Server(create_app(tmp_path))
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit


def test_a_server_for_everyone_says_so(start):
    process, url, _ = start(host="0.0.0.0")
    assert url.startswith("http://localhost:")
    assert "no login" in process.stdout.readline()
    assert httpx.get(f"{url}/api/project").json()["runs"] == 1


def test_the_next_free_port_is_taken():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with listen("127.0.0.1", port) as second:
            assert port < second.getsockname()[1] <= port + 100


def test_an_address_that_is_not_ours():
    with pytest.raises(InputError) as caught:
        listen("203.0.113.7", 0)
    assert caught.value.slug == "bad-host"
    with pytest.raises(InputError):
        listen("no.such.host.invalid", 0)


def test_addresses():
    with listen("127.0.0.1", 0) as listening:
        assert address(listening) == f"http://127.0.0.1:{listening.getsockname()[1]}"
    if socket.has_ipv6:
        with listen("::1", 0) as listening:
            assert address(listening).startswith("http://[::1]:")


def test_several_repositories_lead_to_each_other_and_stop_together(start, tmp_path):
    other = tmp_path / "other"
    write_run(other, "b", {}, [])
    process, url, _ = start(more=[other / ".ridgeline"])
    (neighbour,) = httpx.get(f"{url}/api/project").json()["neighbours"]
    assert neighbour["name"] == "other"
    found = httpx.get(f"{neighbour['url']}/api/project").json()
    assert found["root"] == str(other / ".ridgeline")
    assert found["neighbours"] == [{"name": tmp_path.name, "url": url}]
    assert [run["name"] for run in httpx.get(f"{neighbour['url']}/api/runs").json()["runs"]] != []
    with httpx.stream("GET", f"{neighbour['url']}/api/live", timeout=20) as stream:
        assert next(stream.iter_lines()) == "event: change"
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
    assert errors == ""


def test_repositories_of_one_name_are_told_apart_by_where_they_lie(start, tmp_path):
    twins = [tmp_path / folder / "work" for folder in ("mine", "yours")]
    for twin in twins:
        write_run(twin, "b", {}, [])
    _, url, _ = start(more=[twin / ".ridgeline" for twin in twins])
    neighbours = httpx.get(f"{url}/api/project").json()["neighbours"]
    assert [neighbour["name"] for neighbour in neighbours] == [str(twin / ".ridgeline") for twin in twins]

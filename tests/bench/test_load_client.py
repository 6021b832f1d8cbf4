"""The client of `make bench-load`: it counts right answers, and stops at a wrong one."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.load.against_gradio import at_once, through_queue
from bench.load.api import asking, complaint
from bench.load.client import Connection, WrongAnswerError, measure
from showcase.feedback import Record, open_store
from tests.bench import apart

BODIES, RIGHT = [b'{"n":1}', b'{"n":2}'], [b"one", b"two"]


def served(answers, call):
    """Measure a call from two clients against a server that sends its answers in pieces."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, said = answers(self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            for start in range(0, len(said), 7):
                self.wfile.write(said[start : start + 7])

        do_GET = do_POST  # noqa: N815  # its name in http.server

        def log_message(self, *said):
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            url = f"http://127.0.0.1:{server.server_port}"
            return apart.run(measure(url, call, clients=2, seconds=0.2))
        finally:
            server.shutdown()


def always(status, said):
    def answer(path, body):
        return status, said

    return answer


def echo(path, body):
    return 200, RIGHT[BODIES.index(body)]


def test_right_answers_are_counted_and_timed():
    found = served(echo, asking("/predict", BODIES, RIGHT))
    assert found.answers == len(found.times_ms) > 2
    assert found.took_s >= 0.2
    assert 0 < found.percentile(50) <= found.percentile(99) < 200
    assert (found + found).per_second == pytest.approx(found.per_second)
    assert found.client_s > 0


@pytest.mark.parametrize(("status", "said"), [(500, b"one"), (200, b"two"), (200, b"")])
def test_a_wrong_answer_ends_the_measurement(status, said):
    with pytest.raises(WrongAnswerError, match=f"/predict answers {status}"):
        served(always(status, said), asking("/predict", BODIES[:1], RIGHT[:1]))


def test_a_server_that_hangs_up_ends_the_measurement():
    async def hang_up(reader, writer):
        writer.close()
        await writer.wait_closed()

    async def run():
        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            await Connection(f"http://127.0.0.1:{port}").get("/")

    with pytest.raises(WrongAnswerError, match="closed the connection"):
        apart.run(run())


@pytest.mark.parametrize("said", ["event: complete\ndata: [5]\n\n", "event: error\ndata: null\n\n"])
def test_gradios_stream_must_bring_the_answer(said):
    def gradio(path, body):
        return 200, b'{"event_id": "e1"}' if body else said.encode()

    right, wrong = through_queue("f", [b"{}"], [5]), through_queue("f", [b"{}"], [6])
    if "complete" in said:
        assert served(gradio, right).answers > 2
    with pytest.raises(WrongAnswerError, match="/call/f answers 200"):
        served(gradio, wrong)


def test_gradios_direct_answer_must_be_the_answer():
    call = at_once("f", [b"{}"], [5])
    assert served(always(200, b'{"data":[5],"duration":1}'), call).answers > 2
    with pytest.raises(WrongAnswerError, match="/run/f answers 200"):
        served(always(200, b'{"data":[6]}'), call)


def test_lost_altered_and_foreign_verdicts_are_told(tmp_path):
    url = f"csv:{tmp_path}/feedback.csv"
    sent = {}
    for number in range(3):
        record = Record(
            demo="flower_power",
            model_version="0123456789ab",
            source="api",
            input={"petal_length": 1.0},
            prediction={"kind": "classification", "label": "setosa"},
            verdict="unsure",
            comment=str(number),
            session="load1",
        )
        open_store(url).append(record)
        keys = ("id", "demo", "model_version", "verdict", "comment", "session", "input")
        sent[record.id] = {key: getattr(record, key) for key in keys}
    sent = {name: verdict | {"input": {"petal_length": 1.0}} for name, verdict in sent.items()}
    assert complaint(url, bodies(sent)) == ""
    first, second, _ = sent
    sent["not-stored"] = sent.pop(first)
    sent[second]["comment"] = "other"
    assert complaint(url, bodies(sent)) == "1 lost, 1 never sent, 1 altered"


def bodies(sent):
    return {name: json.dumps(verdict).encode() for name, verdict in sent.items()}

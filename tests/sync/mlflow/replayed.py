"""A tracking server that answers what MLflow's own once answered, and can be told to misbehave; and what records one."""

import http.client
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

A_PAGE = 2  # experiments, runs, models
POINTS_A_PAGE = 7


def key_of(method, target, body):
    """Return a question as one line."""
    return f"{method} {target} {json.dumps(json.loads(body), sort_keys=True) if body else ''}".strip()


class Server(ThreadingHTTPServer):
    """Answers from `answers`, question → text, or by asking another server and keeping what it says.

    Attributes:
        token: Must be given, where it is not empty.
        refuse: Of a question, the status to answer with instead; 0 to answer.
        asked: The questions, in order.
    """

    daemon_threads = True

    def __init__(self, answers, record_from=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        self.record_from = record_from
        self.token = ""
        self.refuse = lambda _question: 0
        self.asked = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, question, method, target, body):
        """Return status and bytes."""
        if question not in self.answers and self.record_from:
            connection = http.client.HTTPConnection(urlsplit(self.record_from).netloc)
            connection.request(method, target, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            self.answers[question] = [response.status, response.read().decode("latin-1")]
        return self.answers.get(question, [404, '{"error_code": "ENDPOINT_NOT_FOUND"}'])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self._respond(b"")

    def do_POST(self):
        self._respond(self.rfile.read(int(self.headers["Content-Length"])))

    def _respond(self, body):
        question = key_of(self.command, self.path, body)
        self.server.asked.append(question)
        status = self.server.refuse(question)
        if status == -1:  # gone
            self.close_connection = True
            return
        if self.server.token and self.headers.get("Authorization") not in self.server.token:
            status = 401
        text = '{"error_code": "REFUSED", "message": "Not now."}'
        if not status:
            status, text = self.server.answer(question, self.command, self.path, body)
        data = text.encode("latin-1")
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@contextmanager
def serving(answers, record_from=None):
    with Server(answers, record_from) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

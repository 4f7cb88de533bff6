"""A real time-stamp authority on loopback: its tokens are real, its clock is ours, so it proves no time.

Source: RFC 3161 section 3.4 (over HTTP); `openssl ts -reply` answers.
"""

from __future__ import annotations

import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

from probanda.demonstration.certificates import make_certificates
from probanda.errors import ProbandaError

MAX_QUERY_BYTES = 64 * 1024  # a request is about a hundred bytes
ANSWER_TIMEOUT_S = 20.0  # openssl answers within a tenth of a second
WARNING = "demonstration: proves no time"

# No `certs =` line: with it openssl embeds certificates in an order that strict readers refuse.
_CONFIGURATION = """\
[tsa]
default_tsa = demonstration
[demonstration]
dir = {folder}
serial = $dir/serial
crypto_device = builtin
signer_cert = $dir/authority.pem
signer_key = $dir/authority.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""  # the policy is under an example arc that means nothing anywhere (RFC 5612)


class DemonstrationAuthority:
    """Use as a context manager; `url` takes requests, `root` (PEM) is what to check its tokens with."""

    def __init__(self) -> None:
        """Nothing runs before the context is entered."""
        self._files = tempfile.TemporaryDirectory(prefix="probanda-authority-")
        self.folder = Path(self._files.name)
        self._one_at_a_time = threading.Lock()  # openssl rewrites the serial file
        certificates = make_certificates()
        self.root = certificates.root
        (self.folder / "authority.pem").write_bytes(certificates.authority)
        (self.folder / "authority.key").write_bytes(certificates.authority_key)
        (self.folder / "serial").write_text("01\n")
        (self.folder / "openssl.cnf").write_text(_CONFIGURATION.format(folder=self.folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def answer(self, query: bytes) -> bytes:
        """The response to one request, as bytes of a TimeStampResp.

        Raises:
            ProbandaError: openssl is missing or refused.
        """
        command = ["openssl", "ts", "-reply", "-config", "openssl.cnf", "-section", "demonstration"]
        with self._one_at_a_time:
            (self.folder / "query.tsq").write_bytes(query)
            try:
                subprocess.run(
                    [*command, "-queryfile", "query.tsq", "-out", "response.tsr"],
                    cwd=self.folder,
                    check=True,
                    capture_output=True,
                    timeout=ANSWER_TIMEOUT_S,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise ProbandaError(
                    f"The demonstration authority could not answer: {error}. Is `openssl` installed?"
                ) from error
            return (self.folder / "response.tsr").read_bytes()

    def __enter__(self) -> DemonstrationAuthority:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._files.cleanup()


def _handler(authority: DemonstrationAuthority) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "demonstration", ""

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > MAX_QUERY_BYTES:
                self.send_error(413)
                return
            try:
                body = authority.answer(self.rfile.read(int(length)))
            except ProbandaError as error:
                self.send_error(500, explain=str(error))
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Warning", WARNING)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Requests are not worth a line on the terminal."""

    return Handler

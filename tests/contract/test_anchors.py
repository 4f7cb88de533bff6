"""Anchoring against real servers on loopback, good and bad."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from contract.log_key import KEY, LOG_KEY
from probanda.demonstration.authority import DemonstrationAuthority
from probanda.errors import Malformed, ProbandaError, ProofFails, WrongUsage
from probanda.model.entry import Head
from probanda.proof.note import sign_checkpoint
from probanda.proof.timestamp import check_token, trusted_roots
from probanda.proof.timestamp_fields import MAX_RESPONSE_BYTES, parse_request
from probanda.proof.verdict import Outcome
from probanda.vault.anchors import anchor, check_with_openssl, make_request
from probanda.vault.storage.folder import Folder

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}/"
        running.shutdown()
        thread.join()


def body(data: bytes) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def kept(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def refused(folder: Folder, checkpoint: bytes, answer: Answer, *, timeout_s: float = 10.0) -> str:
    with server(answer) as url, pytest.raises(ProbandaError) as raised:
        anchor(folder, checkpoint, KEY, url, timeout_s=timeout_s)
    assert kept(folder.root) == []
    return str(raised.value)


def test_an_anchor_keeps_checkpoint_request_and_answer(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    made = anchor(folder, checkpoint, KEY, authority.url)

    place = f"log/anchors/7/{made.token.sha256}"
    assert kept(folder.root) == sorted(["log/anchors/7/checkpoint", f"{place}.tsq", f"{place}.tsr"])
    assert folder.read("log/anchors/7/checkpoint") == checkpoint
    assert hashlib.sha256(folder.read(f"{place}.tsr")).hexdigest() == made.token.sha256
    assert hashlib.sha256(folder.read(f"{place}.tsq")).hexdigest() == made.query
    assert "proves no time" in made.authority


def test_an_anchor_is_accepted_by_our_check_and_by_openssl(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    made = anchor(folder, checkpoint, KEY, authority.url)

    place = f"log/anchors/7/{made.token.sha256}"
    response, query = folder.read(f"{place}.tsr"), folder.read(f"{place}.tsq")
    ours = check_token(response, query, checkpoint, trusted_roots(authority.root))
    (folder.root / "root.pem").write_bytes(authority.root)
    theirs = check_with_openssl(
        folder.root / f"{place}.tsq", folder.root / f"{place}.tsr", folder.root / "root.pem", made.time
    )
    assert ours.outcome is Outcome.HOLDS
    assert theirs.accepts is True


def test_openssl_refuses_a_token_for_another_request(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    made = anchor(folder, checkpoint, KEY, authority.url)
    other = folder.root / "other.tsq"
    other.write_bytes(make_request(checkpoint))
    (folder.root / "root.pem").write_bytes(authority.root)

    token = folder.root / f"log/anchors/7/{made.token.sha256}.tsr"
    assert check_with_openssl(other, token, folder.root / "root.pem", made.time).accepts is False


def test_the_record_names_head_token_and_request(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    made = anchor(folder, checkpoint, KEY, authority.url)

    act = made.record().act()
    assert act.clear["size"] == 7
    assert act.clear["token"] == made.token.sha256
    assert act.clear["query"] == made.query
    assert act.subjects == (made.token,)


def test_a_second_token_over_the_same_checkpoint_lies_beside_the_first(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    anchor(folder, checkpoint, KEY, authority.url)
    anchor(folder, checkpoint, KEY, authority.url)

    assert len(kept(folder.root)) == 5


def test_a_checkpoint_copy_that_a_crash_cut_short_is_completed(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    folder.create("log/anchors/7/checkpoint", checkpoint[:20])

    anchor(folder, checkpoint, KEY, authority.url)

    assert folder.read("log/anchors/7/checkpoint") == checkpoint


def test_another_checkpoint_of_the_same_size_is_never_written_over(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    other = sign_checkpoint(KEY.name, Head(7, b"\x08" * 32), KEY, LOG_KEY.sign)
    folder.create("log/anchors/7/checkpoint", other)

    with pytest.raises(ProofFails):
        anchor(folder, checkpoint, KEY, authority.url)

    assert kept(folder.root) == ["log/anchors/7/checkpoint"]
    assert folder.read("log/anchors/7/checkpoint") == other


def test_a_request_has_a_random_number_of_64_bits_and_the_sha512_of_the_checkpoint(checkpoint: bytes) -> None:
    first, second = parse_request(make_request(checkpoint)), parse_request(make_request(checkpoint))

    assert first.nonce != second.nonce
    assert first.nonce is not None
    assert 0 <= first.nonce < 2**64
    assert first.imprint.digest == hashlib.sha512(checkpoint).digest()


def test_only_http_addresses_are_asked(folder: Folder, checkpoint: bytes) -> None:
    with pytest.raises(WrongUsage):
        anchor(folder, checkpoint, KEY, "file:///etc/hostname")


def test_what_the_log_key_did_not_sign_is_not_anchored(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    with pytest.raises(Malformed):
        anchor(folder, checkpoint.replace(b"\n7\n", b"\n8\n"), KEY, authority.url)

    assert kept(folder.root) == []


def test_garbage_is_refused_and_nothing_is_kept(folder: Folder, checkpoint: bytes) -> None:
    assert "of no use" in refused(folder, checkpoint, body(b"<html>not a token</html>"))


def test_an_empty_answer_is_refused_and_nothing_is_kept(folder: Folder, checkpoint: bytes) -> None:
    assert "of no use" in refused(folder, checkpoint, body(b""))


def test_a_token_cut_short_is_refused_and_nothing_is_kept(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    def cut(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        body(authority.answer(query)[:-10])(handler, query)

    assert "cut short" in refused(folder, checkpoint, cut)


def test_an_answer_to_another_request_is_refused(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    def other(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        body(authority.answer(make_request(checkpoint)))(handler, query)

    assert "random number" in refused(folder, checkpoint, other)


def test_a_token_over_other_bytes_is_refused(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    def other(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        body(authority.answer(make_request(b"other bytes")))(handler, query)

    assert "other bytes" in refused(folder, checkpoint, other)


def test_the_reason_of_an_authority_that_refuses_is_told(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    def refuse(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        body(authority.answer(b"not a request"))(handler, query)

    assert "Bad request format" in refused(folder, checkpoint, refuse)


def test_an_answer_that_is_too_long_is_refused(folder: Folder, checkpoint: bytes) -> None:
    assert "longer than" in refused(folder, checkpoint, body(b"\0" * (MAX_RESPONSE_BYTES + 1)))


def test_an_http_error_is_told(folder: Folder, checkpoint: bytes) -> None:
    assert "503" in refused(folder, checkpoint, lambda handler, _: handler.send_error(503))


def test_a_redirect_is_not_followed(
    folder: Folder, authority: DemonstrationAuthority, checkpoint: bytes
) -> None:
    def redirect(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(302)
        handler.send_header("Location", authority.url)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    assert "302" in refused(folder, checkpoint, redirect)


def test_an_authority_that_says_nothing_is_given_up(folder: Folder, checkpoint: bytes) -> None:
    done = threading.Event()
    try:
        assert "timed out" in refused(folder, checkpoint, lambda *_: done.wait(30) and None, timeout_s=0.3)
    finally:
        done.set()


def test_an_authority_that_is_not_there_is_told(folder: Folder, checkpoint: bytes) -> None:
    with server(body(b"")) as url:
        pass

    with pytest.raises(ProbandaError, match="Nothing was written"):
        anchor(folder, checkpoint, KEY, url)

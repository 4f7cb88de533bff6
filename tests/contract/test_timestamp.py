"""Tokens from a real authority, and what became of them."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probanda.demonstration.authority import DemonstrationAuthority
from probanda.demonstration.certificates import make_certificates
from probanda.errors import Malformed
from probanda.proof.timestamp import check_token, trusted_roots
from probanda.proof.timestamp_fields import parse_request, parse_response
from probanda.proof.verdict import Outcome
from probanda.vault.anchors import check_with_openssl, make_request

Exchange = tuple[bytes, bytes, bytes]


@pytest.fixture(scope="session")
def exchange(authority: DemonstrationAuthority, checkpoint: bytes) -> Exchange:
    """Request, response and root."""
    request = make_request(checkpoint)
    return request, authority.answer(request), authority.root


def test_a_good_token_holds_and_tells_time_and_authority(exchange: Exchange, checkpoint: bytes) -> None:
    request, response, root = exchange

    verdict = check_token(response, request, checkpoint, trusted_roots(root))

    assert verdict.outcome is Outcome.HOLDS
    assert verdict.time is not None
    assert verdict.authority == "CN=demonstration: proves no time"


def test_without_a_root_the_time_is_undecided_but_told(exchange: Exchange, checkpoint: bytes) -> None:
    request, response, _ = exchange

    verdict = check_token(response, request, checkpoint, ())

    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.time is not None


def test_a_root_that_does_not_lead_to_the_authority_leaves_the_time_undecided(
    exchange: Exchange, checkpoint: bytes
) -> None:
    request, response, _ = exchange

    verdict = check_token(response, request, checkpoint, trusted_roots(make_certificates().root))

    assert verdict.outcome is Outcome.UNDECIDED
    assert "not under a certificate that was given" in verdict.says


def test_a_changed_checkpoint_fails(exchange: Exchange, checkpoint: bytes) -> None:
    request, response, root = exchange

    verdict = check_token(response, request, checkpoint + b" ", trusted_roots(root))

    assert verdict.outcome is Outcome.FAILS


def test_the_request_of_another_exchange_fails(exchange: Exchange, checkpoint: bytes) -> None:
    _, response, root = exchange

    verdict = check_token(response, make_request(checkpoint), checkpoint, trusted_roots(root))

    assert verdict.outcome is Outcome.FAILS
    assert "random number" in verdict.says


def test_without_the_request_the_time_is_undecided(exchange: Exchange, checkpoint: bytes) -> None:
    _, response, root = exchange

    assert check_token(response, None, checkpoint, trusted_roots(root)).outcome is Outcome.UNDECIDED


def test_a_changed_signature_fails(exchange: Exchange, checkpoint: bytes) -> None:
    request, response, root = exchange
    changed = response[:-1] + bytes([response[-1] ^ 1])

    assert check_token(changed, request, checkpoint, trusted_roots(root)).outcome is Outcome.FAILS


@given(data=st.data())
def test_no_changed_token_holds(exchange: Exchange, checkpoint: bytes, data: st.DataObject) -> None:
    request, response, root = exchange
    position = data.draw(st.integers(0, len(response) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    changed = response[:position] + bytes([response[position] ^ bit]) + response[position + 1 :]

    verdict = check_token(changed, request, checkpoint, trusted_roots(root))

    # What the signature does not cover may differ; the claims that count may not.
    if verdict.outcome is Outcome.HOLDS:
        assert parse_response(changed).token == parse_response(response).token


@given(untrusted=st.binary(max_size=400))
def test_bytes_that_are_no_response_are_told_from_one(untrusted: bytes) -> None:
    with pytest.raises(Malformed):
        parse_response(untrusted)


@given(data=st.data())
def test_a_request_cut_short_is_refused(exchange: Exchange, data: st.DataObject) -> None:
    request = exchange[0]

    with pytest.raises(Malformed):
        parse_request(request[: data.draw(st.integers(0, len(request) - 1))])


def test_a_token_whose_certificates_are_unsorted_is_undecided_though_openssl_takes_it(
    tmp_path: Path, checkpoint: bytes
) -> None:
    with DemonstrationAuthority() as authority:
        # With `certs =` openssl embeds both certificates in the order of the file, which DER does not allow.
        own = (authority.folder / "authority.pem").read_bytes()
        (authority.folder / "chain.pem").write_bytes(own + authority.root)
        configuration = authority.folder / "openssl.cnf"
        configuration.write_text(configuration.read_text() + "certs = $dir/chain.pem\n")
        request = make_request(checkpoint)
        response = authority.answer(request)
    for name, data in (("q", request), ("r", response), ("root", authority.root)):
        (tmp_path / name).write_bytes(data)

    verdict = check_token(response, request, checkpoint, trusted_roots(authority.root))

    assert verdict.time is not None
    assert check_with_openssl(tmp_path / "q", tmp_path / "r", tmp_path / "root", verdict.time).accepts is True
    assert verdict.outcome is Outcome.UNDECIDED
    assert "ask openssl" in verdict.says


def test_the_certificates_name_what_they_are() -> None:
    made = make_certificates()

    printed = subprocess.run(
        ["openssl", "x509", "-noout", "-subject", "-ext", "extendedKeyUsage"],
        input=made.authority,
        capture_output=True,
        check=True,
    ).stdout.decode()

    assert "demonstration: proves no time" in printed
    assert "critical" in printed
    assert "Time Stamping" in printed

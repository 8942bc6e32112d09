"""The command: what it prints, keeps and refuses; encryption; and how it ends."""

import asyncio
import datetime
import hashlib
import ipaddress
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from grpc.aio import AioRpcError

from protos import embedding_stream_pb2 as pb
from services.embedding_server.tokens import read_tokens
from tests.embedding_servers import (
    AUTHORIZED,
    ROOT,
    TOKEN,
    Served,
    channel_to,
    embedding_server_process,
    ids_of,
    made_rows,
    write_npz,
)


def run(home: Path, *arguments: str, token: str | None = TOKEN) -> subprocess.CompletedProcess[str]:
    given = {} if token is None else {"BATCHDAG_EMBEDDING_SERVER_TOKEN": token}
    return subprocess.run(  # noqa: PLW1510 - the status is what is tested
        [sys.executable, "-m", "services.embedding_server", "--port", "0", *arguments],
        env=os.environ | {"BATCHDAG_HOME": str(home)} | given, capture_output=True, text=True, timeout=60, cwd=ROOT,
    )  # fmt: skip


async def rows_at(address: str, token: str, credentials: grpc.ChannelCredentials | None = None) -> int:
    async with channel_to(address, credentials) as channel:
        call = Served(address, channel).stub.Describe
        answer = await call(pb.DescribeRequest(data_set="jobs"), metadata=[("authorization", f"Bearer {token}")])
        return int(answer.rows)


async def test_the_first_start_makes_a_token_that_only_the_owner_can_read(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 3)
    file = tmp_path / "home" / "embedding-server-token"
    arguments = ("--data", str(tmp_path))
    with embedding_server_process(*arguments, home=file.parent, token=None) as (process, address, said):
        assert process.stdout is not None
        printed = "".join([*said, *(process.stdout.readline() for _ in range(4))])
        token = file.read_text().strip()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert token in printed
        assert "Data sets: jobs. Models: hashing." in printed
        assert await rows_at(address, token) == 3
    with embedding_server_process(*arguments, home=file.parent, token=None) as (process, address, said):
        assert file.read_text().strip() == token, "a later start keeps the token"
        assert await rows_at(address, token) == 3
        process.terminate()
        assert process.stdout is not None
        assert token not in "".join(said) + process.stdout.read(), "and does not print it again"


async def test_tokens_can_be_several_and_given_as_hashes(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 3)
    hashed = "sha256:" + hashlib.sha256(b"the-second-of-them").hexdigest()
    (tmp_path / "tokens").write_text(f"# rotate on Monday\nthe-first-of-them\n\n{hashed}\n")
    arguments = ("--data", str(tmp_path), "--token-file", str(tmp_path / "tokens"))
    with embedding_server_process(*arguments, home=tmp_path / "home", token=None) as (_, address, _):
        assert await rows_at(address, "the-first-of-them") == 3
        assert await rows_at(address, "the-second-of-them") == 3
        for wrong in (hashed, "# rotate on Monday", "the-third"):
            with pytest.raises(AioRpcError) as refused:
                await rows_at(address, wrong)
            assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(("lines", "why"), [("\n# none\n", "holds no token"), ("short", "has 5 characters")])
def test_a_file_without_a_usable_token_is_refused(lines: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_tokens(lines, where="a file")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--host", "0.0.0.0"], "--behind-proxy if a proxy encrypts"),
        (["--host", "::"], "--behind-proxy if a proxy encrypts"),
        (["--tls-cert", "{here}"], "--tls-certificate and --tls-key go together"),
        (["--tls-cert", "{here}", "--tls-key", "{here}"], "is the certificate not the key's?"),
        (["--data", "nowhere"], "there is nothing at nowhere"),
        (["--model", "hushing"], "there is no kind of model 'hushing'"),
        (["--model", "sentence:nowhere"], "model 'sentence"),
        (["--port", "{taken}"], "is it taken?"),
    ],
)
def test_what_cannot_be_is_refused_at_the_start(tmp_path: Path, arguments: list[str], why: str) -> None:
    here = tmp_path / "a.pem"
    here.write_text("no certificate")
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        done = run(tmp_path, *(each.format(here=here, taken=taken) for each in arguments))
    assert done.returncode != 0
    assert why in " ".join(done.stderr.replace("│", " ").split())


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False).sign(
        key, hashes.SHA256()
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    return folder / "certificate.pem", folder / "key.pem"


async def test_with_a_certificate_only_encrypted_calls_are_answered(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 3)
    certificate, key = make_certificate(tmp_path)
    arguments = ("--data", str(tmp_path), "--tls-certificate", str(certificate), "--tls-key", str(key))
    with embedding_server_process(*arguments, "--host", "0.0.0.0", home=tmp_path) as (_, address, said):
        here = address.replace("0.0.0.0", "127.0.0.1")
        assert "with TLS" in said[0]
        trusted = grpc.ssl_channel_credentials(certificate.read_bytes())
        assert await rows_at(here, TOKEN, trusted) == 3
        with pytest.raises(AioRpcError) as refused:
            await rows_at(here, TOKEN)
        assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_streams_may_end_when_the_server_is_stopped(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 20_000, 512)
    with embedding_server_process("--data", str(tmp_path), home=tmp_path) as (process, address, _):
        async with channel_to(address) as channel:
            call = Served(address, channel).stub.Stream(pb.StreamRequest(data_set="jobs"), metadata=AUTHORIZED)
            chunks = [await call.read()]
            process.send_signal(signal.SIGTERM)
            await until_refused(address)
            while (chunk := await call.read()) is not grpc.aio.EOF:
                chunks.append(chunk)
        assert ids_of(chunks) == made_rows(20_000)[0]
        assert await asyncio.to_thread(process.wait, 30) == 0


async def until_refused(address: str) -> None:
    """Return when the server takes no more calls."""

    async def call_on() -> None:
        while True:
            await rows_at(address, TOKEN)

    with pytest.raises(AioRpcError) as refused:
        await asyncio.wait_for(call_on(), 20)
    # A call that comes over a connection that is open already, just when the server stops, is cancelled.
    assert refused.value.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


async def test_a_client_that_is_killed_leaves_a_server_that_serves(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 20_000, 512)
    code = f"""
import grpc, os
from protos import embedding_stream_pb2 as pb
from protos.embedding_stream_pb2_grpc import EmbeddingStreamStub
channel = grpc.insecure_channel(os.sys.argv[1])
for chunk in EmbeddingStreamStub(channel).Stream(pb.StreamRequest(data_set="jobs"), metadata={AUTHORIZED!r}):
    os.kill(os.getpid(), 9)
"""
    with embedding_server_process("--data", str(tmp_path), home=tmp_path) as (process, address, _):
        for _ in range(3):
            killed = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code, address], cwd=ROOT)
            assert killed.returncode == -9
        async with channel_to(address) as channel:
            assert ids_of(await Served(address, channel).chunks("jobs")) == made_rows(20_000)[0]
        process.terminate()
        _, errors = await asyncio.to_thread(process.communicate, timeout=30)
    assert "ERROR" not in errors


async def test_a_server_that_is_killed_is_gone_on_with_from_the_checkpoint(tmp_path: Path) -> None:
    write_npz(tmp_path / "jobs.npz", 20_000, 64)
    taken: list[str] = []
    version = ""
    while len(taken) < 20_000:
        with embedding_server_process("--data", str(tmp_path), home=tmp_path) as (process, address, _):
            async with channel_to(address) as channel:
                asked = pb.StreamRequest(data_set="jobs", version=version, first_row=len(taken), chunk_rows=250)
                call = Served(address, channel).stub.Stream(asked, metadata=AUTHORIZED)
                for _ in range(30):
                    chunk = await call.read()
                    if chunk is grpc.aio.EOF:
                        break
                    assert chunk.first_row == len(taken)
                    taken += [row.id for row in chunk.rows]
                    version = chunk.version
                process.kill()
    assert taken == made_rows(20_000)[0]

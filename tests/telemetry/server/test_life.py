"""The server as a process: started, killed in the middle of its work, stopped, it goes on where it was."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.telemetry.hj212 import request, stamp
from lantian.telemetry.server import Server, Settings
from lantian.telemetry.store import Device, Line

MNS = ("MN1", "MN2", "MN3", "MN4")
PATIENCE = 20.0


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A data folder that knows four devices."""
    line = Line.open(tmp_path / "office", create=True)
    line.devices.put(*(Device(mn, password="123456") for mn in MNS))
    line.close()
    return tmp_path / "office"


@contextmanager
def serving(data: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, int]]]:
    """The server in a process of its own, and its ports."""
    command = [sys.executable, "-m", "lantian", "telemetry", "listen", "--data", str(data)]
    command += ["--host", "127.0.0.1", "--port", "0", "--metrics-port", "0", *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        said = process.stdout.readline()
        assert said.startswith("listening on 127.0.0.1"), said or process.stderr.read()
        numbers = [int(number) for number in re.findall(r"port (\d+)", said)]
        yield process, {"port": numbers[0], "health": numbers[-1]}
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


class Source:
    """A site with a buffer: what is not acknowledged is sent again when the line is back."""

    def __init__(self, mn: str) -> None:
        self.mn = mn
        self.acknowledged: list[str] = []
        self.waiting: dict[str, bytes] = {}
        self._next = datetime.now(UTC)

    def make(self) -> bytes:
        self._next += timedelta(milliseconds=1)
        qn, content = stamp(self._next, 17), {"DataTime": stamp(self._next), "a21026-Rtd": "1"}
        self.waiting[qn] = request(self.mn, "123456", "31", "2011", content, qn=qn, flag=5)
        return self.waiting[qn]

    async def send(self, port: int, most: int | None = None) -> None:
        """Send until the line is lost, or so many more are acknowledged."""
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"".join(self.waiting.values()))
                done = 0
                while most is None or done < most:
                    while len(self.waiting) < 40:
                        writer.write(self.make())
                    line = await asyncio.wait_for(reader.readline(), PATIENCE)
                    found = re.search(rb"QN=(\d{17});ST=91;CN=9014", line)
                    if found is None:
                        return
                    qn = found[1].decode()
                    self.acknowledged.append(qn)
                    self.waiting.pop(qn, None)
                    done += 1
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()


def kept(data: Path) -> Counter[tuple[str, str]]:
    """How often each packet stands in the store."""
    with contextlib.closing(sqlite3.connect(data / "lake" / "hot" / "line.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return Counter(connection.execute("SELECT place, qn FROM packet").fetchall())


def killed(data: Path, times: int, seed: int) -> None:
    """Kill the server at random moments under load; afterwards each acknowledged packet is there, once."""
    rng = random.Random(seed)  # noqa: S311 - moments of a test
    sources = [Source(mn) for mn in MNS]
    for _ in range(times):
        with serving(data) as (process, ports):

            async def work(process: Any = process, port: int = ports["port"]) -> None:
                sending = [asyncio.create_task(source.send(port)) for source in sources]
                await asyncio.sleep(rng.uniform(0.02, 0.5))
                process.kill()
                await asyncio.gather(*sending)

            asyncio.run(work())
    acknowledged = [(source.mn, qn) for source in sources for qn in source.acknowledged]
    found = kept(data)
    assert len(acknowledged) > 20 * times
    assert [one for one in acknowledged if found[one] != 1] == []
    # What was stored and not acknowledged in time is there once, too.
    assert set(found.values()) == {1}


def test_killed_in_the_middle_of_it_nothing_acknowledged_is_lost_or_twice(office: Path) -> None:
    killed(office, 2, seed=1)


@pytest.mark.slow
def test_killed_fifty_times(office: Path) -> None:
    killed(office, 50, seed=2)


def test_it_makes_its_folder_stops_cleanly_and_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "new" / "office"
    source = Source("FRESH")
    for most in (100, 200):
        with serving(data, "--enrol", "open") as (process, ports):

            async def work(most: int = most, process: Any = process, port: int = ports["port"]) -> None:
                sending = asyncio.create_task(source.send(port))
                async with asyncio.timeout(PATIENCE):
                    while len(source.acknowledged) < most:
                        await asyncio.sleep(0.01)
                process.send_signal(signal.SIGTERM)
                await sending

            asyncio.run(work())
            assert process.wait(PATIENCE) == 0
            assert process.stderr is not None
            assert process.stderr.read() == ""
    # The server hangs up only when its last answers have arrived: what is stored is what was acknowledged.
    found = kept(data)
    assert set(found) == {("FRESH", qn) for qn in source.acknowledged}
    assert set(found.values()) == {1}
    line = Line.open(data)
    device = line.devices.get("FRESH")
    assert device is not None
    assert (device.state, device.connected, device.counters["stored"]) == ("unconfirmed", False, len(found))
    line.close()


@pytest.mark.slow
def test_a_disk_that_refuses_costs_nothing_acknowledged(office: Path) -> None:
    """The process may write no larger files for a while, as on a disk that is full."""
    with serving(office) as (process, ports):
        sources = [Source(mn) for mn in MNS]

        async def health() -> str:
            reader, writer = await asyncio.open_connection("127.0.0.1", ports["health"])
            writer.write(b"GET /health HTTP/1.0\r\n\r\n")
            said = (await reader.read()).decode()
            writer.close()
            await writer.wait_closed()
            return said

        async def work() -> None:
            sending = [asyncio.create_task(source.send(ports["port"])) for source in sources]
            await asyncio.sleep(0.3)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            async with asyncio.timeout(PATIENCE):
                while " 503 " not in await health():
                    await asyncio.sleep(0.02)
            # What was acknowledged before may still be on its way.
            await asyncio.sleep(0.3)
            before = [len(source.acknowledged) for source in sources]
            await asyncio.sleep(0.2)
            assert [len(source.acknowledged) for source in sources] == before
            assert '"ok": false' in await health()
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            async with asyncio.timeout(PATIENCE):
                while any(len(s.acknowledged) < n + 50 for s, n in zip(sources, before, strict=True)):
                    await asyncio.sleep(0.02)
            assert " 200 OK" in await health()
            process.kill()
            await asyncio.gather(*sending)

        asyncio.run(work())
    found = kept(office)
    assert [qn for source in sources for qn in source.acknowledged if found[(source.mn, qn)] != 1] == []


def test_one_server_a_folder_and_a_port_that_is_taken_are_told(office: Path) -> None:
    async def work() -> None:
        line = Line.open(office)
        first = Server(line, Settings(host="127.0.0.1", port=0, metrics_port=None))
        await first.start()
        try:
            with pytest.raises(Exception, match="another server listens for this folder"):
                await Server(line, Settings(host="127.0.0.1", port=0, metrics_port=None)).start()
            other = Line.open(office.parent / "other", create=True)
            with pytest.raises(Exception, match=f"port {first.port} of 127.0.0.1 cannot be had"):
                await Server(other, Settings(host="127.0.0.1", port=first.port, metrics_port=None)).start()
            other.close()
        finally:
            await first.stop()
            line.close()

    asyncio.run(work())


# -- TLS


USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def certificates(folder: Path) -> dict[str, Path]:
    """An authority, a server and a site, made by `cryptography`."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    now = datetime.now(UTC)
    files: dict[str, Path] = {}
    signer: tuple[Any, Any] | None = None
    for who in ("ca", "server", "site"):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)])
        issuer, signing = signer or (name, key)
        # Python 3.13 takes no certificate that does not say whose key it is, who signed it, what it is for.
        usage = dict.fromkeys(USAGES, False) | {"key_cert_sign": who == "ca", "digital_signature": True}
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=who == "ca", path_length=None), critical=True)
            .add_extension(authority, critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
            )
            .sign(signing, hashes.SHA256())
        )
        signer = signer or (name, key)
        files[who], files[f"{who}.key"] = folder / f"{who}.pem", folder / f"{who}.key"
        files[who].write_bytes(made.public_bytes(serialization.Encoding.PEM))
        files[f"{who}.key"].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return files


def test_sites_come_in_encrypted_with_a_certificate_where_one_is_asked_for(
    running: Callable[..., Any], line: Line, tmp_path: Path
) -> None:
    import ssl

    from lantian.telemetry.server import Tls

    files = certificates(tmp_path)
    line.devices.put(Device("MN1", password="123456", need_tls=True))
    tls = Tls(files["server"], files["server.key"], files["ca"])
    known = ssl.create_default_context(cafile=str(files["ca"]))
    known.load_cert_chain(files["site"], files["site.key"])
    stranger = ssl.create_default_context(cafile=str(files["ca"]))

    async def work() -> None:
        async with running(tls=tls, tls_port=0, limits={"frame_seconds": 1.0}) as run:
            site = await run.site(port=run.server.tls_port, ssl=known)
            for i in range(3):
                packet = site.packet("2011", {"DataTime": f"2026112208000{i}", "a-Rtd": "1"})
                assert (await site.ask(packet)).cn == "9014"
            plain = await run.site()
            plain.send(plain.packet())
            assert await run.refused() == [("MN1", "needs_tls")]
            with pytest.raises((ssl.SSLError, ConnectionError, AssertionError)):
                nobody = await run.site(port=run.server.tls_port, ssl=stranger)
                nobody.send(nobody.packet())
                await nobody.hear()
            # Who never shakes hands goes after a while, and is counted meanwhile.
            mute = await run.site(port=run.server.tls_port)
            await mute.closed()
            await run.until(lambda: run.server.counts.closed.get("handshake") == 2)
            assert (await site.ask(site.packet())).cn == "9014"
        async with running(tls=tls) as run:
            site = await run.site(ssl=known)
            assert (await site.ask(site.packet("2051"))).cn == "9014"

    asyncio.run(work())


def test_a_connection_that_failed_before_it_was_taken_ends_no_encrypted_port(
    running: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno
    import ssl
    from asyncio.selector_events import BaseSelectorEventLoop

    from lantian.telemetry.server import Tls

    files = certificates(tmp_path)
    known = ssl.create_default_context(cafile=str(files["ca"]))
    accept, failed = BaseSelectorEventLoop.sock_accept, [errno.EPROTO]

    async def once_broken(loop: Any, listener: Any) -> Any:
        if failed:
            raise OSError(failed.pop(), "as Linux hands it on")
        return await accept(loop, listener)

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_accept", once_broken)

    async def work() -> None:
        async with running(tls=Tls(files["server"], files["server.key"])) as run:
            site = await run.site(ssl=known)
            assert (await site.ask(site.packet())).cn == "9014"
            assert not failed

    asyncio.run(work())

"""Listening: plain and encrypted ports, the lock of a folder, what a server must know before."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from lantian.errors import LantianError
from lantian.telemetry.server.connection import Connection
from lantian.telemetry.server.connection import plain as plain_address
from lantian.telemetry.server.wire import Wire

if TYPE_CHECKING:
    from lantian.telemetry.server.serving import Server

BACKLOG = 1024


class Port(Protocol):
    """Something that listens."""

    number: int

    def close(self) -> None: ...


class _Plain:
    def __init__(self, server: asyncio.Server, number: int) -> None:
        self._server = server
        self.number = number

    def close(self) -> None:
        self._server.close()


class _Encrypted:
    """An accept loop of its own, so that a connection is counted before its handshake and not after it."""

    def __init__(
        self, server: Server, wire: Wire[Any, Any], listener: socket.socket, context: ssl.SSLContext
    ) -> None:
        self._server = server
        self._wire = wire
        self._listener = listener
        self._context = context
        self.number: int = listener.getsockname()[1]
        self._shaking: set[asyncio.Task[None]] = set()
        self._accepting = asyncio.create_task(self._accept())

    def close(self) -> None:
        self._accepting.cancel()
        for task in self._shaking:
            task.cancel()
        self._listener.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                found, peer = await loop.sock_accept(self._listener)
            except OSError as error:
                # Linux hands errors of a waiting connection (EPROTO, EHOSTUNREACH …) to whoever accepts it:
                # only a listener that is none any more ends the port.
                if error.errno in (errno.EBADF, errno.EINVAL, errno.ENOTSOCK):
                    raise
                await asyncio.sleep(0.5)
                continue
            address = plain_address(peer[0])
            if self._server.crowd.admit(address):
                found.close()
                continue
            task = asyncio.create_task(self._handshake(found, address))
            self._shaking.add(task)
            task.add_done_callback(self._shaking.discard)

    async def _handshake(self, found: socket.socket, address: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(
                lambda: Connection(self._server, self._wire, encrypted=True),
                found,
                ssl=self._context,
                ssl_handshake_timeout=self._server.settings.limits.frame_seconds,
            )
        except (OSError, asyncio.CancelledError):
            # ssl.SSLError is one of OSError; so is the end of patience.
            self._server.crowd.gone(address)
            self._server.crowd.ended("handshake")
            found.close()


async def plain(factory: Callable[[], asyncio.BaseProtocol], host: str, port: int) -> Port:
    """Listen. Raises LantianError where the port cannot be had."""
    listener = _listener(host, port)
    server = await asyncio.get_running_loop().create_server(factory, sock=listener, backlog=BACKLOG)
    return _Plain(server, listener.getsockname()[1])


async def encrypted(
    server: Server, wire: Wire[Any, Any], host: str, port: int, context: ssl.SSLContext
) -> Port:
    """Listen for TLS. Raises LantianError where the port cannot be had."""
    listener = _listener(host, port)
    listener.listen(BACKLOG)
    return _Encrypted(server, wire, listener, context)


def _listener(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            listener.bind((host, port))
            listener.setblocking(False)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        raise LantianError(
            f"port {port} of {host} cannot be had ({error.strerror or error})",
            remedy="Give another port, or end what holds it.",
        ) from error
    return listener


def free(host: str, port: int) -> bool:
    """Whether a port can be had now."""
    try:
        _listener(host, port).close()
    except LantianError:
        return False
    return True


class Lock:
    """One server a folder: a second one would ask every site twice."""

    def __init__(self, data: Path) -> None:
        path = data / "line" / "server.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise LantianError(
                "another server listens for this folder", where=str(data), remedy="End it first."
            ) from error

    def release(self) -> None:
        """Let another one in. It is let in by the end of the process as well."""
        os.close(self._file)

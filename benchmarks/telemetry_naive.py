"""The server an afternoon gives: asyncio streams, one packet a line, one insert and one commit a packet.

    python benchmarks/telemetry_naive.py FILE

It checks the CRC with the loop of the standard's text, knows no devices, refuses nothing and limits nothing.
Prints its port.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys


def crc(segment: bytes) -> int:
    """Byte by byte, bit by bit, as the appendix writes it."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            register = (register >> 1) ^ 0xA001 if register & 1 else register >> 1
    return register


def answer(fields: dict[str, str]) -> bytes:
    """The 9014 of a packet."""
    segment = f"QN={fields['QN']};ST=91;CN=9014;PW={fields['PW']};MN={fields['MN']};Flag=4;CP=&&&&".encode()
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc(segment))


async def main(path: str) -> None:
    """Serve until killed."""
    store = sqlite3.connect(path)
    store.execute("CREATE TABLE packet (mn TEXT, qn TEXT, cn TEXT, content BLOB)")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            segment, printed = line[6:-6], line[-6:-2]
            if int(printed, 16) != crc(segment):
                continue
            head = segment.decode().split("CP=&&", 1)[0]
            fields = dict(part.split("=", 1) for part in head.split(";") if part)
            store.execute(
                "INSERT INTO packet VALUES (?, ?, ?, ?)", (fields["MN"], fields["QN"], fields["CN"], segment)
            )
            store.commit()
            writer.write(answer(fields))
            await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

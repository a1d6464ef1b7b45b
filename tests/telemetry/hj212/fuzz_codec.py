"""Any bytes through every door of the codec: `python -m tests.telemetry.hj212.fuzz_codec SECONDS`.

With atheris installed it is guided by coverage; without, by mutations of known packets. What breaks is kept
in `cases/` and tried by the tests ever after.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
from pathlib import Path

from lantian.telemetry.hj212 import Framer, decode, decode_frame, encode, head, rows
from lantian.telemetry.hj212.commands import typed
from lantian.telemetry.hj212.notation import from_json, to_json, to_text
from lantian.telemetry.hj212.reading import read

CASES = Path(__file__).parent / "cases"
_KEY = b"0" * 16
_WORDS = (
    b"##",
    b"&&",
    b"\r\n",
    b"=",
    b";",
    b",",
    b"-",
    b"//",
    b"CP=&&",
    b"Flag=9",
    b"DataTime=",
    b"QN=",
    b"\xff",
    b"0",
)


def one_input(data: bytes) -> None:
    """Everything the codec promises of any bytes, asserted."""
    framer = Framer()
    found = framer.feed(data)
    assert len(framer.pending) <= framer.limit + 32
    found += framer.flush()
    assert b"".join(frame.raw for frame in found) == data
    for frame in found:
        for fault in frame.faults:
            assert 0 <= fault.offset <= fault.offset + fault.length <= len(frame.raw)
        entry = to_json(frame)
        assert from_json(entry) == frame.raw
        to_text(frame, "zh")
        if frame.kind != "packet":
            continue
        decoded = decode_frame(frame, key=_KEY)
        for fault in decoded.faults:
            assert 0 <= fault.offset <= fault.offset + fault.length <= len(frame.raw), fault
        if decoded.packet is None:
            continue
        seen = head(frame.segment)
        packet = decoded.packet
        assert (seen.qn, seen.st, seen.cn, seen.mn) == (packet.qn, packet.st, packet.cn, packet.mn)
        rows(frame.segment, seen, key=_KEY, printed=frame.printed)
        typed(packet)
        if frame.crc == "ok" and not decoded.faults:
            assert encode(packet) == frame.raw
            slow, faults = read(frame.segment, frame.start)
            assert (packet, list(packet.items), list(decoded.faults)) == (slow, list(slow.items), faults)
    decode(data)
    decode(data, strict=True, key=_KEY)


def mutations(seed: int) -> bytes:
    """Known packets, bent."""
    from tests.telemetry.hj212.vectors import VECTORS, raw

    chance = random.Random(seed)  # noqa: S311  it bends packets, it keeps no secret
    data = bytearray(b"".join(raw(name) for name in chance.choices(sorted(VECTORS), k=chance.randint(1, 3))))
    for _ in range(chance.randint(0, 6)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[at : at + chance.randint(1, 9)] = b""
            case 1:
                data[at:at] = chance.choice(_WORDS)
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                other = chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + chance.randint(1, 60)]
    return bytes(data)


def run(seconds: float, seed: int = 0) -> int:
    """Bend packets for so long; returns how many. What breaks is written to `cases/`."""
    until = time.monotonic() + seconds
    count = 0
    while time.monotonic() < until:
        data = mutations(seed + count)
        try:
            one_input(data)
        except Exception:
            name = hashlib.sha256(data).hexdigest()[:12]
            (CASES / f"{name}.bin").write_bytes(data)
            raise
        count += 1
    return count


def main() -> None:
    """Fuzz for the seconds named; with a seed, the same inputs each time."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = sys.argv[2] if len(sys.argv) > 2 else "0"
    try:
        import atheris
    except ImportError:
        print(f"without atheris: {run(seconds, seed=int(time.time()))} bent packets, nothing broke")
        return
    atheris.instrument_all()
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds:.0f}",
            f"-seed={seed}",
            f"-artifact_prefix={CASES}/",
            "-max_len=2048",
        ],
        one_input,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()

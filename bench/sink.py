"""A receiver that takes every message and says so, as fast as this language can: ``python -m bench.sink`` prints its port."""

import asyncio
import sys

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
LENGTH = b"content-length: "
END = b"\r\n\r\n"


class Taking(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.come = transport, b""

    def data_received(self, data: bytes) -> None:
        self.come += data
        while (head := self.come.find(END)) >= 0:
            begins = self.come[:head].lower().find(LENGTH) + len(LENGTH)
            whole = head + len(END) + int(self.come[begins : self.come.find(b"\r\n", begins)])
            if len(self.come) < whole:
                return
            self.come = self.come[whole:]
            self.transport.write(ANSWER)  # type: ignore[attr-defined]


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Taking, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

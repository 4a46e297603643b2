"""The proxy before several servers: what it leaves behind."""

import socket

from tests.proxy import Proxy


def test_connections_that_are_open_when_the_proxy_stops_are_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        with Proxy([listening.getsockname()[1]]) as proxy:
            client = socket.create_connection(("127.0.0.1", proxy.port), timeout=10)
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            server, _ = listening.accept()
            server.settimeout(10)
            assert server.recv(100).startswith(b"GET / HTTP/1.1")
        with client, server:
            assert client.recv(1) == b""
            assert server.recv(1) == b""

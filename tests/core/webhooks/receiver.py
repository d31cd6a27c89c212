"""A receiver on this machine that does as it is told, and notes what reached it."""

import socket
import ssl
import threading
from collections import Counter
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.webhooks.outbound import Policy

NAME = "hooks.receiver.example"
HERE = (ip_network("127.0.0.0/8"),)


class Receiver:
    """``behave`` gets path, headers and body, and answers with status, headers and body, or None to close without an answer."""

    def __init__(self, behave=None, tls=None):
        self.behave = behave or (lambda _path, _headers, _body: (204, {}, b""))
        self.got, self.lock, self.connections = [], threading.Lock(), 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                with receiver.lock:
                    receiver.connections += 1
                super().setup()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.lock:
                    receiver.got.append((self.path, dict(self.headers), body))
                answer = receiver.behave(self.path, dict(self.headers), body)
                if answer is None:
                    self.close_connection = True
                    return
                status, headers, text = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204 and "Transfer-Encoding" not in headers:
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_args):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_args):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()

    def url(self, path="/", scheme="http"):
        return f"{scheme}://{NAME}:{self.port}{path}"

    def ids(self):
        """How often each message came."""
        with self.lock:
            return Counter(
                {k.lower(): v for k, v in headers.items()}["webhook-id"] for _path, headers, _body in self.got
            )


class Listener:
    """A socket that nobody may reach: it counts who does."""

    def __init__(self, host="127.0.0.1"):
        family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.bind((host, 0))
        self.socket.listen(50)
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]

    def reached(self):
        count = 0
        while True:
            try:
                self.socket.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self):
        self.socket.close()


def leading_to(*numbers):
    """A resolver by which every name leads to these."""

    async def resolve(_host, _port):
        return numbers

    return resolve


def policy(*ports, **given):
    """As the product's, but for this machine, which counts as public, plain http and the ports of receivers."""
    fields = {
        "connect_seconds": 2.0,
        "total_seconds": 2.0,
        "schemes": frozenset({"http", "https"}),
        "ports": frozenset(ports),
        "also": HERE,
        "resolve": leading_to("127.0.0.1"),
    }
    return Policy(**{**fields, **given})


def certified(folder, name=NAME):
    """Contexts of a server with a certificate for ``name``, and of a client that trusts who gave it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))

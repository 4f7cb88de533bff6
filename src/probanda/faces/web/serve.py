"""Shows the pages on this machine only, until interrupted."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from probanda.errors import WrongUsage
from probanda.faces.web.app import HOST, create_app
from probanda.faces.web.desk import AnyDesk


def serve(desk: AnyDesk, *, port: int, ready: Callable[[str], None]) -> None:
    """Listen on 127.0.0.1 and tell `ready` the address; returns when interrupted. Port 0 takes any free one.

    Raises:
        WrongUsage: the port is taken.
    """
    listening = _listen(port)
    port = listening.getsockname()[1]
    config = uvicorn.Config(
        create_app(desk, port=port),
        log_level="warning",
        access_log=False,  # addresses of pages name items
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=3,
    )
    ready(f"http://{HOST}:{port}/")
    uvicorn.Server(config).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise WrongUsage(f"Port {port} of this machine is taken. Choose another with --port.") from error
    return listening

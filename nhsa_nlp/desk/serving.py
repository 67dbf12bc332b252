"""Serving a desk: the server with all that runs beside it, from its start to its end."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nhsa_nlp.desk.accounts import users
from nhsa_nlp.desk.bundles import prepare_bundle
from nhsa_nlp.desk.inbox import Inbox
from nhsa_nlp.desk.intake import Intake
from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.extras import how_to_install

_NAMES_OF_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Serving:
    """How a desk is served.

    Attributes
    ----------
    folder
        Where it is kept.
    address, port
        Where it listens; port 0 for any that is free.
    accounts
        Whether people log in; needed for any other address than this machine's own.
    names
        Further names that it may be called by, such as that of the proxy before it.
    prefix
        The path below which a proxy serves it, such as ``/desk``.
    archive
        The database of earlier answers, for precedents.
    inbox
        A folder to watch.
    bundle
        The model bundle to begin with.
    workers
        How many processes read and label.
    secure
        Whether cookies are for TLS only.
    proxies
        The addresses of proxies whose word on the client's address is taken.
    """

    folder: Path
    address: str = "127.0.0.1"
    port: int = 8642
    accounts: bool = False
    names: tuple[str, ...] = ()
    prefix: str = ""
    archive: Path | None = None
    inbox: Path | None = None
    bundle: Path | None = None
    workers: int = 1
    secure: bool = False
    proxies: tuple[str, ...] = ()


def serve(serving: Serving, on_start: Callable[[str], None]) -> None:
    """Serve a desk until it is stopped.

    Parameters
    ----------
    on_start
        Called with the address of the page once the server answers.

    Raises
    ------
    InputError
        If it must not be served like this, or what it is to show cannot be read.
    OutputError
        If the folder cannot be written, another server has it, or the port is taken.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise InputError("the desk needs its extra: {command}", command=how_to_install("desk")) from error
    from nhsa_nlp.desk.related import Archive
    from nhsa_nlp.desk.web.application import application
    from nhsa_nlp.desk.web.connections import Connection
    from nhsa_nlp.desk.web.office import Office

    if not serving.accounts and not _is_own(serving.address):
        raise InputError(
            "{address} can be reached from other machines: that needs accounts; add --users",
            address=serving.address,
        )
    if serving.inbox is not None and not serving.inbox.is_dir():
        raise InputError("is not a folder; create it, or name another --inbox", serving.inbox)
    archive = None if serving.archive is None else Archive(serving.archive)
    with _listening(serving) as listener, Store(serving.folder) as store:
        store.serve_alone()
        if serving.accounts and not users(store.reading()):
            raise InputError("nobody has an account yet; add one: nhsa-nlp desk add-user NAME --role admin")
        prepare_bundle(store, serving.bundle)
        intake = Intake(store, serving.workers)
        inbox = None if serving.inbox is None else Inbox(store, intake, serving.inbox)
        office = Office(store, intake, archive, inbox, serving.accounts, serving.secure)
        port = listener.getsockname()[1]
        names = {*_NAMES_OF_THIS_MACHINE, serving.address.lower(), *(name.lower() for name in serving.names)}
        prefix = f"/{serving.prefix.strip('/')}" if serving.prefix.strip("/") else ""
        # A request that is broken is answered, and no matter of the terminal.
        logging.getLogger("python_multipart").setLevel(logging.ERROR)
        config = uvicorn.Config(
            application(office, names),
            root_path=prefix,
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=bool(serving.proxies),
            forwarded_allow_ips=list(serving.proxies),
            timeout_graceful_shutdown=5,
            http=Connection,
            h11_max_incomplete_event_size=65_536,
            lifespan="off",
        )
        shown = f"[{serving.address}]" if ":" in serving.address else serving.address
        address = f"http://{shown}:{port}{prefix}/"

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                on_start(address)

        server = Server(config)
        intake.start()
        if inbox is not None:
            inbox.start()
        try:
            server.run(sockets=[listener])
        finally:
            if inbox is not None:
                inbox.close()
            intake.close()


def _is_own(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def _listening(serving: Serving) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in serving.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((serving.address, serving.port))
        except OSError as error:
            raise OutputError(
                "{address}:{port} cannot be used: {problem}; choose another --port",
                address=serving.address,
                port=serving.port,
                problem=error.strerror,
            ) from error
        yield listener

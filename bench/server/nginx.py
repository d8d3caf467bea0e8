"""nginx with one worker and one small page, loaded by wrk."""

from __future__ import annotations

import signal

from bench.server.spec import Place, Program, Question, Server, Words, nothing, tcp

CLIENTS, PAGE_BYTES, DURATION_S = 4, 1024, 3600
"""wrk wants an end: it is stopped long before."""
SETTINGS = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder};
        location = /count {{ stub_status; }}
        location = / {{ try_files /page.html =404; }}
    }}
}}
"""


def files(place: Place) -> dict[str, str]:
    """Return its settings and its page."""
    settings = SETTINGS.format(folder=place.folder, port=place.port)
    return {"nginx.conf": settings, "page.html": "x" * PAGE_BYTES}


def start(place: Place) -> Words:
    """Return its command line; nothing of the distribution's own settings is read."""
    folder = str(place.folder)
    return (place.found["nginx"], "-p", folder, "-c", f"{folder}/nginx.conf", "-e", "stderr")


def load(place: Place) -> Words:
    """Return the load, by connections that stay open."""
    return (place.found["wrk"], "-t", "1", "-c", str(CLIENTS), "-d", str(DURATION_S), f"http://{tcp(place)}/")


SERVER = Server(
    name="nginx",
    programs=(
        Program(("nginx",), {"apt-get": "nginx", "dnf": "nginx"}, ("usr/sbin",), units=("nginx.service",)),
        Program(("wrk",), {"apt-get": "wrk", "dnf": "wrk"}),
    ),
    version="-v",
    stop=signal.SIGTERM,
    files=files,
    prepare=nothing,
    start=start,
    fill=nothing,
    load=load,
    address=tcp,
    question=Question(b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1.1 200"),
)

"""Serves the Keystone of this virtual environment on 127.0.0.1: serve.py FOLDER PORT.

The folder holds keystone.conf. Ends with its standard input, and so with whoever started it.
"""

import os
import sys
import threading

folder, port = sys.argv[1], int(sys.argv[2])
# oslo.config parses the command line of the process; with both options it looks at no other file of the machine.
sys.argv = ["keystone", "--config-file", f"{folder}/keystone.conf", "--config-dir", f"{folder}/conf.d"]

import waitress
from keystone.server.wsgi import initialize_public_application
from oslo_context import context

application = initialize_public_application()


def with_fresh_context(environ, start_response):
    # A thread keeps what it has read for a request; without this, for the next one too.
    context.RequestContext(overwrite=True)
    return application(environ, start_response)


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
# One thread: Keystone keeps the token of the request it serves in one object that all threads share.
waitress.serve(with_fresh_context, host="127.0.0.1", port=port, threads=1, _quiet=True)

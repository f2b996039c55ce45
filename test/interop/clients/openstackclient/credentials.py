"""Runs the unmodified `openstack cce cluster list` once for each environment that comes as JSON on standard input.

Each runs in a fork of this process, which has imported everything but the folders that the configuration is looked for
in. Prints, for each, the exit code and the last line of what the command said.
"""
import importlib
import json
import os
import sys
import tempfile
import warnings

import openstack.config.loader
import openstackclient.shell
import osc_lib.cli.client_config
import otcextensions.osclient.cce.client  # noqa: F401
import otcextensions.sdk.cce.v3.cluster  # noqa: F401


def run(case):
    os.environ.clear()
    os.environ.update(case['environment'])
    os.chdir(case['folder'])
    warnings.simplefilter('ignore')
    importlib.reload(openstack.config.loader)
    importlib.reload(osc_lib.cli.client_config)
    return openstackclient.shell.main(['cce', 'cluster', 'list', '--format', 'json'])


def fork(case):
    with tempfile.TemporaryFile('w+') as output:
        child = os.fork()
        if child == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            code = 1
            try:
                code = run(case) or 0
            except BaseException as error:  # noqa: BLE001
                print(error)
            finally:
                sys.stdout.flush()
                os._exit(code if isinstance(code, int) else 1)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        lines = output.read().strip().splitlines()
    return {'code': os.waitstatus_to_exitcode(status), 'said': lines[-1] if lines else ''}


for line in sys.stdin:
    print(json.dumps(fork(json.loads(line))), flush=True)

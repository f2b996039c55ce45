"""Fetches a cluster's kubeconfig with the unmodified `openstack cce cluster certificate show` (GET, token).

CLUSTER_ID may be the cluster's name too. The command reads OS_* itself. It shows the first cluster, user and context,
without the cluster's name, so that the kubeconfig made of it names its cluster as its context.
"""
import json
import os
import subprocess
import sys

shown = subprocess.run(
    ['venv/bin/openstack', 'cce', 'cluster', 'certificate', 'show', os.environ['CLUSTER_ID'], '--format', 'json'],
    capture_output=True,
    text=True,
    check=False,
)
if shown.returncode != 0:
    print(json.dumps({'code': None, 'message': shown.stderr.strip()}))  # it shows no code
    sys.exit(3)

columns = json.loads(shown.stdout)
name, user = columns['name'], columns['user']
cluster = {'server': columns['cluster'], 'certificate-authority-data': columns['ca']}
keys = {'client-certificate-data': columns['client_certificate'], 'client-key-data': columns['client_key']}
print(json.dumps({
    'kind': 'Config',
    'apiVersion': 'v1',
    'preferences': {},
    'clusters': [{'name': name, 'cluster': cluster}],
    'users': [{'name': user, 'user': keys}],
    'contexts': [{'name': name, 'context': {'cluster': name, 'user': user}}],
    'current-context': name,
}))

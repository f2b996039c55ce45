"""Fetches a cluster's kubeconfig with the unmodified `openstack cce cluster certificate show` (GET, token).

CLUSTER_ID may be the cluster's name too. The command reads OS_* itself. It shows the first cluster, user and context,
without the cluster's name, so that the kubeconfig made of it names its cluster as its context.
"""
import json
import os
import subprocess
import sys



def openstack(*words):
    command = ['venv/bin/openstack', 'cce', 'cluster', *words, '--format', 'json']
    return subprocess.run(command, capture_output=True, text=True, check=False)


shown = openstack('certificate', 'show', os.environ['CLUSTER_ID'])
if shown.returncode != 0:
    print(json.dumps({'code': None, 'message': shown.stderr.strip()}))  # it shows no code
    sys.exit(3)

# The look-ups are read by commands of their own, which dereference more.
for words in [('list',), ('show', os.environ['CLUSTER_ID'])]:
    looked_up = openstack(*words)
    if looked_up.returncode != 0:
        sys.exit(f'openstack cce cluster {words[0]}: {looked_up.stderr.strip()}')

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

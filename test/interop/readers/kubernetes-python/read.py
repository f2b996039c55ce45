"""Prints what the Kubernetes client for Python makes of the files of KUBECONFIG, as JSON, and writes them anew with PyYAML
where WRITE_TO names a file."""
import json
import os

import yaml
from kubernetes import client, config

contexts, current = config.list_kube_config_contexts()
calls = {}
for context in contexts:
    name = context['name']
    try:
        api = client.VersionApi(config.new_client_from_config(context=name))
        calls[name] = api.get_code().git_version
    except Exception as error:  # noqa: BLE001
        calls[name] = str(error).splitlines()[0]
if os.environ.get('WRITE_TO'):
    with open(os.environ['KUBECONFIG']) as source:
        content = yaml.safe_load(source)
    with open(os.environ['WRITE_TO'], 'w') as target:
        yaml.safe_dump(content, target)
print(json.dumps({'current': current['name'], 'calls': calls}))

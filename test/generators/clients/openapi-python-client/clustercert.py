"""Prints the kubeconfig that the generated client gets."""

import json
import os

from cce_client import AuthenticatedClient
from cce_client.api.cluster_certificates import get_cluster_cert
from cce_client.models import Kubeconfig

client = AuthenticatedClient(
    base_url=os.environ["ENDPOINT"],
    token=os.environ["TOKEN"],
    auth_header_name="X-Auth-Token",
    prefix="",
    raise_on_unexpected_status=True,
)
answer = get_cluster_cert.sync(os.environ["PROJECT_ID"], os.environ["CLUSTER_ID"], client=client)
assert isinstance(answer, Kubeconfig), answer
print(json.dumps(answer.to_dict()))

"""Fetches a cluster's kubeconfig with the unmodified Huawei Cloud SDK for Python (POST, AK/SK)."""
import json
import os
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.utils.http_utils import sanitize_for_serialization
from huaweicloudsdkcce.v3 import CceClient, ClusterCertDuration, CreateKubernetesClusterCertRequest

environment = os.environ
client = (
    CceClient.new_builder()
    .with_credentials(BasicCredentials(environment['ACCESS_KEY'], environment['SECRET_KEY'], environment['PROJECT_ID']))
    .with_endpoint(environment['ENDPOINT'])
    .build()
)
request = CreateKubernetesClusterCertRequest(
    cluster_id=environment['CLUSTER_ID'],
    body=ClusterCertDuration(duration=int(environment.get('DURATION', '30'))),
)
try:
    answer = client.create_kubernetes_cluster_cert(request)
except ServiceResponseException as error:
    print(json.dumps({'code': error.error_code, 'message': error.error_msg}))
    sys.exit(3)
kubeconfig = sanitize_for_serialization(answer)
kubeconfig.pop('Port-ID', None)
print(json.dumps(kubeconfig))

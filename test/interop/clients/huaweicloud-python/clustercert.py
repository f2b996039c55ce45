"""Fetches a cluster's kubeconfig with the unmodified Huawei Cloud SDK for Python (POST, AK/SK).

With REVOKE_USER, revokes the certificates of that user instead.
"""
import json
import os
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.utils.http_utils import sanitize_for_serialization
from huaweicloudsdkcce.v3 import (
    CceClient,
    CertRevokeConfigRequestBody,
    ClusterCertDuration,
    CreateKubernetesClusterCertRequest,
    RevokeKubernetesClusterCertRequest,
)

environment = os.environ
client = (
    CceClient.new_builder()
    .with_credentials(BasicCredentials(environment['ACCESS_KEY'], environment['SECRET_KEY'], environment['PROJECT_ID']))
    .with_endpoint(environment['ENDPOINT'])
    .build()
)
cluster_id = environment['CLUSTER_ID']
revoke_user = environment.get('REVOKE_USER')
try:
    if revoke_user:
        body = CertRevokeConfigRequestBody(user_id=revoke_user)
        client.revoke_kubernetes_cluster_cert(RevokeKubernetesClusterCertRequest(cluster_id=cluster_id, body=body))
        sys.exit()
    body = ClusterCertDuration(duration=int(environment.get('DURATION', '30')))
    answer = client.create_kubernetes_cluster_cert(CreateKubernetesClusterCertRequest(cluster_id=cluster_id, body=body))
except ServiceResponseException as error:
    print(json.dumps({'code': error.error_code, 'message': error.error_msg}))
    sys.exit(3)
kubeconfig = sanitize_for_serialization(answer)
kubeconfig.pop('Port-ID', None)
print(json.dumps(kubeconfig))

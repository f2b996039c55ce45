// Fetches a cluster's kubeconfig with the unmodified Huawei Cloud SDK for Node.js (POST, AK/SK).
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core';
import * as cce from '@huaweicloud/huaweicloud-sdk-cce/v3/public-api.js';
import log4js from 'log4js';

// The SDK logs refusals, with all headers, to standard output, which is for the result only.
log4js.configure({
  appenders: { error: { type: 'stderr' } },
  categories: { default: { appenders: ['error'], level: 'fatal' } },
});

const { ENDPOINT, PROJECT_ID, CLUSTER_ID, ACCESS_KEY, SECRET_KEY } = process.env;
const client = cce.CceClient.newBuilder()
  .withCredential(new BasicCredentials().withAk(ACCESS_KEY).withSk(SECRET_KEY).withProjectId(PROJECT_ID))
  .withEndpoint(ENDPOINT)
  .build();
const request = new cce.CreateKubernetesClusterCertRequest(CLUSTER_ID).withBody(
  new cce.CertDuration(Number(process.env.DURATION ?? 30)),
);
try {
  const { httpStatusCode, ...kubeconfig } = await client.createKubernetesClusterCert(request);
  console.log(JSON.stringify(kubeconfig));
} catch (error) {
  console.log(JSON.stringify({ code: error.errorCode, message: error.errorMsg ?? error.message }));
  process.exitCode = 3;
}

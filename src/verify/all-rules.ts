// All rules of a kubeconfig and its certificates together, for responses that no other check looks at.
import { judgeChain } from './certificate-chain.js';
import * as certificates from './certificate-rules.js';
import { judgeStrength } from './certificate-strength.js';
import type { Fault } from './finding.js';
import type { GoodAnswer } from './good-answers.js';
import * as kubectl from './kubectl-rules.js';
import { judgeTypes } from './kubectl-types.js';
import * as kubeconfigs from './kubeconfig-rules.js';
import { judgeServers } from './server-rules.js';

/** The errors of one response; warnings are left to the checks on the first responses. */
export function judgeAll({ kubeconfig, credential }: Pick<GoodAnswer, 'kubeconfig' | 'credential'>): Fault[] {
  const faults = [
    ...kubeconfigs.judgePreferences(kubeconfig),
    ...kubeconfigs.judgeCurrentContext(kubeconfig),
    ...kubeconfigs.judgeNames(kubeconfig),
    ...kubeconfigs.judgeUniqueness(kubeconfig),
    ...judgeServers(kubeconfig),
    ...kubeconfigs.judgeTrust(kubeconfig),
    ...kubeconfigs.judgeReferences(kubeconfig),
    ...kubectl.judgeExtraFields(kubeconfig),
    ...judgeTypes(kubeconfig),
    ...credential.faults,
    ...certificates.judgeKey(credential),
    ...judgeChain(credential),
    ...certificates.judgeValidity(credential),
    ...certificates.judgePurpose(credential),
    ...judgeStrength(credential),
    ...certificates.judgeSerial(credential),
    ...certificates.judgeVersion(credential),
  ];
  return faults.filter(({ severity }) => severity !== 'warning');
}

/** What must be the same in two responses for one caller and one cluster. */
export function judgeSame(one: GoodAnswer, other: GoodAnswer): Fault[] {
  const [user, otherUser] = [one, other].map(userOf);
  const faults = kubectl.judgeSameCluster(one.kubeconfig, other.kubeconfig);
  if (user === undefined || otherUser === undefined || user === otherUser) return faults;
  return [
    ...faults,
    {
      where: 'users[0].user.client-certificate-data',
      expected: `a certificate of ${JSON.stringify(user)}, as in another answer`,
      received: `one of ${JSON.stringify(otherUser)}`,
      source: 'Kubernetes: x509 client certificates; Table 7, client-certificate-data',
    },
  ];
}

function userOf({
  credential: {
    certificates: [client],
  },
}: GoodAnswer): string | undefined {
  return client && certificates.commonNameOf(client);
}

// Checks on the kubeconfig itself: Tables 3 to 9.
import { check } from '../check.js';
import { type Fault, type Finding, NotChecked, found } from '../finding.js';
import {
  type Part,
  duration30,
  eip,
  goodAnswers,
  judgeEach,
  open,
  repeats,
  signed,
  withCharset,
} from '../good-answers.js';
import * as kubectl from '../kubectl-rules.js';
import * as kubectlTypes from '../kubectl-types.js';
import * as rules from '../kubeconfig-rules.js';
import { isLoopback, judgeReach, judgeServers } from '../server-rules.js';
import type { Ask, Session } from '../session.js';
import { hostOf } from '../../url.js';

const each = (
  id: string,
  name: string,
  source: string,
  rule: (config: rules.LooseKubeconfig) => Fault[],
  part?: Part,
) => check({ id, name, source, judge: (session) => judgeEach(session, ({ kubeconfig }) => rule(kubeconfig), part) });

const clusters: Part = { name: 'clusters', isIn: ({ kubeconfig }) => (kubeconfig.clusters ?? []).length > 0 };
const servers: Part = {
  name: 'a server',
  isIn: ({ kubeconfig }) => (kubeconfig.clusters ?? []).some(({ cluster }) => typeof cluster?.['server'] === 'string'),
};
const contextInUse: Part = {
  name: 'the context that it says is in use',
  isIn: ({ kubeconfig }) => (kubeconfig.contexts ?? []).some(({ name }) => name === kubeconfig['current-context']),
};

const othersThan = ({ target: { clusterId, eipClusterId, otherClusterId } }: Session) =>
  [eipClusterId, otherClusterId].filter((id) => id !== undefined && id !== clusterId) as string[];

/** Undefined where fewer than two of the answers are kubeconfigs. */
async function differences(session: Session, asks: readonly Ask[]): Promise<Finding[] | undefined> {
  const answers = await Promise.all(asks.map((ask) => session.send(ask)));
  const [first, ...others] = answers.flatMap((answer) => open(session, answer) ?? []);
  if (!first || others.length === 0) return undefined;
  return others.flatMap((other) =>
    session.findingsOf(other, found(other.label, kubectl.judgeSameCluster(first.kubeconfig, other.kubeconfig))),
  );
}

export const kubeconfigCases = [
  each('preferences', 'preferences are empty', 'Table 3, preferences', rules.judgePreferences),
  each(
    'current-context',
    'the context in use is external with a public address, else internal',
    'Table 3, current-context',
    rules.judgeCurrentContext,
    contextInUse,
  ),
  each(
    'entry-names',
    'clusters and contexts have the documented names, the internal one first',
    'Table 4, name; Table 8, name',
    rules.judgeNames,
  ),
  each('unique-names', 'names are unique', 'Table 4, name; Table 6, name; Table 8, name', rules.judgeUniqueness),
  check({
    id: 'server-urls',
    name: 'servers are https URLs',
    source: 'Table 5, server',
    judge: (session) => {
      // A provider on the same machine may hand out servers of that machine.
      const isLocal = isLoopback(hostOf(session.target.endpoint));
      const rule = (config: rules.LooseKubeconfig) => [...judgeServers(config), ...(isLocal ? [] : judgeReach(config))];
      return judgeEach(session, ({ kubeconfig }) => rule(kubeconfig), servers);
    },
  }),
  each(
    'server-trust',
    'a server is trusted by a CA or not verified, never both',
    'Table 5, certificate-authority-data',
    rules.judgeTrust,
    clusters,
  ),
  each(
    'references',
    'contexts refer to clusters and users that exist',
    'Table 9, cluster; Table 9, user',
    rules.judgeReferences,
  ),
  each(
    'kubectl-runs-nothing',
    'the kubeconfig makes kubectl run no program and read no file',
    'Table 7; client-go: exec, auth-provider, tokenFile and the like',
    kubectl.judgeExtraFields,
  ),
  each(
    'kubectl-reads-fields',
    'the fields that kubectl knows have the types that it reads',
    'Table 3; client-go, clientcmd/api/v1: Config',
    kubectlTypes.judgeTypes,
  ),
  check({
    id: 'kubectl-reads-text',
    name: 'kubectl reads the answer as it comes',
    source: 'Table 3; client-go reads kubeconfigs as YAML',
    judge: async (session) =>
      (await goodAnswers(session)).flatMap((answer) =>
        session.findingsOf(answer, found(answer.label, kubectl.judgeEscapes(answer.body))),
      ),
  }),
  check({
    id: 'same-cluster-same-answer',
    name: 'a cluster has the same servers and CA in every answer',
    source: 'Table 5, server; Table 5, certificate-authority-data',
    judge: async (session) => {
      const { otherToken } = session.target;
      const own: Ask[] = [
        ...[...repeats, withCharset, duration30, ...signed(session)],
        ...(otherToken === undefined ? [] : [{ token: otherToken, label: 'by the other user' }]),
      ];
      const [same, ...rest] = await Promise.all([
        differences(session, own),
        ...othersThan(session).map((clusterId) =>
          differences(session, [{ clusterId }, { ...duration30, clusterId, label: `for 30 days, of ${clusterId}` }]),
        ),
      ]);
      if (!same) throw new NotChecked('fewer than two kubeconfigs of the cluster came');
      return [same, ...rest].flatMap((findings) => findings ?? []);
    },
  }),
  check({
    id: 'eip-entries',
    name: 'a cluster with a public address has the external entries',
    source: 'Table 4, name; Table 8, name',
    needs: ['eipClusterId'],
    judge: async (session) => {
      const answers = await Promise.all(eip(session).map((ask) => session.send(ask)));
      const opened = answers.flatMap((answer) => open(session, answer) ?? []);
      // The checks on statuses and the schema report their absence.
      if (opened.length === 0) throw new NotChecked('no request for that cluster was answered with a kubeconfig');
      return opened.flatMap((answer) =>
        session.findingsOf(answer, found(answer.label, rules.judgePublicAddress(answer.kubeconfig))),
      );
    },
  }),
];

// Cases on the kubeconfig itself: Tables 3 to 9.
import { contractCase } from '../contract-case.js';
import { NotChecked, found } from '../finding.js';
import { type Part, eip, judgeEach, open } from '../good-answers.js';
import * as rules from '../kubeconfig-rules.js';

const each = (
  name: string,
  source: string,
  rule: (config: rules.LooseKubeconfig) => ReturnType<typeof rules.judgeServers>,
  part?: Part,
) => contractCase({ name, source, judge: (session) => judgeEach(session, ({ kubeconfig }) => rule(kubeconfig), part) });

const clusters: Part = { name: 'clusters', isIn: ({ kubeconfig }) => (kubeconfig.clusters ?? []).length > 0 };
const servers: Part = {
  name: 'a server',
  isIn: ({ kubeconfig }) => (kubeconfig.clusters ?? []).some(({ cluster }) => typeof cluster?.['server'] === 'string'),
};
const contextInUse: Part = {
  name: 'the context that it says is in use',
  isIn: ({ kubeconfig }) => (kubeconfig.contexts ?? []).some(({ name }) => name === kubeconfig['current-context']),
};

export const kubeconfigCases = [
  each('preferences are empty', 'Table 3, preferences', rules.judgePreferences),
  each(
    'the context in use is external with a public address, else internal',
    'Table 3, current-context',
    rules.judgeCurrentContext,
    contextInUse,
  ),
  each(
    'clusters and contexts have the documented names, the internal one first',
    'Table 4, name; Table 8, name',
    rules.judgeNames,
  ),
  each('names are unique', 'Table 4, name; Table 6, name; Table 8, name', rules.judgeUniqueness),
  each('servers are https URLs', 'Table 5, server', rules.judgeServers, servers),
  each(
    'a server is trusted by a CA or not verified, never both',
    'Table 5, certificate-authority-data',
    rules.judgeTrust,
    clusters,
  ),
  each('contexts refer to clusters and users that are there', 'Table 9, cluster; Table 9, user', rules.judgeReferences),
  contractCase({
    name: 'a cluster with a public address has the external entries',
    source: 'Table 4, name; Table 8, name',
    needs: ['eipClusterId'],
    judge: async (session) => {
      const answers = await Promise.all(eip(session).map((ask) => session.send(ask)));
      const opened = answers.flatMap((answer) => open(session, answer) ?? []);
      // That they should have been is for the cases on statuses and the schema to say.
      if (opened.length === 0) throw new NotChecked('no request for that cluster was answered with a kubeconfig');
      return opened.flatMap(({ label, kubeconfig }) => found(label, rules.judgePublicAddress(kubeconfig)));
    },
  }),
];

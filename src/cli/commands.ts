// All commands of the program, in the groups of the main help.
import type { Command } from './command.js';

type Load = () => Promise<Command>;

/** Each loads its own file, so that a command loads only code that it uses. */
export const groups: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
  Provider: {
    serve: async () => (await import('./serve.js')).serve,
  },
  'Clusters and callers': {
    'cluster add': async () => (await import('./cluster.js')).clusterAdd,
    'cluster list': async () => (await import('./cluster.js')).clusterList,
    'cluster show': async () => (await import('./cluster.js')).clusterShow,
    'cluster set': async () => (await import('./cluster.js')).clusterSet,
    'cluster remove': async () => (await import('./cluster.js')).clusterRemove,
    'cluster revocation': async () => (await import('./revocation.js')).clusterRevocation,
    'cluster client-ca new': async () => (await import('./client-ca.js')).clientCaNew,
    'cluster client-ca use': async () => (await import('./client-ca.js')).clientCaUse,
    'token add': async () => (await import('./token.js')).tokenAdd,
    'token list': async () => (await import('./token.js')).tokenList,
    'token revoke': async () => (await import('./token.js')).tokenRevoke,
    'access-key add': async () => (await import('./access-key.js')).accessKeyAdd,
    'access-key list': async () => (await import('./access-key.js')).accessKeyList,
    'access-key revoke': async () => (await import('./access-key.js')).accessKeyRevoke,
  },
  Revocation: {
    revoke: async () => (await import('./revocation.js')).revoke,
    revocations: async () => (await import('./revocation.js')).revocations,
    'authorization-config': async () => (await import('./authorization-config.js')).authorizationConfig,
  },
  Databases: {
    'data key': async () => (await import('./data.js')).dataKey,
    'data rekey': async () => (await import('./data.js')).dataRekey,
    'data copy': async () => (await import('./data.js')).dataCopy,
  },
  Kubeconfigs: {
    get: async () => (await import('./get.js')).get,
    credential: async () => (await import('./credential.js')).credential,
    inspect: async () => (await import('./inspect.js')).inspect,
  },
  Testing: {
    verify: async () => (await import('./verify.js')).verify,
  },
  Shell: {
    completion: async () => (await import('./completion.js')).completion,
  },
};

/** The commands by name. */
export const commands: Readonly<Record<string, Load>> = Object.assign({}, ...Object.values(groups)) as Record<
  string,
  Load
>;

/** The commands of a word that is a group of them, such as `cluster`. */
export function commandsOf(word: string): string[] {
  return Object.keys(commands).filter((name) => name.startsWith(`${word} `));
}

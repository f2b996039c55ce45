// The servers of a kubeconfig: https URLs that kubectl reads, of hosts that there can be.
import { BlockList, isIP } from 'node:net';
import { type Fault, show } from './finding.js';
import { serverAddress } from './go-url.js';
import type { LooseKubeconfig } from './kubeconfig-rules.js';
import { urlOf } from '../url.js';

/** The servers are https URLs that a client can connect to, each in its entry. */
export function judgeServers(config: LooseKubeconfig): Fault[] {
  const problems = (config.clusters ?? []).flatMap(({ cluster = {} }, i): Fault[] => {
    const { server } = cluster;
    if (typeof server !== 'string') return [];
    const problem = problemOfServer(server);
    return problem === undefined
      ? []
      : [
          {
            where: `clusters[${i}].cluster.server`,
            expected: 'an https URL of an API server: https://HOST:PORT',
            received: `${show(server)} (${problem})`,
            source: 'Table 5, server',
          },
        ];
  });
  return [...problems, ...judgeExchange(config)];
}

/** The external entry has the public address, if any has. */
function judgeExchange({ clusters = [] }: LooseKubeconfig): Fault[] {
  const serverOf = (wanted: string) => clusters.find(({ name }) => name === wanted)?.cluster?.['server'];
  const external = serverOf('externalCluster');
  if (kindOfHost(external) !== 'private' || kindOfHost(serverOf('internalCluster')) !== 'public') return [];
  return [
    {
      where: 'externalCluster.server',
      expected: 'the public address, and the private one in internalCluster',
      received: `the private one, ${show(external)}`,
      source: 'Table 5, server; Table 4, name',
    },
  ];
}

/** The networks of RFC 1918, 4193 and 6598; undefined for names. */
const privateNetworks = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  privateNetworks.addSubnet(network, bits);
privateNetworks.addSubnet('fc00::', 7, 'ipv6');

function kindOfHost(server: unknown): 'private' | 'public' | undefined {
  const host = urlOf(String(server))?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const version = isIP(host);
  if (version === 0) return undefined;
  return privateNetworks.check(host, version === 4 ? 'ipv4' : 'ipv6') ? 'private' : 'public';
}

/** What languages write for a value that is missing. */
const unfilled = /^(null|undefined|none|nil|nan|true|false|no%20value|%3c.*|.*(\$|%7b|\{).*|your-.*|<.*|x(\.x)+)$/i;

function problemOfServer(server: string): string | undefined {
  if (/[\s\u0000-\u0020\u007f]/.test(server)) return 'white space';
  if (server.includes('\\')) return 'a backslash';
  const address = serverAddress(server);
  if ('problem' in address) return `it ${address.problem}`;
  if (!address.isSecure || !/^https:\/\/[^/]/i.test(server)) return 'not https';
  // Go accepts a zone, the URL Standard does not.
  const standard = server.replace(/^(https:\/\/\[[^\]]*?)%25[^\]]*\]/i, '$1]');
  const url = urlOf(standard);
  if (!url) return 'no URL';
  if (/^https:\/\/[^/?#]*:(?:[/?#]|$)/i.test(server)) return 'no port after the colon';
  if (url.username !== '' || url.password !== '') return 'a user or password in it';
  if (server.includes('?') || server.includes('#')) return 'a query or fragment';
  if (/^(0\.0\.0\.0|\[::\])$/.test(url.hostname)) return 'the unspecified address';
  if (/^(2(2[4-9]|3\d)\.|255\.255\.255\.255$|\[ff)/.test(url.hostname)) return 'a multicast or broadcast address';
  const [, written = ''] = /^https:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(server) ?? [];
  if (isIP(url.hostname) === 4 && written !== url.hostname) return `an IP address that is written as ${show(written)}`;
  const labels = written.replace(/\.$/, '').split('.');
  if (!written.startsWith('[') && labels.some((label) => label === '' || label.length > 63))
    return 'a host name with an empty label, or one of more than 63 characters';
  if (unfilled.test(url.hostname)) return 'a template that was not filled in';
  if (written.includes('*')) return 'a host name with an asterisk, which is no host';
  if (url.port === '0') return 'port 0';
  return url.pathname.includes('/clustercert') ? 'the address of this API' : undefined;
}

// The servers of a kubeconfig: https URLs that kubectl reads, of hosts that there can be.
import { BlockList, isIP } from 'node:net';
import { type Fault, show } from './finding.js';
import { serverAddress } from './go-url.js';
import type { LooseKubeconfig } from './kubeconfig-rules.js';
import { hostOf, urlOf } from '../url.js';

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
  return [...problems, ...judgeExternal(config), ...judgeSameAddress(config)];
}

const externalNames = ['externalCluster', 'externalClusterTLSVerify'];

/** The external entries have the public address, which is another one than the private one. */
function judgeExternal({ clusters = [] }: LooseKubeconfig): Fault[] {
  const internal = serverIn(clusters, 'internalCluster');
  return externalNames.flatMap((name): Fault[] => {
    const server = serverIn(clusters, name);
    if (kindOfHost(server) !== 'private') return [];
    const fault = { where: `${name}.server`, received: `the private one, ${show(server)}`, source };
    if (kindOfHost(internal) === 'public')
      return [{ ...fault, expected: 'the public address, and the private one in internalCluster' }];
    const received = `the private one of internalCluster, ${show(server)}`;
    if (server === internal) return [{ ...fault, received, expected: 'the public address (EIP)' }];
    const isOther = hostOf(String(server)) !== hostOf(String(internal));
    const expected = 'the public address (EIP), which clients elsewhere can connect to';
    return [{ ...fault, ...(!isOther && { received }), expected, severity: 'warning' }];
  });
}

/** Both external entries have one address; a name for one of them is what its certificate is checked against. */
function judgeSameAddress({ clusters = [] }: LooseKubeconfig): Fault[] {
  const [plain, verified] = externalNames.map((wanted) => serverIn(clusters, wanted));
  const [host = '', other = ''] = [plain, verified].map((server) => hostOf(String(server)));
  if (host === other || isIP(host) === 0 || isIP(host) !== isIP(other)) return [];
  const expected = `the public address of externalCluster, ${show(plain)}`;
  return [{ where: 'externalClusterTLSVerify.server', expected, received: show(verified), source }];
}

const serverIn = (clusters: NonNullable<LooseKubeconfig['clusters']>, wanted: string) =>
  clusters.find(({ name }) => name === wanted)?.cluster?.['server'];

/** Servers of this machine, or of this link, are none for a client elsewhere. */
export function judgeReach({ clusters = [] }: LooseKubeconfig): Fault[] {
  return clusters.flatMap(({ cluster = {} }, i): Fault[] => {
    const host = hostOf(String(cluster['server']));
    const isLink = isIn(linkLocal, host);
    if (!isLoopback(host) && !isLink) return [];
    const kind = isLink ? 'a link-local address' : 'the address of the machine that kubectl runs on';
    const received = `${show(cluster['server'])} (${kind})`;
    const expected = 'a server that clients on other machines can connect to';
    const where = `clusters[${i}].cluster.server`;
    return [{ where, expected, received, source: 'Table 5, server', ...(isLink && { severity: 'warning' }) }];
  });
}

const source = 'Table 5, server; Table 4, name';

const listOf = (...networks: (readonly [network: string, bits: number])[]) => {
  const list = new BlockList();
  for (const [network, bits] of networks) list.addSubnet(network, bits, network.includes(':') ? 'ipv6' : 'ipv4');
  return list;
};

/** The networks of RFC 1918, 4193 and 6598. */
const privateNetworks = listOf(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
);
/** RFC 3927 and RFC 4291, section 2.5.6. */
const linkLocal = listOf(['169.254.0.0', 16], ['fe80::', 10]);
const loopback = listOf(['127.0.0.0', 8], ['::1', 128]);

const isIn = (networks: BlockList, host: string) =>
  isIP(host) !== 0 && networks.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');

/** Of an IP address or a name (RFC 6761, section 6.3). */
export const isLoopback = (host: string) => isIn(loopback, host) || /^(.*\.)?localhost\.?$/i.test(host);

/** Undefined for names. */
function kindOfHost(server: unknown): 'private' | 'public' | undefined {
  const host = hostOf(String(server));
  if (isIP(host) === 0) return undefined;
  return isIn(privateNetworks, host) ? 'private' : 'public';
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

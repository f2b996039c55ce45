// The servers of a kubeconfig: https URLs that kubectl reads, of hosts that there can be.
import { isIP } from 'node:net';
import { type Fault, show } from './finding.js';
import { serverAddress } from './go-url.js';
import type { LooseKubeconfig } from './kubeconfig-rules.js';
import { urlOf } from '../url.js';

/** The server is an https URL that a client can connect to. */
export function judgeServers(config: LooseKubeconfig): Fault[] {
  return (config.clusters ?? []).flatMap(({ cluster = {} }, i) => {
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

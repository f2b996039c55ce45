// Uses a kubeconfig as kubectl does: a TLS connection to each of its servers, with its certificate and its CA.
import { request } from 'node:https';
import { firstLine, systemErrorCode } from '../errors.js';
import type { Fault } from './finding.js';
import type { GoodAnswer } from './good-answers.js';
import { urlOf } from '../url.js';

const patienceMs = 5000;
const unreachable = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNRESET',
];

/** The number of servers with a verdict, and their faults. A private address may be out of reach. */
export async function tryServers({ kubeconfig }: GoodAnswer): Promise<{ faults: Fault[]; tried: number }> {
  const user = kubeconfig.users?.[0]?.user ?? {};
  const pem = (value: unknown) => (typeof value === 'string' ? Buffer.from(value, 'base64').toString() : undefined);
  const [cert, key] = [pem(user['client-certificate-data']), pem(user['client-key-data'])];
  const results = await Promise.all(
    (kubeconfig.clusters ?? []).map(async ({ cluster = {} }, i) => {
      const { server } = cluster;
      if (typeof server !== 'string' || !urlOf(server) || cert === undefined || key === undefined) return undefined;
      const ca = pem(cluster['certificate-authority-data']);
      const insecure = cluster['insecure-skip-tls-verify'] === true;
      const outcome = await getVersion(server, { cert, key, ...(ca !== undefined && { ca }), insecure });
      return outcome && { i, server, outcome };
    }),
  );
  const tried = results.filter((one) => one !== undefined);
  return { tried: tried.length, faults: tried.flatMap(faultOf) };
}

interface Outcome {
  status?: number;
  problem?: string;
}

function faultOf({ i, server, outcome }: { i: number; server: string; outcome: Outcome }): Fault[] {
  const fault = { where: `clusters[${i}].cluster.server`, source: 'Kubernetes: x509 client certificates' };
  if (outcome.problem !== undefined)
    return [
      {
        ...fault,
        expected: 'a TLS connection with this certificate and CA',
        received: `${server}: ${outcome.problem}`,
      },
    ];
  if (outcome.status !== 401) return [];
  return [{ ...fault, expected: 'the user of the certificate to be known', received: `${server} answers 401` }];
}

interface Tls {
  cert: string;
  key: string;
  ca?: string;
  insecure: boolean;
}

/** Undefined where there was no connection at all. */
function getVersion(server: string, { insecure, ...tls }: Tls): Promise<Outcome | undefined> {
  return new Promise((resolve) => {
    try {
      const url = `${server.replace(/\/$/, '')}/version`;
      const outgoing = request(url, { ...tls, rejectUnauthorized: !insecure, timeout: patienceMs, agent: false });
      let connected = false;
      outgoing.on('socket', (socket) => socket.on('connect', () => (connected = true)));
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('response', (incoming) => {
        incoming.resume();
        resolve({ status: incoming.statusCode ?? 0 });
        outgoing.destroy();
      });
      outgoing.on('error', (error) => {
        const code = systemErrorCode(error);
        if (!connected && (unreachable.includes(code) || code === '')) resolve(undefined);
        else resolve({ problem: `${code === '' ? '' : `${code}: `}${firstLine(error)}` });
      });
      outgoing.end();
    } catch (error) {
      resolve({ problem: firstLine(error) });
    }
  });
}

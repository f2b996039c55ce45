// A small provider of the API that shares nothing with ours: right by default, and wrong in one way on demand.
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ForgedAuthority, type ForgedFields, forgeAuthority, forgeClient } from './forge.js';

export const small = {
  project: '77b6a44cba5143ab91d13ab9a8ff44fd',
  otherProject: '88c7b55dcb6254bca2e24bcab9005500',
  cluster: '1df09f9a-5b9e-11ef-8f52-0255ac10003e',
  eipCluster: '2e1fa0ab-5b9e-11ef-8f52-0255ac10003e',
  otherCluster: '3f2fb1bc-5b9e-11ef-8f52-0255ac10003e',
  /** Of nobody that the tests know. */
  foreign: '4a30c2cd-5b9e-11ef-8f52-0255ac10003e',
  token: `MIIF${'aGVsbG8tdG9rZW4x'.repeat(8)}`,
  otherToken: `MIIF${'b3RoZXItdG9rZW4y'.repeat(8)}`,
  expiredToken: `MIIF${'ZXhwaXJlZC10b2s0'.repeat(8)}`,
};

export interface Call {
  method: string;
  path: string;
  query: string;
  headers: IncomingMessage['headers'];
  /** Names and values as they were sent. */
  rawHeaders: string[];
  body: string;
  /** Counts from 1. */
  number: number;
  /** On its connection, from 1. */
  ofConnection: number;
  /** Tokens that came on the connection before. */
  earlier: string[];
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

export interface Decision {
  user: string | undefined;
  project: string;
  cluster: string;
  /** Of the certificate. */
  days: number;
  fields: ForgedFields;
}

/** One way to be different: of what comes, of what is decided, or of what is sent. */
export interface Change {
  call?: (call: Call) => void;
  decide?: (decision: Decision, call: Call) => void;
  config?: (config: Kubeconfig, call: Call, decision: Decision) => void;
  /** Undefined ends the connection. */
  reply?: (reply: Reply, call: Call) => Reply | undefined | Promise<Reply | undefined>;
}

export interface Kubeconfig {
  [field: string]: unknown;
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
}

const path = new RegExp('^/api/v3/projects/([^/]*)/clusters/([^/]*)/clustercert$');
const longest = 1825;

export const errorReply = (status: number, code: string, message: string): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json', ...(status === 405 && { Allow: 'GET, POST' }) },
  body: JSON.stringify({ errorCode: code, errorMessage: message, error_code: code, error_msg: message, message }),
});

/** CAs are made once for all providers of a process. */
const authorities = new Map<string, ForgedAuthority>();
const authorityOf = (cluster: string) => {
  const known = authorities.get(cluster) ?? forgeAuthority();
  authorities.set(cluster, known);
  return known;
};

function makeReply(call: Call, change: Change): Reply {
  const match = path.exec(call.path);
  if (!match) return errorReply(404, 'CCE.01404001', 'Resource not found.');
  if (!['GET', 'POST'].includes(call.method)) return errorReply(405, 'CCE.01400001', 'Method not allowed.');
  const users = new Map([
    [small.token, 'a4a5d4098fb4474fa22cd05f897d6b99'],
    [small.otherToken, 'b5b9e3eb5ec5454bb4302f4ff9ff5a77'],
  ]);
  const [, project = '', cluster = ''] = match;
  const decision: Decision = {
    user: users.get(String(call.headers['x-auth-token'])),
    project,
    cluster,
    days: 1000,
    fields: {},
  };
  change.decide?.(decision, call);
  const { user } = decision;
  if (user === undefined) return errorReply(401, 'CCE.01401001', 'Authorization failed.');
  if (decision.project !== small.project) return errorReply(403, 'CCE.01403001', 'Forbidden.');
  if (!/^[0-9a-f-]{36}$/.test(decision.cluster)) return errorReply(400, 'CCE.01400001', 'Invalid request.');
  if (![small.cluster, small.eipCluster, small.otherCluster].includes(decision.cluster))
    return errorReply(404, 'CCE.01404001', 'Resource not found.');
  if (call.method === 'POST') {
    const days = daysOf(call.body);
    if (days === undefined) return errorReply(400, 'CCE.01400001', 'Invalid request.');
    decision.days = decision.days === 1000 ? days : decision.days;
  }
  const config = kubeconfigFor(decision, user);
  change.config?.(config, call, decision);
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
    body: JSON.stringify(config),
  };
}

/** Days, or undefined for what is refused. */
function daysOf(body: string): number | undefined {
  let value: { duration?: unknown; expire_at?: unknown } | null;
  try {
    value = JSON.parse(body) as typeof value;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (value.expire_at !== undefined) {
    const [, date, time, zone] =
      /^(\S+) (\S+) ([+-]\d{4})/.exec(JSON.stringify(value.expire_at).replaceAll('"', '')) ?? [];
    const days =
      (Date.parse(`${date ?? ''}T${time ?? ''}${zone?.replace(/(\d\d)$/, ':$1') ?? ''}`) - Date.now()) / 86_400_000;
    return days > 0.01 && days <= longest ? days : undefined;
  }
  const { duration } = value;
  if (duration === -1) return longest;
  return Number.isInteger(duration) && Number(duration) >= 1 && Number(duration) <= 1827 ? Number(duration) : undefined;
}

const encode = (text: string) => Buffer.from(text).toString('base64');

function kubeconfigFor({ cluster, days, fields }: Decision, user: string): Kubeconfig {
  const authority = authorityOf(cluster);
  const { certificatePem, keyPem } = forgeClient(authority, { commonName: user, days: [-0.01, days], ...fields });
  const ca = { 'certificate-authority-data': encode(authority.pem) };
  const server = `https://192.168.${cluster.charCodeAt(0)}.7:5443`;
  const names = cluster === small.eipCluster ? ['internal', 'external', 'externalTLSVerify'] : ['internal'];
  const clusterName = (name: string) => name.replace(/ternal/, 'ternalCluster');
  return {
    kind: 'Config',
    apiVersion: 'v1',
    preferences: {},
    clusters: names.map((name) => ({
      name: clusterName(name),
      cluster: {
        server: name === 'internal' ? server : 'https://80.158.7.23:5443',
        ...(name === 'external' ? { 'insecure-skip-tls-verify': true } : ca),
      },
    })),
    users: [
      { name: 'user', user: { 'client-certificate-data': encode(certificatePem), 'client-key-data': encode(keyPem) } },
    ],
    contexts: names.map((name) => ({ name, context: { cluster: clusterName(name), user: 'user' } })),
    'current-context': names.length > 1 ? 'external' : 'internal',
  };
}

/** Listens on a free port of this machine. */
export async function startSmallProvider(change: Change = {}) {
  let number = 0;
  const connections = new WeakMap<object, { count: number; tokens: string[] }>();
  const server = createServer({ maxHeaderSize: 65_536 }, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const [where = '', query = ''] = (incoming.url ?? '').split('?');
      const connection = connections.get(incoming.socket) ?? { count: 0, tokens: [] };
      connections.set(incoming.socket, connection);
      connection.count += 1;
      number += 1;
      const call: Call = {
        method: incoming.method ?? '',
        path: where,
        query,
        headers: incoming.headers,
        rawHeaders: incoming.rawHeaders,
        body: Buffer.concat(chunks).toString(),
        number,
        ofConnection: connection.count,
        earlier: [...connection.tokens],
      };
      if (incoming.headers['x-auth-token'] !== undefined)
        connection.tokens.push(String(incoming.headers['x-auth-token']));
      change.call?.(call);
      const made = makeReply(call, change);
      void Promise.resolve(change.reply ? change.reply(made, call) : made).then((reply) => {
        if (!reply) return incoming.socket.destroy();
        outgoing.writeHead(reply.status, reply.headers);
        return outgoing.end(call.method === 'HEAD' ? undefined : reply.body);
      });
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    target: {
      endpoint,
      projectId: small.project,
      clusterId: small.cluster,
      token: small.token,
      otherToken: small.otherToken,
      expiredToken: small.expiredToken,
      otherProjectId: small.otherProject,
      otherClusterId: small.otherCluster,
      eipClusterId: small.eipCluster,
      seed: 7,
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

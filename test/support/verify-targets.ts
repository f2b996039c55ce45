// Targets for the contract kit: our own provider, alone or behind a proxy that spoils it.
import { afterAll } from '@jest/globals';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import type { Input, Target } from '../../src/verify/index.js';
import type { Answer, Fault } from './faults.js';
import { otherProjectId, projectId, startProvider, userId } from './provider.js';
import type { Forwarded } from './wrong-doors.js';

const servers: Server[] = [];
afterAll(() => Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))));

/** A server of this process that gives the answers it is told to give; undefined ends the connection. */
export async function serveAnswers(answer: (request: Request) => Promise<Answer | undefined>): Promise<string> {
  const server = createServer({ maxHeaderSize: 65_536 }, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const flat = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      const body = ['GET', 'HEAD'].includes(method) || chunks.length === 0 ? null : Buffer.concat(chunks).toString();
      const request = { method, url, headers: Object.fromEntries(flat) as Record<string, string>, body };
      void answer(request as never).then((given) => {
        if (!given) return incoming.socket.destroy();
        outgoing.writeHead(given.status, given.headers);
        outgoing.end(given.body);
        return undefined;
      });
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Our own provider, with all optional inputs. */
export async function ownTarget(): Promise<Target> {
  const provider = await startProvider();
  const clusterId = await provider.addCluster();
  return {
    endpoint: provider.url,
    projectId,
    clusterId,
    token: await provider.addToken(),
    expiredToken: await provider.addToken({ lifetimeSeconds: -60 }),
    otherToken: await provider.addToken({ userId: 'b5b9e3eb5ec5454bb4302f4ff9ff5a77' }),
    otherProjectId,
    otherClusterId: await provider.addCluster(),
    eipClusterId: await provider.addCluster({ externalServer: 'https://80.158.7.23:5443' }),
    accessKey: await accessKeyOf(provider),
  };
}

async function accessKeyOf({ accessKeys }: Awaited<ReturnType<typeof startProvider>>) {
  const { record, secret } = await accessKeys.add({ userId, projectId, groups: [] });
  return { id: record.id, secret };
}

/** Our provider behind something that spoils its answers, or what it gets to see. */
export async function broken(target: Target, fault: Fault, door = (request: Forwarded) => request): Promise<Target> {
  const endpoint = await serveAnswers(async (incoming) => {
    const { method, url, headers } = door(incoming as never);
    const { body } = incoming;
    const dropped = ['connection', 'content-length', 'transfer-encoding'];
    const forwarded = Object.entries(headers).filter(([name]) => !dropped.includes(name));
    const options = { method: method === 'TRACE' ? 'PUT' : method, headers: Object.fromEntries(forwarded), body };
    // Unlike `fetch`, it keeps Host, which signatures are made for.
    const response = await request(target.endpoint + url, options as never).catch(() => undefined);
    if (!response) return { status: 400, headers: {}, body: '' };
    const { 'content-type': type = 'application/json', allow } = response.headers as Record<string, string>;
    const answer = {
      status: response.statusCode,
      headers: { 'content-type': type, ...(allow !== undefined && { allow }) },
      body: await response.body.text(),
    };
    return fault(answer, { method, path: url, token: headers['x-auth-token'] });
  });
  return { ...target, endpoint };
}

export function without(target: Target, input: Input): Target {
  return Object.fromEntries(Object.entries(target).filter(([name]) => name !== input)) as unknown as Target;
}

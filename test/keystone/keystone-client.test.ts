// Errors for an identity service that does not respond; test/identity has its wrong responses.
import { afterAll, expect, test } from '@jest/globals';
import { createServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { KeystoneClient } from '../../src/keystone/keystone-client.js';
import { servingCertificate } from '../support/api-server.js';
import { ecAuthority } from '../support/ec-authority.js';

const servers: Server[] = [];

afterAll(() => {
  for (const server of servers) server.close();
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const untrusted = await listening(createServer(servingCertificate(ecAuthority())));
const silent = await listening(createTcpServer((socket) => void socket.on('error', () => undefined).unref()));

test.each([
  ['nobody listens', 'http://127.0.0.1:2', /: connect ECONNREFUSED 127\.0\.0\.1:2$/],
  ['nobody listens at any address of a name', 'http://localhost:2', /: .*ECONNREFUSED/],
  ['its certificate is not trusted', `https://${untrusted}`, /: .*certificate/],
  ['it is silent', `http://${silent}`, /: it timed out$/],
])('the reason is said in one line where %s', async (_name, url, reason) => {
  const refusal = await new KeystoneClient({ url, timeoutMs: 1000 })
    .issueToken({ identity: { methods: ['password'] } })
    .catch((error: unknown) => error as Error);
  expect(refusal).toMatchObject({ code: 'unavailable', message: expect.stringMatching(reason) });
  expect(refusal).toMatchObject({ message: expect.stringMatching(/^the identity service does not answer: .+$/) });
});

test.each(['ftp://alice:S3cret@iam.example/v3', 'alice:S3cret@iam.example', 'https//alice:S3cret@iam.example'])(
  'an address that is no URL is refused without the password in it: %s',
  (url) => {
    const make = () => new KeystoneClient({ url });
    expect(make).toThrow('is not usable; it must be a URL such as https://iam.example/v3');
    expect(make).not.toThrow('S3cret');
  },
);

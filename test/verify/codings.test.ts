// Content codings: a provider may use those that a client accepts, and no other.
import { expect, test } from '@jest/globals';
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { contractCases, verify } from '../../src/verify/index.js';
import { startSmallProvider } from '../support/small-provider.js';
import { startStandIn } from '../support/stand-ins.js';

type Coding = [name: string, encode: (body: Buffer) => Buffer];

test.each<[string, (accepted: string) => Coding | undefined, string[]]>([
  ['gzip for those who accept it', (accepted) => (/gzip/.test(accepted) ? ['gzip', gzipSync] : undefined), []],
  ['Brotli for everybody', () => ['br', brotliCompressSync], ['accept-gzip']],
])('%s', async (_what, codingFor, failing) => {
  const { target, close } = await startSmallProvider();
  const endpoint = await startStandIn((incoming, outgoing) => {
    const { method, headers, url } = incoming;
    const forwarded = request(target.endpoint + (url ?? ''), { method, headers }, (answer) => {
      void buffer(answer).then((body) => {
        const [coding, encode] = codingFor(headers['accept-encoding']?.toString() ?? '') ?? [];
        const coded = encode && method !== 'HEAD' && body.length > 0 ? encode(body) : body;
        const kept = Object.entries(answer.headers).filter(
          ([name]) => !/^(content-length|transfer-encoding)$/.test(name),
        );
        const more = coded === body ? {} : { 'Content-Encoding': coding };
        outgoing.writeHead(answer.statusCode ?? 500, { ...Object.fromEntries(kept), ...more }).end(coded);
      });
    });
    incoming.pipe(forwarded);
  });
  const asked = contractCases.filter(({ id }) => ['accept-gzip', 'answers-with-kubeconfig'].includes(id));
  const { cases } = await verify(asked, { ...target, endpoint });
  expect(cases.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id)).toEqual(failing);
  close();
});

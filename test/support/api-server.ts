// A TLS server in place of a cluster's API server: the cluster's CA has issued its certificate and those of accepted
// clients, and it answers kubectl's version request with the caller.
import { afterAll } from '@jest/globals';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  ExtendedKeyUsage,
  GeneralName,
  SubjectAlternativeName,
  id_ce_extKeyUsage,
  id_ce_subjectAltName,
  id_kp_serverAuth,
} from '@peculiar/asn1-x509';
import { type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { createExtension, createName, signCertificate } from './library-certificate.js';

export interface ApiServer {
  readonly url: string;
  /** The serial numbers of the certificates that were let in. */
  readonly seen: Set<string>;
}

const running: Server[] = [];

afterAll(() => {
  for (const server of running) {
    server.close();
    server.closeAllConnections();
  }
});

export async function startApiServer(authority: AuthorityFiles): Promise<ApiServer> {
  const seen = new Set<string>();
  const server = createServer(
    {
      ...servingCertificate(authority),
      ca: openAuthority(authority).certificatePem,
      requestCert: true,
      rejectUnauthorized: true,
    },
    (request, response) => {
      if (request.socket instanceof TLSSocket) seen.add(request.socket.getPeerCertificate().serialNumber);
      response.setHeader('Content-Type', 'application/json');
      // Newer client-go asks with a timeout in the query.
      if (/\/version(\?|$)/.test(request.url ?? '')) response.end('{"major":"1","minor":"20","gitVersion":"v1.20.0"}');
      else response.writeHead(404).end('{}');
    },
  );
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  running.push(server);
  return { url: `https://127.0.0.1:${port}`, seen };
}

/** A certificate and key for a server on 127.0.0.1, and under a DNS name where one is given. */
export function servingCertificate(files: AuthorityFiles, dNSName?: string): { cert: string; key: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { subject, signer, notBefore, notAfter } = openAuthority(files);
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const cert = signCertificate(
    {
      serialNumber: Buffer.concat([Buffer.from([0x40]), randomBytes(15)]),
      issuer: subject,
      subject: createName([['CN', 'kube-apiserver']]),
      notBefore,
      notAfter,
      publicKey: createPublicKey(createPrivateKey(key)),
      extensions: [
        createExtension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth]), { critical: false }),
        createExtension(
          id_ce_subjectAltName,
          new SubjectAlternativeName([
            new GeneralName({ iPAddress: '127.0.0.1' }),
            ...(dNSName === undefined ? [] : [new GeneralName({ dNSName })]),
          ]),
          { critical: false },
        ),
      ],
    },
    signer,
  );
  return { cert, key };
}

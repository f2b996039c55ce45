// What is secret of a private key, in every form that it may be written in.
import { createPrivateKey } from 'node:crypto';

/** As PEM, a line of it, DER of both kinds, and its secret numbers alone. */
export function secretFormsOf(pem: string): Buffer[] {
  const key = createPrivateKey(pem);
  const ders = (['pkcs1', 'pkcs8'] as const).map((type) => key.export({ format: 'der', type }));
  const { d, p, q } = key.export({ format: 'jwk' });
  const texts = [pem, pem.split('\n')[3] ?? pem].map((text) => Buffer.from(text));
  return [...texts, ...ders, ...[d, p, q].map((number) => Buffer.from(number ?? '', 'base64url'))];
}

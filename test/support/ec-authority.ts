// A cluster's CA in a moment: an RSA key takes a fifth of a second to make, which a test that is not about keys need not pay.
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { forgeAuthority } from './forge.js';

/** A CA on P-256, as openAuthority() takes it. */
export function ecAuthority(commonName = 'kubernetes'): AuthorityFiles {
  const { pem, signer } = forgeAuthority({ commonName });
  return { certificatePem: pem, privateKeyPem: signer.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

// The reasons why no secure connection is made, in words instead of OpenSSL's codes.

const certificateProblems: Record<string, string> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  CERT_SIGNATURE_FAILURE: 'its certificate is not of the CA of that name that is trusted here',
  CERT_UNTRUSTED: 'the CA of its certificate is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate does not lead to a CA that is trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate does not lead to a CA that is trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate does not lead to a CA that is trusted here',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not trusted here',
  SELF_SIGNED_CERT_IN_CHAIN: 'the CA of its certificate is not trusted here',
};

/** The problem behind an error of a secure connection; undefined if the error is another. */
export function tlsProblem(code: string, message: string): string | undefined {
  const known = certificateProblems[code];
  if (known !== undefined) return `${known} (${code})`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) {
    const detail = /:([^:]+):[^:]*:\d+:/.exec(message)?.[1] ?? message.split('\n', 1)[0] ?? '';
    if (/wrong version number|packet length too long/i.test(message))
      return 'it does not speak TLS: is it http instead of https?';
    return `no secure connection could be agreed on (${detail.trim() || code})`;
  }
  return undefined;
}

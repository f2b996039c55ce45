// The sizes of cache entries in all engines, in bytes.

/** An opened authority holds OpenSSL's key and parsed certificates; measured, beside its texts. */
export const openedBytesOf = (authority: { certificatePem: string; serverCertificatePem: string }): number =>
  16 * 1024 + 2 * (authority.certificatePem.length + authority.serverCertificatePem.length);

/** The record of a cluster, without its authority. */
export const clusterRecordBytes = 1024;

/** The hash of a checked authority. */
export const checkedBytes = 200;

/** A token or an access key, with the groups of its caller. */
export const callerBytesOf = ({ groups }: { groups: readonly string[] }): number => 1024 + 100 * groups.length;

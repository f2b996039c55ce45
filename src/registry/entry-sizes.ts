// What the entries of the caches of all engines take, in bytes.

/** An opened authority holds OpenSSL's key and parsed certificates; measured, beside its texts. */
export const openedBytesOf = (authority: { certificatePem: string; serverCertificatePem: string }): number =>
  16 * 1024 + 2 * (authority.certificatePem.length + authority.serverCertificatePem.length);

/** What is kept of a cluster beside its authority. */
export const clusterRecordBytes = 1024;

/** What is known of an authority that was checked: a hash. */
export const checkedBytes = 200;

/** A token or an access key, with the groups of its caller. */
export const callerBytesOf = ({ groups }: { groups: readonly string[] }): number => 1024 + 100 * groups.length;

// CPU microseconds of a new client certificate, and of its unavoidable parts: one P-256 key and one signature. Writes
// pairs, taken in turn, for the kind of authority in the first argument.
import { generateKeyPairSync, sign, createPrivateKey } from 'node:crypto';

const [authorityFile, warmUp, times, rounds] = process.argv.slice(2);
const { openAuthority } = await import('../../src/certificate/authority.ts');
const { createIssuer } = await import('../../src/certificate/issue-certificate.ts');
const { forDays } = await import('../../src/certificate/validity.ts');
const { readFileSync } = await import('node:fs');

const files = JSON.parse(readFileSync(authorityFile, 'utf8'));
const authority = openAuthority(files);
const key = createPrivateKey(files.privateKeyPem);
const bytes = Buffer.alloc(500, 7);
const floor = () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  privateKey.export({ type: 'pkcs8', format: 'pem' });
  sign('sha256', bytes, key);
};
let count = 0;
// Each is for another user, so that none is remembered.
const issueCertificate = createIssuer({ maximumBytes: 1 });
const issue = () =>
  issueCertificate(authority, {
    clusterId: '1df09f9a-5b9e-11ef-8f52-0255ac10003e',
    userId: `user-${count++}`,
    groups: ['system:masters'],
    validity: forDays(365),
    reuseWindowSeconds: 86_400,
    now: new Date(),
  });

function cpuUsOf(act, times) {
  const before = process.cpuUsage();
  for (let left = times; left > 0; left--) act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

const pair = (times) => ({ floor: cpuUsOf(floor, times), issue: cpuUsOf(issue, times) });
pair(Number(warmUp));
const pairs = Array.from({ length: Number(rounds) }, () => pair(Number(times)));
console.log(JSON.stringify(pairs));

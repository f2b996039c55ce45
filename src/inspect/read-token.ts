// Reads the end of a bearer token, which a JSON Web Token (RFC 7519) contains; nothing else of it is shown.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { firstLine } from '../errors.js';
import { type Clock, judgeTimes } from './certificate-facts.js';
import type { Remarks } from './finding.js';
import { type Entry, opennessOf } from './load-kubeconfig.js';
import type { UserFields } from './parse-kubeconfig.js';

/** The end of the token, if it says so. The token of a file wins, as with kubectl. */
export async function readToken(
  { fields, folder }: Entry<UserFields>,
  { clock, remarks }: { clock: Clock; remarks: Remarks },
): Promise<{ expires?: string }> {
  const token = fields.tokenFile
    ? await readTokenFile(path.resolve(folder, fields.tokenFile), { spare: Boolean(fields.token), remarks })
    : fields.token;
  const { exp, nbf } = claimsOf(token ?? '');
  if (exp === undefined) return {};
  judgeTimes('its token', { until: exp, ...(nbf !== undefined && { from: nbf }) }, { clock, remarks });
  return { expires: exp };
}

async function readTokenFile(
  file: string,
  { spare, remarks }: { spare: boolean; remarks: Remarks },
): Promise<string | undefined> {
  try {
    const token = (await readFile(file, 'utf8')).trim();
    const openness = await opennessOf(file);
    if (openness !== undefined) remarks.warning(`its token file '${file}' ${openness}`);

    if (/[\0-\x08\x0a-\x1f\x7f]/.test(token)) remarks.error(`its token file '${file}' holds several lines`);
    if (token === '' && !spare) remarks.error(`tokenFile: '${file}' is empty`);
    return token;
  } catch (error) {
    remarks[spare ? 'warning' : 'error'](`tokenFile: '${file}' cannot be read: ${firstLine(error)}`);
    return undefined;
  }
}

/** The times in a JSON Web Token; checking its signature is left to the server. */
export function claimsOf(token: string): { exp?: string; nbf?: string } {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return {};
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const times = ['exp', 'nbf'].flatMap((name) => {
      const seconds = claims[name];
      return typeof seconds === 'number' ? [[name, new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')]] : [];
    });
    return Object.fromEntries(times) as { exp?: string; nbf?: string };
  } catch {
    return {};
  }
}

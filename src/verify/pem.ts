// The *-data fields of a kubeconfig: base64 of PEM, opened layer by layer so that each fault is told by its name.
import type { Fault } from './finding.js';

export interface PemBlock {
  label: string;
  /** With its two marker lines. */
  text: string;
  der: Buffer;
}

const base64Text = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The PEM blocks of a field, or the fault that hides them. Text before and between blocks is allowed (RFC 7468). */
export function openPem(value: unknown, where: string, source: string, kind: string): PemBlock[] | Fault {
  const fault = (received: string): Fault => ({ where, expected: `base64 of PEM: ${kind}`, received, source });
  const bytes = decodeBase64(value);
  if (typeof bytes === 'string') return fault(bytes);
  const { blocks, problem } = readPem(bytes);
  if (problem === undefined) return blocks;
  return fault(problem === notPem ? `base64 of ${notPem}` : problem);
}

/** The bytes of a field, or why there are none. */
export function decodeBase64(value: unknown): Buffer | string {
  if (typeof value !== 'string') return 'no string';
  if (value === '') return 'an empty string: nothing that a client could use';
  // Line breaks within base64 are read by every client.
  const compact = value.replaceAll(/[\r\n]/g, '');
  if (compact === '') return 'line breaks alone';
  if (base64Text.test(compact)) return Buffer.from(compact, 'base64');
  if (/-----BEGIN/.test(value)) return 'PEM that is not base64-encoded';
  if (/^[A-Za-z0-9_-]+=*$/.test(compact) && /[_-]/.test(compact)) return 'base64url instead of standard base64';
  if (/^[A-Za-z0-9+/]+=*$/.test(compact)) return 'base64 that is cut or wrongly padded';
  return 'text that is not base64';
}

const notPem = 'something that is not PEM';

/** The PEM blocks of a text that can be read, and the first thing that is wrong with it. */
export function readPem(bytes: Buffer): { blocks: PemBlock[]; problem?: string } {
  const text = bytes.toString('latin1');
  if (!text.includes('-----BEGIN')) {
    if (bytes[0] === 0x30) return { blocks: [], problem: 'DER instead of PEM' };
    if (/^\s*LS0tLS1|^\s*[A-Za-z0-9+/]+=*\s*$/.test(text))
      return { blocks: [], problem: 'base64 twice, or base64 without PEM markers' };
    return { blocks: [], problem: notPem };
  }
  const blocks: PemBlock[] = [];
  const problems: string[] = [];
  for (const [block, label = '', body = '', end = ''] of text.matchAll(
    /-----BEGIN ([^\r\n]*?)-----([^]*?)(?:-----END ([^\r\n]*?)-----|$)/g,
  )) {
    const encoded = body.replace(/^(?:[A-Za-z-]+: .*\r?\n)+\r?\n/m, '').replaceAll(/\s/g, '');
    if (end !== label) problems.push(`a PEM block '${label}' that does not end rightly`);
    else if (!base64Text.test(encoded) || encoded === '')
      problems.push(`a PEM block '${label}' whose content is not base64`);
    else blocks.push({ label, text: `${block}\n`, der: Buffer.from(encoded, 'base64') });
  }
  const [problem] = problems;
  return { blocks, ...(problem !== undefined && { problem }) };
}

export const isFault = (value: PemBlock[] | Fault): value is Fault => !Array.isArray(value);

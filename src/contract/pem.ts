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
  if (typeof value !== 'string') return fault('no string');
  if (value === '') return fault('an empty string: nothing that a client could use');
  // Line breaks within base64 are read by every client.
  const compact = value.replaceAll(/[\r\n]/g, '');
  if (compact === '') return fault('line breaks alone');
  if (/-----BEGIN/.test(value)) return fault('PEM that is not base64-encoded');
  if (!base64Text.test(compact)) {
    if (/^[A-Za-z0-9_-]+=*$/.test(compact) && /[_-]/.test(compact))
      return fault('base64url instead of standard base64');
    if (/^[A-Za-z0-9+/]+=*$/.test(compact)) return fault('base64 that is cut or wrongly padded');
    return fault('text that is not base64');
  }
  const bytes = Buffer.from(compact, 'base64');
  const text = bytes.toString('latin1');
  if (!text.includes('-----BEGIN')) {
    if (bytes[0] === 0x30) return fault('DER instead of PEM');
    if (/^\s*LS0tLS1|^\s*[A-Za-z0-9+/]+=*\s*$/.test(text)) return fault('base64 twice, or base64 without PEM markers');
    return fault('base64 of something that is not PEM');
  }
  const blocks: PemBlock[] = [];
  for (const [block, label = '', body = '', end = ''] of text.matchAll(
    /-----BEGIN ([^\r\n]*?)-----([^]*?)(?:-----END ([^\r\n]*?)-----|$)/g,
  )) {
    if (end !== label) return fault(`a PEM block '${label}' that does not end rightly`);
    const encoded = body.replace(/^(?:[A-Za-z-]+: .*\r?\n)+\r?\n/m, '').replaceAll(/\s/g, '');
    if (!base64Text.test(encoded) || encoded === '') return fault(`a PEM block '${label}' whose content is not base64`);
    blocks.push({ label, text: `${block}\n`, der: Buffer.from(encoded, 'base64') });
  }
  return blocks;
}

export const isFault = (value: PemBlock[] | Fault): value is Fault => !Array.isArray(value);

// The *-data fields of a kubeconfig: base64 of PEM, opened layer by layer so that each fault has a name. PEM is read as
// Go's encoding/pem reads it, because kubectl and kube-apiserver use that.
import type { Fault } from './finding.js';

export interface PemBlock {
  label: string;
  /** Rewritten, with its two marker lines and its headers. */
  text: string;
  /** Go's certificate pools ignore blocks with headers. */
  hasHeaders: boolean;
  der: Buffer;
}

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

/** The PEM blocks of a field, or the fault that hides them. Text before and between blocks is allowed (RFC 7468). */
export function openPem(value: unknown, where: string, source: string, kind: string): PemBlock[] | Fault {
  const fault = (received: string): Fault => ({ where, expected: `base64 of PEM: ${kind}`, received, source });
  const bytes = decodeBase64(value);
  if (typeof bytes === 'string') return fault(bytes);
  const { blocks, problem } = readPem(bytes);
  if (problem === undefined) return blocks;
  return fault(problem === notPem ? `base64 of ${notPem}` : problem);
}

/** The bytes of a field, or the reason for their absence. */
export function decodeBase64(value: unknown): Buffer | string {
  if (typeof value !== 'string') return 'no string';
  if (value === '') return 'an empty string: nothing that a client could use';
  // Every client accepts line breaks within base64.
  const compact = value.replaceAll(/[\r\n]/g, '');
  if (compact === '') return 'line breaks alone';
  if (isBase64(compact)) return Buffer.from(compact, 'base64');
  if (/-----BEGIN/.test(value)) return 'PEM that is not base64-encoded';
  if (/^[A-Za-z0-9_-]+=*$/.test(compact) && /[_-]/.test(compact)) return 'base64url instead of standard base64';
  if (/^[A-Za-z0-9+/]+=*$/.test(compact)) return 'base64 that is cut or wrongly padded';
  return 'text that is not base64';
}

const notPem = 'something that is not PEM';

/** The readable PEM blocks of a text, and its first fault, in linear time. */
export function readPem(bytes: Buffer): { blocks: PemBlock[]; problem?: string } {
  const text = bytes.toString('latin1');
  if (!text.includes('-----BEGIN')) return { blocks: [], problem: nameWithoutMarkers(bytes, text) };
  const blocks: PemBlock[] = [];
  const problems: string[] = [];
  for (const piece of piecesOf(text)) {
    if (typeof piece === 'string') problems.push(piece);
    else {
      const read = readBlock(piece);
      if (typeof read === 'string') problems.push(read);
      else blocks.push(read);
    }
  }
  const [problem] = problems;
  return { blocks, ...(problem !== undefined && { problem }) };
}

function nameWithoutMarkers(bytes: Buffer, text: string): string {
  if (bytes[0] === 0x30) return 'DER instead of PEM';
  if (/^\s*LS0tLS1|^\s*[A-Za-z0-9+/]+=*\s*$/.test(text)) return 'base64 twice, or base64 without PEM markers';
  return notPem;
}

interface Piece {
  label: string;
  /** Between the marker lines. */
  lines: string[];
  end: string;
}

const beginMark = '-----BEGIN ';
const endMark = '-----END ';
/** A label may be any text, even a part of a key. */
const labelOf = (text: string) => (/^[A-Z0-9 ]{1,32}$/.test(text) ? `a PEM block '${text}'` : 'a PEM block');
const unfinished = (label: string) => `${labelOf(label)} that does not end rightly`;

/** The text from the last BEGIN line before each END line to that line, or the fault that hides the block. */
function* piecesOf(text: string): Generator<Piece | string> {
  let open: { label: string; lines: string[] } | undefined;
  let hidden: string | undefined;
  for (const line of text.split('\n').map((one) => one.replace(/\r$/, '').replace(/[ \t]+$/, ''))) {
    const begin = line.lastIndexOf(beginMark);
    if (begin >= 0) {
      if (hidden === undefined && open) yield unfinished(open.label);
      const label = line.slice(begin + beginMark.length).replace(/-----$/, '');
      hidden = problemOfBegin(line, begin);
      open = { label, lines: [] };
    } else if (!line.startsWith(endMark)) open?.lines.push(line);
    else if (open) {
      yield hidden ?? { ...open, end: line.slice(endMark.length) };
      open = hidden = undefined;
    }
  }
  if (open) yield hidden ?? unfinished(open.label);
}

function problemOfBegin(line: string, at: number): string | undefined {
  if (line.startsWith('\u00EF\u00BB\u00BF'))
    return 'a byte order mark before BEGIN, which kubectl does not take for PEM';
  if (/\r[^\r]/.test(line)) return 'PEM with line ends that are CR alone, which kubectl does not read';
  if (at > 0)
    return 'a BEGIN line that does not start at the beginning of its line, which kubectl does not take for PEM';
  return line.endsWith('-----') ? undefined : 'a BEGIN line that does not end in five hyphens';
}

function readBlock({ label, lines, end }: Piece): PemBlock | string {
  if (end !== `${label}-----`) return unfinished(label);
  const body = lines.findIndex((line) => !line.includes(':'));
  if (body < 0 && lines.length > 0) return `${labelOf(label)} with headers alone`;
  const headers = lines.slice(0, Math.max(body, 0));
  const encoded = lines
    .slice(headers.length)
    .join('')
    .replaceAll(/[ \t\r]/g, '');
  if (encoded === '' || !isBase64(encoded)) return `${labelOf(label)} whose content is not base64`;
  const hasHeaders = headers.length > 0;
  const content = encoded.replaceAll(/.{64}/g, '$&\n').trimEnd();
  const marked = [
    `${beginMark}${label}-----`,
    ...(hasHeaders ? [...headers, ''] : []),
    content,
    `${endMark}${end}`,
    '',
  ];
  return { label, text: marked.join('\n'), hasHeaders, der: Buffer.from(encoded, 'base64') };
}

export const isFault = (value: PemBlock[] | Fault): value is Fault => !Array.isArray(value);

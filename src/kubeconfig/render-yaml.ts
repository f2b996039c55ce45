// Renders new text for a kubeconfig in the style of the text around it, quoted so that YAML 1.1 and 1.2 read it alike.
import { indentOf } from './edit-text.js';
import { resolvePlain } from './yaml/resolve.js';

/** Block style as kubectl writes it, without a line end after the last line. */
export function renderBlock(value: unknown): string {
  return linesOf(value).join('\n');
}

function linesOf(value: unknown): string[] {
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((item: unknown) => linesOf(item).map((line, index) => (index === 0 ? '- ' : '  ') + line));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) => pairLines(renderScalar(key), inner));
  }
  return [typeof value === 'string' ? renderScalar(value) : JSON.stringify(value ?? null)];
}

function pairLines(key: string, value: unknown): string[] {
  const lines = linesOf(value);
  const isCollection = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isCollection) return [`${key}: ${lines[0] ?? ''}`];
  return [`${key}:`, ...lines.map((line) => (Array.isArray(value) ? line : `  ${line}`))];
}

// Some readers may give words with another start another meaning.
const plain = /^[\p{L}\p{N}_./(][^\p{C}\p{Zl}\p{Zp}\x85]*$/u;
const notPlain = /:(\s|$)|\s#|\s$|^(---|\.\.\.)/;
// Numbers to the base of 60 and times, which some readers of YAML 1.1 accept.
const likeTime = /^[-+]?\d[\d_]*(:[0-5]?\d)+|^\d{4}-\d{1,2}-\d{1,2}/;

/** A string in block style: without quotes if every reader takes it for a string, else with kubectl's quotes. */
export function renderScalar(value: string): string {
  if (typeof resolvePlain(value) !== 'string' || likeTime.test(value)) return renderQuoted(value);
  if (plain.test(value) && !notPlain.test(value)) return value;
  return /^[^\p{C}\p{Zl}\p{Zp}\x85]*$/u.test(value) ? `'${value.replaceAll("'", "''")}'` : renderQuoted(value);
}

/** A string as JSON, with escapes for all characters that YAML forbids. */
function renderQuoted(value: string): string {
  return escapeControls(JSON.stringify(value));
}

/** Flow style, which is JSON: on one line, or indented like the line where it starts. */
export function renderFlow(value: unknown, { lineIndent, unit }: FlowStyle): string {
  if (unit === '') return escapeControls(JSON.stringify(value));
  return escapeControls(JSON.stringify(value, null, unit)).replaceAll('\n', `\n${lineIndent}`);
}

function escapeControls(json: string): string {
  return json.replaceAll(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export interface FlowStyle {
  /** The start of the line. */
  lineIndent: string;
  /** The indentation of each level; '' for all on one line. */
  unit: string;
}

/** The style of the flow collection that starts there. */
export function flowStyleAt(text: string, start: number, end: number): FlowStyle {
  const lineIndent = indentOf(text, start);
  const [, inner] = /^[[{]\s*?[\r\n]([ \t]+)\S/.exec(text.slice(start, end)) ?? [];
  return { lineIndent, unit: inner === undefined ? '' : inner.slice(lineIndent.length) || '  ' };
}

/** A scalar in the style of the one that it replaces. */
export function renderScalarLike(source: string, value: string, inFlow: boolean): string {
  if (source.startsWith('"')) return renderQuoted(value);
  const rendered = source.startsWith("'") ? `'${value.replaceAll("'", "''")}'` : renderScalar(value);
  const isSafe = inFlow ? /^'.*'$|^[^,?[\]{}]*$/.test(rendered) : true;
  return isSafe && !/\p{C}/u.test(rendered) ? rendered : renderQuoted(value);
}

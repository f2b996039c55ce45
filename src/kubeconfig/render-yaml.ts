// New text for a kubeconfig file in the style of the text around it: line ends, indentation, block or flow.
import { stringify } from 'yaml';

/** The line end that a text has; for a text without one, that of POSIX. */
export function newlineOf(text: string): string {
  return /\r\n/.test(text) ? '\r\n' : '\n';
}

/** Lines are not folded, and lists are indented as kubectl writes them. */
export const blockStyle = { lineWidth: 0, indentSeq: false } as const;

/** Block style, without a line end after the last line. */
export function renderBlock(value: unknown): string {
  // kubectl reads YAML 1.1, in which more words than in 1.2 are no strings unless they are quoted.
  return stringify(value, { ...blockStyle, version: '1.1' }).trimEnd();
}

/** Flow style, which is JSON: on one line, or with the indentation of the line where it starts. */
export function renderFlow(value: unknown, { lineIndent, unit }: FlowStyle): string {
  if (unit === '') return JSON.stringify(value);
  return JSON.stringify(value, null, unit).replaceAll('\n', `\n${lineIndent}`);
}

export interface FlowStyle {
  /** What the line starts with. */
  lineIndent: string;
  /** What each level adds; '' for all on one line. */
  unit: string;
}

/** The style of the flow collection that starts there. */
export function flowStyleAt(text: string, start: number, end: number): FlowStyle {
  const lineIndent = indentOf(text, start);
  const [, inner] = /^[[{]\s*?\r?\n([ \t]+)\S/.exec(text.slice(start, end)) ?? [];
  return { lineIndent, unit: inner === undefined ? '' : inner.slice(lineIndent.length) || '  ' };
}

/** The white space that the line of a place starts with. */
export function indentOf(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}

/** Each line but the empty ones with the indentation before it. */
export function indentLines(lines: string, indent: string): string {
  return lines.replaceAll(/^(?=.)/gm, indent);
}

/** A scalar in the style of the one that it replaces. */
export function renderScalarLike(source: string, value: string): string {
  if (source.startsWith('"')) return JSON.stringify(value);
  if (source.startsWith("'")) return `'${value.replaceAll("'", "''")}'`;
  return renderBlock(value);
}

// Parts of documents that are written from the code. A test compares them; `npm run tables` has the same tests write
// them.
import { expect } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';

/** Whether differences are written in place of reported. */
export const isUpdate = process.env['UPDATE'] === '1';

/** Expects `content` between the markers `<!-- NAME: begin -->` and `<!-- NAME: end -->` of a document. */
export function expectWritten(file: string, name: string, content: string): void {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- ${name}: begin -->\n\n`, `\n\n<!-- ${name}: end -->`];
  const [before = '', rest = ''] = text.split(begin);
  const [shown, after] = rest.split(end);
  if (after === undefined) throw new Error(`${file} has no part '${name}'`);
  if (isUpdate) writeFileSync(file, before + begin + content + end + after);
  else expect({ 'written by': 'npm run tables', shown }).toEqual({ 'written by': 'npm run tables', shown: content });
}

/** A table of Markdown. */
export function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}

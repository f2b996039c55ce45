// The documents of this repository, found by looking, so that none can be forgotten: their text, code blocks and links.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export interface CodeBlock {
  /** What follows the opening fence: `sh`, `console`, `ts`, … */
  language: string;
  code: string;
  line: number;
}

export interface Document {
  /** Relative to the root, with slashes. */
  file: string;
  text: string;
  blocks: CodeBlock[];
  /** The text without code blocks. */
  prose: string;
}

// Folders without documents of ours: packages, built files, data of a run.
const notOurs = new Set(['node_modules', 'dist', 'data', 'coverage', '.git', 'fixtures']);

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const place = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : markdownFiles(place);
    return entry.name.endsWith('.md') ? [place] : [];
  });
}

const fenced = /^```(\w*)\n([^]*?)^```$/gm;

function readDocument(file: string): Document {
  const text = readFileSync(file, 'utf8');
  const blocks = [...text.matchAll(fenced)].map(({ 1: language = '', 2: code = '', index }) => ({
    language,
    code,
    line: text.slice(0, index).split('\n').length,
  }));
  return { file, text, blocks, prose: text.replace(fenced, '') };
}

export const documents: Document[] = markdownFiles('.').sort().map(readDocument);

/** One document; throws when there is none of that name. */
export function documentOf(file: string): Document {
  const found = documents.find((document) => document.file === file);
  if (!found) throw new Error(`there is no document ${file}`);
  return found;
}

/** The one block of commands that holds these words, without the indentation of a list around it. */
export function commandsWith({ file, text }: Document, words: string | RegExp): string {
  const found = [...text.matchAll(/^ *```sh\n([^]*?)^ *```$/gm)]
    .map(([, code = '']) => code.replaceAll(/^ {3}/gm, ''))
    .filter((code) => (typeof words === 'string' ? code.includes(words) : words.test(code)));
  const [code, ...more] = found;
  if (code === undefined || more.length > 0)
    throw new Error(`${file} has ${found.length} blocks with ${String(words)}`);
  return code;
}

/** The first cells of the table below a heading row, such as `| package | why |`; [] when there is no such table. */
export function firstColumn(text: string, header: string): string[] {
  // However the columns are padded.
  const lines = text.replaceAll(/^\|.*$/gm, (row) => row.replaceAll(/ {2,}/g, ' ')).split('\n');
  const start = lines.indexOf(header);
  const rows = start === -1 ? [] : lines.slice(start + 2);
  const end = rows.findIndex((row) => !row.startsWith('|'));
  return rows.slice(0, end === -1 ? undefined : end).map((row) => row.split('|')[1] ?? '');
}

/** The texts in backticks in some cells. */
export function quotedNames(cells: readonly string[]): string[] {
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

/** Commands of the program in code blocks, continued lines joined, without prompt, pipes and what follows. */
export function programCalls({ blocks }: Document): string[] {
  return blocks
    .filter(({ language }) => ['sh', 'console', 'yaml', 'ini'].includes(language))
    .flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, '').split('\n'))
    .flatMap((line) => {
      const [, call] = /(?:^|[\s/(=])(?:cce-)?clustercert((?: [^|>)#;&]+)?)/.exec(line) ?? [];
      return call === undefined ? [] : [call.trim()];
    })
    .filter((call) => /^[a-z]/.test(call));
}

/** The anchors that GitHub gives a document's headings. */
export function anchors({ prose }: Document): string[] {
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Where the links of a document lead: relative to the root, with the anchor apart. */
export function links({ file, prose }: Document): { target: string; anchor: string | undefined }[] {
  return [...prose.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [place = '', anchor] = link.split('#');
      const target = place === '' ? file : path.posix.join(path.posix.dirname(file), place);
      return { target, anchor };
    });
}

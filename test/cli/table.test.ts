// Tables on terminals of all widths.
import { expect, test } from '@jest/globals';
import { main } from '../../src/cli/main.js';
import { writeList } from '../../src/cli/table.js';
import { run } from '../support/command-line.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** What a terminal of that many columns shows; undefined for a pipe. */
function listed(headings: string[], rows: string[][], columns?: number): string {
  let written = '';
  const stdout = { write: (text: string) => (written += text), ...(columns !== undefined && { isTTY: true, columns }) };
  const cells = Object.fromEntries(headings.map((heading, i) => [heading, (row: string[]) => row[i] ?? '']));
  writeList({ stdout } as never, { json: false }, rows, cells);
  return written;
}

const rows = [
  ['1', 'https://one.example'],
  ['22', '-'],
];
const table = 'ID  SERVER\n1   https://one.example\n22  -\n';

test('a table stays one where it fits', () => {
  expect(listed(['ID', 'SERVER'], rows, 23)).toBe(table);
  expect(listed(['ID', 'SERVER'], rows)).toBe(table);
  expect(listed(['ID', 'SERVER'], [], 1)).toBe('ID  SERVER\n');
});

test('one column less, and each item has lines of its own', () => {
  const expected = 'ID:     1\nSERVER: https://one.example\n\nID:     22\nSERVER: -\n';
  expect(listed(['ID', 'SERVER'], rows, 22)).toBe(expected);
});

test('wide characters take two columns, marks none', () => {
  const named = [
    ['集群', 'x'],
    ['cafe\u0301', 'y'],
  ];
  expect(listed(['NAME', 'V'], named, 80)).toBe('NAME  V\n集群  x\ncafe\u0301  y\n');
});

test('a list depends on the terminal, and in a pipe on nothing', async () => {
  const data = temporaryFolder();
  const server = 'https://192.168.1.7:5443';
  expect(await run('cluster', 'add', '--data', data, '--project', projectId, '--server', server)).toMatchObject({
    code: 0,
  });
  const list = async (terminal: { isTTY?: boolean; columns?: number }) => {
    let stdout = '';
    await main(['cluster', 'list', '--data', data], {
      stdout: { write: (text) => (stdout += text), ...terminal },
      stderr: { write: () => undefined },
      environment: {},
      readStdin: () => Promise.resolve(new Uint8Array()),
      untilStopped: () => Promise.resolve(),
    });
    return stdout;
  };
  const piped = await list({ columns: 40 });
  expect(piped).toMatch(/^ID +PROJECT +NAME +SERVER +EXTERNAL SERVER\n/);
  expect(await list({ isTTY: true, columns: 200 })).toBe(piped);
  expect(await list({ isTTY: true, columns: 80 })).toMatch(
    /^ID: +\S+\nPROJECT: +\S+\nNAME: +\S+\nSERVER: +\S+\nEXTERNAL SERVER: -\n$/,
  );
});

// A copy of the project's parts that generation needs, in a folder of its own, with the contract changed.
import { afterAll } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

const watching: ChildProcess[] = [];

afterAll(() => {
  for (const child of watching) child.kill('SIGKILL');
});

/** The parts of the project that generation and type checking need, with the contract changed. */
export function contractProject(change: (spec: string) => string = (spec) => spec) {
  const root = temporaryFolder();
  for (const part of ['package.json', 'tsconfig.json', 'scripts', 'spec', 'generated', 'src'])
    cpSync(part, path.join(root, part), { recursive: true });
  symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'), 'dir');
  mkdirSync(path.join(root, 'test'));
  const spec = path.join(root, 'spec/openapi.yaml');
  writeFileSync(spec, change(readFileSync(spec, 'utf8')));
  const runScript = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const script = ['--import', 'tsx/esm', 'scripts/generate.ts'];
  return {
    root,
    generate: (...args: string[]) => runScript(...script, ...args),
    /** `npm run generate -- --watch`, until the tests of the file are done. */
    watch: () => watchIn(root, [...script, '--watch']),
    checkTypes: () => runScript('node_modules/typescript/bin/tsc', '--noEmit'),
    read: (file: string) => readFileSync(path.join(root, file), 'utf8'),
    write: (file: string, text: string) => writeFileSync(path.join(root, file), text),
  };
}

function watchIn(root: string, args: string[]) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  watching.push(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    child,
    ended,
    /** Its output since the last call, once it has the expected text. */
    says: async (expected: RegExp): Promise<string> => {
      while (!expected.test(said)) await once(child.stderr, 'data');
      const all = said;
      said = '';
      return all;
    },
  };
}

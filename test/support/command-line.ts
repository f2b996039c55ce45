// The command line, run as a function for transcripts, and as a process where needed.
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { main } from '../../src/cli/main.js';

export interface Transcript {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command that ends by itself. */
export function run(...argv: string[]): Promise<Transcript> {
  return runWith({}, ...argv);
}

/** The same with variables and a standard input. */
export async function runWith(
  { environment = {}, stdin = '' }: { environment?: Record<string, string>; stdin?: string | Buffer },
  ...argv: string[]
): Promise<Transcript> {
  let [stdout, stderr] = ['', ''];
  const code = await main(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment,
    readStdin: () => Promise.resolve(Buffer.from(stdin)),
    untilStopped: () => Promise.resolve(),
  });
  return { code, stdout, stderr };
}

/** The same with variables alone. */
export function runIn(environment: Record<string, string>, ...argv: string[]): Promise<Transcript> {
  return runWith({ environment }, ...argv);
}

const bin = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url));
const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** Starts the program as a process; `ended` gives its transcript. */
export function start(...argv: string[]) {
  return startIn({}, ...argv);
}

/** The arguments that add a cluster. */
export const clusterAdd = (data: string, project: string, ...more: string[]): string[] => [
  ...['cluster', 'add', '--data', data, '--project', project, '--server', 'https://192.168.1.7:5443'],
  ...more,
];

interface Surroundings {
  environment?: Record<string, string>;
  uid?: number;
  /** Another build's executable. */
  program?: string;
}

/** Starts the program with an environment of its own. */
export function startIn({ environment, uid, program = bin }: Surroundings, ...argv: string[]) {
  const child = spawn(process.execPath, [program, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(environment && { env: environment }),
    ...(uid !== undefined && { uid }),
  });
  started.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Transcript & { signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code: code ?? -1, signal, stdout, stderr }));
  });
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}

/** Starts `serve` on a free port and waits until it listens. */
export async function startServe(...args: [Surroundings, ...string[]] | string[]) {
  const [first, ...rest] = args;
  const [surroundings, argv] = typeof first === 'object' ? [first, rest as string[]] : [{}, args as string[]];
  const running = startIn(surroundings, 'serve', '--port', '0', ...argv);
  const url = await new Promise<string>((resolve, reject) => {
    running.child.stdout.on('data', () => {
      const [, found] = /^listening on (\S+)\n/m.exec(running.stdout()) ?? [];
      if (found !== undefined) resolve(found);
    });
    void running.ended.then(({ stderr }) => reject(new Error(`serve ended: ${stderr}`)));
  });
  return { ...running, url };
}

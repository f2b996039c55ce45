// Starts programs, and gets their use of CPU and memory from them.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Used {
  /** User and system time of all threads. */
  cpuUs: number;
  rssBytes: number;
  /** The highest value at any time. */
  peakBytes: number;
}

export interface Program {
  /** Arguments of node. */
  args: string[];
  environment?: Record<string, string>;
  /** Matches its standard output once it listens; the first group is its URL. */
  listening?: RegExp;
}

export interface Running {
  url: string;
  used: () => Promise<Used>;
  stop: () => Promise<void>;
}

const meter = fileURLToPath(new URL('meter.mjs', import.meta.url));

const running = new Set<ChildProcess>();

/** Ends processes that a failed measurement left running. */
export function stopAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Starts a server and waits until it says that it listens. Its standard error, where a provider logs, is a file. */
export async function startServer(
  { args, environment, listening = /(http:\S+)/ }: Program,
  folder: string,
): Promise<Running> {
  const log = openSync(path.join(folder, 'server.log'), 'w');
  const child = spawn(process.execPath, ['--import', meter, ...args], {
    stdio: ['ignore', 'pipe', log, 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', ...environment },
  });
  closeSync(log);
  running.add(child);
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  void ended.then(() => running.delete(child));
  const url = await new Promise<string>((resolve, reject) => {
    let written = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
      const [, found] = listening.exec(written) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() =>
      reject(
        new Error(`'${args.join(' ')}' ended: ${readFileSync(path.join(folder, 'server.log'), 'utf8').slice(0, 500)}`),
      ),
    );
  });
  return {
    url,
    used: () =>
      new Promise((resolve) => {
        child.once('message', (message) => resolve(message as Used));
        child.send('used');
      }),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

// CPU in half a second, of a process that only waits.
const idleUs = 20_000;

/** Until a provider has checked, in the background, the clusters that it found at its start. */
export async function untilIdle({ used }: Running): Promise<void> {
  for (let before = -Infinity; ;) {
    const { cpuUs } = await used();
    if (cpuUs - before < idleUs) return;
    before = cpuUs;
    await setTimeout(500);
  }
}

/** Runs a program to its end; gives its output, its duration, and the use of it and its own Node processes. */
export async function runProgram({ args, environment }: Program, folder: string) {
  const usage = path.join(folder, 'usage');
  rmSync(usage, { force: true });
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment, BENCH_USAGE: usage, NODE_OPTIONS: `--import ${meter}` },
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`'${args.join(' ')}' ended with exit code ${code ?? 'none'}`);
  const lines = readFileSync(usage, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Used);
  const cpuMs = lines.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / 1000;
  const peakBytes = Math.max(...lines.map((line) => line.peakBytes));
  return { stdout, wallMs: performance.now() - startedAt, cpuMs, peakBytes };
}

// Fresh projects outside this repository that install the packed package, as people do.
import type { test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { testWith } from '../../support/programs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const exec = promisify(execFile);

// Nothing of the test runner that runs this, and no colours.
const plainEnvironment = {
  ...process.env,
  ...{ NODE_OPTIONS: '', NODE_ENV: undefined, JEST_WORKER_ID: undefined, NODE_TEST_CONTEXT: undefined },
  ...{ NO_COLOR: '1', FORCE_COLOR: '0' },
};

const registry = spawnSync('npm', ['view', 'typescript@5.9.3', 'version'], { timeout: 60_000 }).status === 0;

/** `test` where the package registry is reachable. */
export const registryTest: typeof test | typeof test.skip = testWith(
  registry ? 'npm' : undefined,
  'the package registry',
);

let packed: Promise<string> | undefined;

/** The tarball; made once for a file of tests. */
export function packedPackage(): Promise<string> {
  packed ??= pack();
  return packed;
}

async function pack(): Promise<string> {
  const folder = temporaryFolder();
  const { stdout } = await exec('npm', ['pack', '--json', '--pack-destination', folder]);
  const [tarball] = JSON.parse(stdout) as [{ filename: string }];
  return path.join(folder, tarball.filename);
}

export interface Consumer {
  folder: string;
  /** Writes a file, with the folders that it needs. */
  write: (file: string, text: string) => void;
  /** What the program wrote to its standard output; throws, with both streams, when it fails. */
  run: (command: string, ...args: string[]) => Promise<string>;
  /** The exit code, and both streams. */
  outcome: (command: string, ...args: string[]) => Promise<{ code: number; output: string }>;
  /** The same with a program of the project's packages, run by this Node. */
  runScript: (script: string, ...args: string[]) => Promise<string>;
}

export interface ConsumerOptions {
  /** Beside the package itself; by name, with exact versions. */
  dependencies?: Record<string, string>;
  manifest?: Record<string, unknown>;
  files?: Record<string, string>;
}

/** An installed project. */
export async function createConsumer({ dependencies, manifest, files = {} }: ConsumerOptions = {}): Promise<Consumer> {
  const folder = temporaryFolder();
  const consumer = inFolder(folder);
  const own = {
    private: true,
    dependencies: { 'cce-clustercert': `file:${await packedPackage()}`, ...dependencies },
    ...manifest,
  };
  consumer.write('package.json', JSON.stringify(own));
  for (const [file, text] of Object.entries(files)) consumer.write(file, text);
  await consumer.run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  return consumer;
}

function inFolder(folder: string): Consumer {
  const run = async (command: string, ...args: string[]) => {
    try {
      const { stdout } = await exec(command, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${[command, ...args].join(' ')}\n${stdout}${stderr}`, { cause: error });
    }
  };
  return {
    folder,
    write: (file, text) => {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    },
    run,
    outcome: (command, ...args) =>
      exec(command, args, { cwd: folder, env: plainEnvironment, maxBuffer: 64 * 1024 * 1024 }).then(
        ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
        (error: unknown) => {
          const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
          return { code, output: stdout + stderr };
        },
      ),
    runScript: (script, ...args) => run(process.execPath, path.join(folder, 'node_modules', script), ...args),
  };
}

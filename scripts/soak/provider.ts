// The provider of the soak: its data folder, its TLS files, its process, and its memory.
import { X509Certificate } from 'node:crypto';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { makeData } from '../bench/data.js';
import { bin } from '../bench/servers.js';

export interface Memory {
  /** After garbage collection. */
  heapMegabytes: number;
  residentMegabytes: number;
}

export interface Provider {
  url: string;
  data: string;
  clusterIds: readonly string[];
  /** Replaces both TLS files; gives the fingerprint of the new certificate. */
  rotateTls: () => Promise<string>;
  memory: () => Promise<Memory>;
  /** Ends the process and removes the data; gives the exit code. */
  stop: () => Promise<number | null>;
}

export interface ProviderOptions {
  clusters: number;
  reuseWindowSeconds: number;
  /** Called with each error line of the log. */
  onError: (line: string) => void;
}

// `--expose-gc` is not for users: the signal triggers a collection, so that only live memory is counted.
const hook = `process.on('SIGUSR2', () => { gc(); gc(); process.stderr.write('HEAP ' + process.memoryUsage().heapUsed + '\\n'); })`;

export async function startProvider({ clusters, reuseWindowSeconds, onError }: ProviderOptions): Promise<Provider> {
  const folder = mkdtempSync(path.join(tmpdir(), 'clustercert-soak-'));
  const data = path.join(folder, 'data');
  await makeData(data, { clusters });
  const rotateTls = () => writeTlsFiles(folder);
  await rotateTls();
  const child = spawn(
    process.execPath,
    [
      ...['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(hook)}`],
      ...[bin, 'serve', '--port', '0', '--data', data, '--no-demo', '--reuse-window', `${reuseWindowSeconds}s`],
      ...['--tls-cert', path.join(folder, 'tls.crt'), '--tls-key', path.join(folder, 'tls.key')],
      ...['--caller-limit', '0', '--address-limit', '0'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let onHeap: (bytes: number) => void = () => undefined;
  readLines(child, (line) => {
    if (line.startsWith('HEAP ')) onHeap(Number(line.slice('HEAP '.length)));
    else if (/"level":"(error|fatal)"/.test(line)) onError(line);
  });
  return {
    url: await listening(child),
    data,
    clusterIds: readdirSync(path.join(data, 'clusters')),
    rotateTls,
    memory: async () => {
      const heap = await new Promise<number>((resolve) => {
        onHeap = resolve;
        child.kill('SIGUSR2');
      });
      const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8')) ?? [];
      return { heapMegabytes: heap / 2 ** 20, residentMegabytes: Number(kilobytes) / 1024 };
    },
    stop: async () => {
      child.kill('SIGTERM');
      const code = await exited;
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

async function writeTlsFiles(folder: string): Promise<string> {
  const { certificatePem, privateKeyPem } = await createAuthority({ now: new Date(), commonName: 'localhost' });
  for (const [name, text] of [
    ['tls.key', privateKeyPem],
    ['tls.crt', certificatePem],
  ] as const) {
    const file = path.join(folder, name);
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return new X509Certificate(certificatePem).fingerprint256;
}

function readLines({ stderr }: ChildProcess, onLine: (line: string) => void): void {
  let rest = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => {
      const [, url] = /^listening on (\S+)/m.exec(text.toString()) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error('the provider ended')));
  });
}

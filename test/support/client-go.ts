// client-go as the reference for kubeconfigs: a program built from Go modules, which gets many questions at once.
import { execFile, spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.js';

/** A file or bytes (base64) that is used as kubectl does; only loaded, or only read as YAML. */
export interface ClientGoQuestion {
  file?: string;
  content?: string;
  load?: boolean;
  yaml?: boolean;
}

export interface ClientGoVerdict {
  value?: unknown;
  loadError?: string;
  callError?: string;
}

const run = promisify(execFile);

/** The program; needs Go and its module proxy. */
export async function buildClientGo(): Promise<string> {
  const folder = temporaryFolder();
  cpSync(fileURLToPath(new URL('client-go', import.meta.url)), folder, { recursive: true });
  await run('go', ['mod', 'tidy'], { cwd: folder, timeout: 600_000 });
  await run('go', ['build', '-o', 'judge', '.'], { cwd: folder, timeout: 600_000 });
  return path.join(folder, 'judge');
}

/** The verdicts, in the order of the questions. */
export async function askClientGo(
  program: string,
  questions: readonly ClientGoQuestion[],
): Promise<(ClientGoVerdict | undefined)[]> {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  child.stdout.setEncoding('utf8');
  let answers = '';
  for await (const part of child.stdout) answers += part as string;
  const lines = answers.trim().split('\n');
  return questions.map((_, index) => JSON.parse(lines[index] ?? '{}') as ClientGoVerdict);
}

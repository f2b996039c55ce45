// Compares the unmodified openstack command with ours on some two hundred configurations: the same token request and
// the same endpoint of the catalogue, or the reason why not. Reports "not run" without Python or its packages.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runIn } from '../support/command-line.js';
import { type Recorded, startRecordedKeystone } from '../support/recorded-keystone.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import type { CredentialCase } from './credentials/credential-case.js';
import { fromFiles } from './credentials/from-files.js';
import { fromVariables } from './credentials/from-variables.js';
import { oddOnes } from './credentials/odd.js';
import { overTheFile } from './credentials/over-the-file.js';
import { yaml } from './credentials/yaml.js';

const source = fileURLToPath(new URL('clients/openstackclient', import.meta.url));
const script = path.join(source, 'credentials.py');
const cases = Object.entries({ ...fromVariables, ...overTheFile, ...fromFiles, ...yaml, ...oddOnes });
const keystone = await startRecordedKeystone();
const start = process.cwd();
const python = await findPython();

afterAll(() => process.chdir(start));

/** A Python with the packages: that of OPENSTACK_VENV, or one that is made. Undefined where it cannot be made. */
async function findPython(): Promise<string | undefined> {
  const given = process.env['OPENSTACK_VENV'];
  if (given) return path.join(given, 'bin/python');
  if (spawnSync('which', ['python3']).status !== 0) return undefined;
  const folder = temporaryFolder();
  cpSync(source, folder, { recursive: true });
  try {
    await promisify(execFile)('bash', [path.join(folder, 'install'), folder]);
    return path.join(folder, 'venv/bin/python');
  } catch (error) {
    process.stderr.write(`NOT RUN: the openstack command cannot be installed: ${String(error).split('\n', 1)[0]}\n`);
    return undefined;
  }
}

/** Writes a case's files; gives its folder and environment. */
function prepare({ environment, files = {} }: CredentialCase, asker: string) {
  const folder = temporaryFolder();
  const home = temporaryFolder();
  const places = {
    '{auth}': `${keystone.origin}${asker}`,
    '{invalid}': `http://keystone.invalid${asker}`,
    '{origin}': keystone.origin,
    '{host}': new URL(keystone.origin).host,
    '{folder}': folder,
  };
  const fill = (text: string) =>
    Object.entries(places).reduce((filled, [place, value]) => filled.replaceAll(place, value), text);
  for (const [name, text] of Object.entries(files)) {
    const file = name.startsWith('~/') ? path.join(home, name.slice(2)) : path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, fill(text));
  }
  const filled = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(value)]));
  return { folder, environment: { HOME: home, PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...filled } };
}

const theirs: { code: number; said: string }[] = [];

beforeAll(async () => {
  if (python === undefined) return;
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const inputs = cases.map(([, one], index) => JSON.stringify(prepare(one, `/theirs-${index}`)));
  child.stdin.end(`${inputs.join('\n')}\n`);
  await new Promise((resolve) => child.on('close', resolve));
  for (const line of output.trim().split('\n')) theirs.push(JSON.parse(line) as { code: number; said: string });
}, 900_000);

/** What was sent, without the path that tells askers apart. */
function sent({ tokens, calls }: Recorded) {
  const [token] = tokens;
  return token ? { url: token.url, body: token.body, endpoint: calls[0] } : 'nothing';
}

const runTest = python === undefined ? test.skip : test;

runTest.each(cases.map(([name, one], index) => [name, one, index] as const))('%s', async (_name, one, index) => {
  const { folder, environment } = prepare(one, `/ours-${index}`);
  process.chdir(folder);
  const { code, stdout, stderr } = await runIn(environment, 'get', 'no-such-cluster');
  process.chdir(start);
  expect({ stdout, code: [1, 2].includes(code) }).toEqual({ stdout: '', code: true });
  expect(stderr).not.toMatch(/S3cret|(?<!its )\bsecret\b|hidden/);
  const [our, their] = [sent(keystone.of(`/ours-${index}`)), sent(keystone.of(`/theirs-${index}`))];
  if (one.otherwise) {
    expect(our).not.toEqual(their);
    expect(our === 'nothing' ? 'refused' : 'goes through').toBe(one.otherwise.ours);
  } else {
    expect({ sent: our, said: our === 'nothing' ? '' : stderr.replace(/.*has no cluster.*\n/, '') }).toEqual({
      sent: their,
      said: '',
    });
  }
});

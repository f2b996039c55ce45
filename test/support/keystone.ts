// A real Keystone, with SQLite, in a folder of its own. It runs where KEYSTONE_VENV names a Python virtual environment
// in which support/keystone/requirements.txt is installed; .ci/run makes one.
import { afterAll } from '@jest/globals';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.js';
import { freePort } from './free-port.js';

const venv = process.env['KEYSTONE_VENV'];

/** The Python that has Keystone; undefined where there is none. */
export const keystonePython = venv === undefined || venv === '' ? undefined : path.join(venv, 'bin', 'python');

const serveScript = fileURLToPath(new URL('keystone/serve.py', import.meta.url));
const running: ChildProcess[] = [];

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

export type Keystone = Awaited<ReturnType<typeof startKeystone>>;
type Json = Record<string, unknown>;

/** Starts a Keystone with an administrator and a service user that may look tokens up. */
export async function startKeystone() {
  const folder = temporaryFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/v3`;
  const password = randomBytes(12).toString('hex');
  writeConfiguration(folder);
  await manage(folder, 'db_sync');
  // Readers and the writer must not lock each other out.
  const wal = `import sqlite3; sqlite3.connect('${folder}/keystone.db').execute('PRAGMA journal_mode=WAL')`;
  await promisify(execFile)(keystonePython ?? '', ['-I', '-c', wal]);
  const bootstrap = {
    password,
    'project-name': 'admin',
    'role-name': 'admin',
    'region-id': 'RegionOne',
    'public-url': url,
  };
  await manage(
    folder,
    'bootstrap',
    ...Object.entries(bootstrap).flatMap(([name, value]) => [`--bootstrap-${name}`, value]),
  );
  let child = await serve(folder, port);

  const adminToken = await authenticate(
    { name: 'admin', domain: { id: 'default' }, password },
    { project: { name: 'admin', domain: { id: 'default' } } },
  );

  async function call(
    method: string,
    route: string,
    { token = adminToken, body }: { token?: string; body?: Json } = {},
  ): Promise<Json> {
    const response = await fetch(url + route, {
      method,
      headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Json);
  }

  async function authenticate(user: Json, scope?: Json | string): Promise<string> {
    const identity = { methods: ['password'], password: { user } };
    const response = await fetch(`${url}/auth/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ auth: { identity, ...(scope !== undefined && { scope }) } }),
    });
    if (response.status !== 201) throw new Error(`authentication: ${response.status} ${await response.text()}`);
    return response.headers.get('X-Subject-Token') ?? '';
  }

  const idOf = (answer: Json, kind: string) => (answer[kind] as { id: string }).id;
  const createProject = async (name: string) =>
    idOf(await call('POST', '/projects', { body: { project: { name, domain_id: 'default' } } }), 'project');
  const createUser = async (name: string) => ({
    id: idOf(await call('POST', '/users', { body: { user: { name, domain_id: 'default', password } } }), 'user'),
    name,
    password,
  });
  const roleId = async (name: string) => {
    const { roles } = (await call('GET', `/roles?name=${name}`)) as { roles: { id: string }[] };
    return roles[0]?.id ?? idOf(await call('POST', '/roles', { body: { role: { name } } }), 'role');
  };
  const grant = async (place: string, userId: string, role: string) => {
    await call('PUT', `/${place}/users/${userId}/roles/${await roleId(role)}`);
  };

  const serviceProject = await createProject('service');
  const service = await createUser('clustercert');
  await grant(`projects/${serviceProject}`, service.id, 'service');
  return {
    url,
    /** As the openstack command takes them. */
    serviceEnvironment: {
      OS_AUTH_URL: url,
      OS_USERNAME: service.name,
      OS_PASSWORD: password,
      OS_USER_DOMAIN_ID: 'default',
      OS_PROJECT_NAME: 'service',
      OS_PROJECT_DOMAIN_ID: 'default',
    },
    call,
    createProject,
    createUser,
    grant,
    /** A token of the user; without a scope an unscoped one. */
    authenticate: ({ id }: { id: string }, scope: Json | string = 'unscoped') => authenticate({ id, password }, scope),
    revokeAsAdmin: async (token: string) => {
      const response = await fetch(`${url}/auth/tokens`, {
        method: 'DELETE',
        headers: { 'X-Auth-Token': adminToken, 'X-Subject-Token': token },
      });
      if (response.status !== 204) throw new Error(`revocation: ${response.status}`);
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
    restart: async () => {
      child = await serve(folder, port);
    },
  };
}

function writeConfiguration(folder: string): void {
  const key = () => randomBytes(32).toString('base64url') + '=';
  for (const name of ['conf.d', 'fernet-keys', 'credential-keys']) mkdirSync(path.join(folder, name), { mode: 0o700 });
  for (const name of ['fernet-keys', 'credential-keys']) {
    for (const number of ['0', '1']) writeFileSync(path.join(folder, name, number), key(), { mode: 0o600 });
  }
  const sections = {
    DEFAULT: { log_file: `${folder}/keystone.log`, use_stderr: 'false' },
    database: { connection: `sqlite:///${folder}/keystone.db?timeout=30`, sqlite_synchronous: 'false' },
    // Nothing is cached beyond a request, so that a revocation is seen at once.
    cache: { enabled: 'true', backend: 'dogpile.cache.null' },
    token: { provider: 'fernet', caching: 'false' },
    revoke: { caching: 'false' },
    identity: { max_password_length: '72', password_hash_rounds: '4' },
    fernet_tokens: { key_repository: `${folder}/fernet-keys` },
    fernet_receipts: { key_repository: `${folder}/fernet-keys` },
    credential: { key_repository: `${folder}/credential-keys` },
    oslo_messaging_notifications: { driver: 'noop' },
  };
  const text = Object.entries(sections).map(([name, options]) =>
    [`[${name}]`, ...Object.entries(options).map(([option, value]) => `${option} = ${value}`), ''].join('\n'),
  );
  writeFileSync(path.join(folder, 'keystone.conf'), text.join('\n'));
}

/** Only what is named reaches Keystone: it reads OS_* variables too. */
const environment = { PATH: process.env['PATH'] };

async function manage(folder: string, ...args: string[]): Promise<void> {
  const program = 'import sys; from keystone.cmd.manage import main; sys.argv[0] = "keystone-manage"; main()';
  const configuration = ['--config-file', `${folder}/keystone.conf`, '--config-dir', `${folder}/conf.d`];
  await promisify(execFile)(keystonePython ?? '', ['-I', '-c', program, ...configuration, ...args], {
    env: environment,
  });
}

async function serve(folder: string, port: number): Promise<ChildProcess> {
  const child = spawn(keystonePython ?? '', ['-I', serveScript, folder, String(port)], {
    env: environment,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  running.push(child);
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Keystone ended with exit code ${child.exitCode}`);
    const ready = await fetch(`http://127.0.0.1:${port}/v3`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return child;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

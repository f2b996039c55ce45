// Prism, a mock server of contracts: too large for a development dependency, so it is installed on request.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { Program } from './measured-process.js';

const version = '5.14.2';

/** Installs it; as by default it logs each request, as the provider does. The program answers with the given body, by an example that is put into a copy of the contract. */
export function installPrism(folder: string, { contract, answer }: { contract: string; answer: string }): Program {
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `@stoplight/prism-cli@${version}`];
  execFileSync('npm', install, { cwd: folder, stdio: 'ignore' });
  const document = parse(readFileSync(contract, 'utf8')) as {
    paths: Record<string, { get: { responses: Record<string, { content: unknown }> } }>;
  };
  const operation = Object.entries(document.paths).find(([route]) => route.endsWith('/clustercert'))?.[1].get;
  const ok = operation?.responses['200'];
  if (!ok) throw new Error('the contract has no 200 for clustercert');
  const schema = { $ref: '#/components/schemas/Kubeconfig' };
  ok.content = { 'application/json': { schema, example: JSON.parse(answer) as unknown } };
  const file = path.join(folder, 'prism.json');
  writeFileSync(file, JSON.stringify(document));
  return {
    args: [
      path.join(folder, 'node_modules/@stoplight/prism-cli/dist/index.js'),
      'mock',
      '--multiprocess=false',
      '--port',
      '4017',
      file,
    ],
    listening: /listening on (http:\S+)/,
  };
}

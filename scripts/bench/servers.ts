// The provider and its peers as programs: each sends the same body for the same request.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeData } from './data.js';
import type { Target } from './load.js';
import { type Program, startServer } from './measured-process.js';
import { installPrism } from './prism.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const bin = path.join(root, 'dist/src/cli/bin.js');

export interface Servers {
  target: Target;
  programs: Record<string, Program>;
}

/** `serve` with its defaults, but without limits of requests. */
export function provider(data: string, ...options: string[]): Program {
  const limits = ['--caller-limit', '100000000', '--address-limit', '100000000'];
  return { args: [bin, 'serve', '--port', '0', '--data', data, '--no-demo', ...limits, ...options] };
}

/** The provider over a new data folder, and peers with its token and its response. */
export async function makeServers(folder: string, { prism }: { prism: boolean }): Promise<Servers> {
  const data = path.join(folder, 'data');
  const { token, ...target } = await makeData(data, { clusters: 1 });
  const answerFile = path.join(folder, 'answer.json');
  const running = await startServer(provider(data), folder);
  const answer = await (await fetch(running.url + target.path, { headers: target.headers })).text();
  await running.stop();
  writeFileSync(answerFile, answer);
  const contract = path.join(root, 'spec/openapi.yaml');
  const environment = { BENCH_ANSWER: answerFile, BENCH_TOKEN: token, BENCH_CONTRACT: contract };
  const peer = (name: string): Program => ({ args: [path.join(root, `scripts/bench/peers/${name}.mjs`)], environment });
  const programs: Servers['programs'] = {
    ours: provider(data),
    express: peer('express'),
    validator: peer('validator'),
  };
  if (prism) programs['prism'] = installPrism(folder, { contract, answer });
  return { target, programs };
}

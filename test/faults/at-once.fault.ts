// Promises that hold although files are checked and log lines written once per turn of the event loop: a revoked token
// is refused at once, and no response is sent without its audit line, however the process ends.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { TokenFolder } from '../../src/registry/folder/token-folder.js';
import { clusterAdd, run, startServe } from '../support/command-line.js';
import { projectId, userId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const faultMs = 120_000;
const unlimited = ['--caller-limit', '0', '--address-limit', '0'];
const data = temporaryFolder();
const tokens = new TokenFolder(data);
let path: string;

beforeAll(async () => {
  const added = await run(...clusterAdd(data, projectId));
  path = `/api/v3/projects/${projectId}/clusters/${added.stdout.trim()}/clustercert`;
}, faultMs);

const agents: Agent[] = [];
afterAll(() => {
  for (const agent of agents) agent.destroy();
});

const newToken = () => tokens.add({ userId, projectId, groups: [] }, { lifetimeSeconds: 3600 });

/** The status once the whole answer has arrived; 0 where none did. */
function ask(url: string, token: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(url + path, { agent, headers: { 'X-Auth-Token': token } }, (answer) => {
      answer.resume().on('end', () => resolve(answer.complete ? (answer.statusCode ?? 0) : 0));
      answer.on('error', () => resolve(0));
    });
    sent.on('error', () => resolve(0)).end();
  });
}

/** Keeps connections busy until it is stopped; gives how many answers of 200 came. */
function load(url: string, token: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  agents.push(agent);
  const state = { stopped: false, answers: 0 };
  const work = async () => {
    while (!state.stopped) {
      const status = await ask(url, token, agent);
      if (status === 200) state.answers += 1;
      if (status === 0) await setTimeout(10);
    }
  };
  const all = Promise.all(Array.from({ length: connections }, work));
  return {
    stop: async () => {
      state.stopped = true;
      await all;
      return state.answers;
    },
  };
}

test(
  'a token that was revoked is refused by every request that is sent after it, under load',
  async () => {
    const provider = await startServe('--data', data, ...unlimited);
    const busy = await newToken();
    const victims = await Promise.all(Array.from({ length: 60 }, newToken));
    // Files that were written a moment ago are read each time; these are to be remembered.
    await setTimeout(2_500);
    const background = load(provider.url, busy.token, 20);
    const agent = new Agent({ keepAlive: true });
    agents.push(agent);
    let [before, late] = [0, 0];
    for (const { token, record } of victims) {
      if ((await ask(provider.url, token, agent)) === 200) before += 1;
      await tokens.revoke(record.id);
      if ((await ask(provider.url, token, agent)) !== 401) late += 1;
    }
    const answers = await background.stop();
    provider.child.kill('SIGKILL');
    await provider.ended;
    expect({ before, late, isLoaded: answers > 100 }).toEqual({ before: victims.length, late: 0, isLoaded: true });
  },
  faultMs,
);

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'every answer has its audit line when the provider ends by %s under load',
  async (signal) => {
    const provider = await startServe('--data', data, ...unlimited);
    const { token } = await newToken();
    const busy = load(provider.url, token, 20);
    await setTimeout(3_000);
    provider.child.kill(signal);
    const { stderr } = await provider.ended;
    const answers = await busy.stop();
    // A line that the end cut short would not be JSON.
    const whole = stderr.slice(0, stderr.lastIndexOf('\n')).split('\n');
    const lines = whole.map((line) => JSON.parse(line) as { audit?: string; msg: string });
    const audits = lines.filter(({ audit }) => audit === 'getClusterCertByUID').length;
    expect(answers).toBeGreaterThan(100);
    expect(audits).toBeGreaterThanOrEqual(answers);
    if (signal === 'SIGTERM') {
      const completed = lines.filter(({ msg }) => msg === 'request completed').length;
      expect(completed).toBeGreaterThanOrEqual(answers);
    }
  },
  faultMs,
);

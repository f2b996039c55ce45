// CPU microseconds of one call of our client, of openapi-fetch and of bare fetch, with a fetch that answers at once with a
// real Response. Writes rounds, taken in turn.
import createFetchClient from 'openapi-fetch';
import { readFileSync } from 'node:fs';

const [answerFile, times, rounds] = process.argv.slice(2);
const { createClient, getClusterCert } = await import('../../dist/src/index.js');

const answer = readFileSync(answerFile, 'utf8');
const respond = async () => new Response(answer, { headers: { 'Content-Type': 'application/json' } });
const ids = { project_id: '77b6a44cba5143ab91d13ab9a8ff44fd', cluster_id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' };
const endpoint = 'https://cce.example';
const route = '/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert';
const ours = createClient({ endpoint, token: 'token', fetch: respond });
const plain = createFetchClient({ baseUrl: endpoint, headers: { 'X-Auth-Token': 'token' }, fetch: respond });
const headers = { 'X-Auth-Token': 'token', 'Content-Type': 'application/json' };
const calls = {
  fetch: async () =>
    (
      await respond(`${endpoint}/api/v3/projects/${ids.project_id}/clusters/${ids.cluster_id}/clustercert`, { headers })
    ).json(),
  openapiFetch: () => plain.GET(route, { params: { path: ids } }),
  ours: () => getClusterCert(ours, { params: { path: ids } }),
};

async function cpuUsOf(call) {
  const before = process.cpuUsage();
  for (let left = Number(times); left > 0; left--) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / Number(times);
}

const measured = [];
for (let round = -1; round < Number(rounds); round++) {
  const row = {};
  for (const [name, call] of Object.entries(calls)) row[name] = await cpuUsOf(call);
  if (round >= 0) measured.push(row);
}
console.log(JSON.stringify(measured));

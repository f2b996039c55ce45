// An identity service and the provider in its catalogue, which record their requests. Each client has a separate path.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { answerJson, startStandIn } from './stand-ins.js';

export interface TokenRecord {
  url: string;
  body: unknown;
}

/** The record of one client: its token requests, and the URLs of its calls to the provider. */
export interface Recorded {
  tokens: TokenRecord[];
  calls: string[];
}

const recordedProject = '77b6a44cba5143ab91d13ab9a8ff44fd';
const regions = ['eu-de', 'eu-nl', 'RegionOne'];
const interfaces = ['public', 'internal', 'admin'];

/** Starts both on one port. `of` gives what came under a path such as `/case-1`. */
export async function startRecordedKeystone() {
  const records = new Map<string, Recorded>();
  const of = (path: string): Recorded => {
    const record = records.get(path) ?? { tokens: [], calls: [] };
    records.set(path, record);
    return record;
  };
  const origin = await startStandIn((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse) {
    // As a proxy it is asked by whole URLs, and serves those itself.
    const [, host, path = '', rest = ''] = /^(?:http:\/\/([^/]+))?(\/[^/]+)(.*)$/.exec(request.url ?? '') ?? [];
    const body = await text(request);
    if (request.method === 'POST' && rest.endsWith('/auth/tokens')) {
      of(path).tokens.push({ url: (isForeign(host) ? 'over the proxy ' : '') + rest, body: JSON.parse(body) });
      const token = describeToken(`${origin}${path}`);
      answerJson(response, 201, { token }, { 'X-Subject-Token': 'issued' });
      return;
    }
    if (rest.startsWith('/provider/')) {
      of(path).calls.push(rest.replace(/\/api\/v3.*$/, ''));
      answerJson(response, 200, { kind: 'Cluster', apiVersion: 'v3', items: [] });
      return;
    }
    answerJson(response, 200, describeVersion(`${origin}${path}${rest}`));
  }

  return { origin, of };
}

const isForeign = (host: string | undefined) => host !== undefined && !host.startsWith('127.');

/** Version discovery, as Keystone answers at its root and at `/v3`. */
function describeVersion(url: string) {
  const base = url.replace(/\/(v3)?\/?$/, '');
  const version = {
    id: 'v3.14',
    status: 'stable',
    links: [{ rel: 'self', href: `${base}/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
  return /\/v3\/?$/.test(url) ? { version } : { versions: { values: [version] } };
}

function describeToken(base: string) {
  const now = Date.now();
  const domain = { id: 'default', name: 'Default' };
  const endpoints = regions.flatMap((region) =>
    interfaces.map((name) => ({
      id: `${region}-${name}`,
      interface: name,
      region,
      region_id: region,
      url: `${base}/provider/${region}/${name}/api/v3/projects/${recordedProject}`,
    })),
  );
  return {
    methods: ['password'],
    issued_at: new Date(now).toISOString(),
    expires_at: new Date(now + 3_600_000).toISOString(),
    user: { id: 'u', name: 'alice', domain },
    project: { id: recordedProject, name: 'demo', domain },
    roles: [{ id: 'r', name: 'admin' }],
    catalog: [{ id: 'cce', type: 'ccev2.0', name: 'ccev2.0', endpoints }],
  };
}

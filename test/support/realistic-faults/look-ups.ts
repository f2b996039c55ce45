// Faults of look-ups, of what kubectl decodes, of names and lifetimes, each in a provider that is right otherwise.
import { type Call, type Change, type Reply, errorReply, small } from '../small-provider.js';
import { type RealisticFault, cluster, config, day, headers, isPost, onGood, sent, user } from './changes.js';

const unauthorised = errorReply(401, 'CCE.01401001', 'Authorization failed.');
const notFound = errorReply(404, 'CCE.01404001', 'Resource not found.');
const json = (value: unknown): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});
const described = (uid: string, more: object = {}) => ({
  kind: 'Cluster',
  apiVersion: 'v3',
  metadata: { name: 'prod', uid },
  spec: { type: 'VirtualMachine', hostNetwork: {}, eniNetwork: {}, serviceNetwork: {} },
  status: { phase: 'Available', endpoints: [{ url: 'https://192.168.1.7:5443', type: 'Internal' }] },
  ...more,
});

/** The list of these clusters. */
export const listOf = (...ids: string[]) =>
  json({ kind: 'List', apiVersion: 'v3', items: ids.map((id) => described(id)) });

export const withPublicAddress = (id: string) => {
  const endpoints = [
    { url: 'https://192.168.1.7:5443', type: 'Internal' },
    { url: 'https://80.158.7.23:5443', type: 'External' },
  ];
  return json(described(id, { status: { phase: 'Available', endpoints } }));
};

/** Sorted, as in a list. */
const known = [small.cluster, small.eipCluster, small.otherCluster];

/** Right look-ups, with one answer that is not. */
export const lookUps = (wrong: (call: Call, kind: 'list' | 'one', usual: Reply) => Reply): Change => ({
  reply: (usual, call) => {
    const match = /\/clusters(?:\/([^/]+))?$/.exec(call.path);
    if (!match || call.method !== 'GET') return usual;
    const id = match[1];
    const kind = id === undefined ? 'list' : 'one';
    const right = () => {
      if (call.headers['x-auth-token'] !== small.token) return unauthorised;
      if (call.path.includes(small.otherProject)) return errorReply(403, 'CCE.01403001', 'Forbidden.');
      if (kind === 'list') return listOf(...known);
      return id !== undefined && known.includes(id) ? json(described(id)) : notFound;
    };
    return wrong(call, kind, right());
  },
});
export const found = ({ status }: Reply) => status === 200;

export const lookUpFaults: Record<string, RealisticFault> = {
  'getCluster answers another cluster': [
    lookUps((_, kind, usual) => (kind === 'one' && found(usual) ? json(described(small.otherCluster)) : usual)),
    /look-ups-of-the-cluster/,
  ],
  'getCluster finds what is not there': [
    lookUps((_, kind, usual) => (kind === 'one' && usual.status === 404 ? json(described(small.cluster)) : usual)),
    /look-ups-of-the-cluster/,
  ],
  'a cluster is listed twice': [
    lookUps((_, kind, usual) => {
      const items = [described(small.cluster), described(small.cluster)];
      return kind === 'list' && found(usual) ? json({ kind: 'List', apiVersion: 'v3', items }) : usual;
    }),
    /look-ups-of-the-cluster/,
  ],
  'the list has clusters of other projects': [
    lookUps((_, kind, usual) => (kind === 'list' && found(usual) ? listOf(small.cluster, small.foreign) : usual)),
    /look-ups-of-the-cluster.*which getCluster finds/,
  ],
  'the list lacks the cluster': [
    lookUps((_, kind, usual) => (kind === 'list' && found(usual) ? listOf(small.eipCluster) : usual)),
    /look-ups-of-the-cluster.*a cluster of the project/,
  ],
  'the list lacks a cluster that getCluster finds': [
    lookUps((_, kind, usual) => (kind === 'list' && found(usual) ? listOf(small.cluster, small.otherCluster) : usual)),
    /look-ups-of-the-cluster.*a cluster of the project/,
  ],
  'the look-ups have other names for a cluster': [
    lookUps((_, kind, usual) =>
      kind === 'one' && found(usual)
        ? json(described(small.cluster, { metadata: { name: 'test', uid: small.cluster } }))
        : usual,
    ),
    /look-ups-of-the-cluster.*as getCluster has it/,
  ],
  'a filter breaks the list': [
    lookUps(({ query }, kind, usual) =>
      kind === 'list' && query !== '' ? errorReply(500, 'CCE.01500001', 'x') : usual,
    ),
    /look-ups-of-the-cluster.*with a filter/,
  ],
  'an endpoint has no scheme': [
    lookUps((_, kind, usual) =>
      kind === 'one' && found(usual)
        ? json(
            described(small.cluster, {
              status: { phase: 'Available', endpoints: [{ url: '192.168.1.7:5443', type: 'Internal' }] },
            }),
          )
        : usual,
    ),
    /get-cluster.*url/,
  ],
  'the kubeconfig has the address of another cluster': [
    {
      ...lookUps((call, kind, usual) => {
        const id = call.path.split('/').pop() ?? '';
        const url = `https://192.168.${id.charCodeAt(0)}.7:5443`;
        const status = { phase: 'Available', endpoints: [{ url, type: 'Internal' }] };
        return kind === 'one' && found(usual) ? json(described(id, { status })) : usual;
      }),
      config: (one, call) => {
        if (call.path.includes(small.eipCluster))
          cluster(one)['server'] = `https://192.168.${small.cluster.charCodeAt(0)}.7:5443`;
      },
    },
    /addresses-of-the-look-up.*the one of another cluster/,
  ],
  'a list is an object': [
    lookUps((_, kind, usual) =>
      kind === 'list' && found(usual) ? json({ kind: 'List', apiVersion: 'v3', items: {} }) : usual,
    ),
    /list-clusters/,
  ],
  'a list is a 500': [
    lookUps((_, kind, usual) => (kind === 'list' && found(usual) ? errorReply(500, 'CCE.01500001', 'x') : usual)),
    /list-clusters/,
  ],
  'a list takes an expired token': [
    lookUps(({ headers: h }, kind, usual) =>
      kind === 'list' && h['x-auth-token'] === small.expiredToken
        ? json({ kind: 'List', apiVersion: 'v3', items: [] })
        : usual,
    ),
    /look-ups-without-token/,
  ],
  'a field has a type that kubectl does not read': [
    config((one) => Object.assign(one.contexts[0]?.context ?? {}, { namespace: 7 })),
    /kubectl-reads-fields.*namespace/,
  ],
  'extensions are no list': [config((one) => (one['extensions'] = { a: 1 })), /kubectl-reads-fields.*extensions/],
  'preferences have a colour in words': [
    config((one) => (one['preferences'] = { colors: 'yes' })),
    /kubectl-reads-fields.*colors/,
  ],
  'a password is beside the certificate': [
    config((one) => Object.assign(user(one), { username: 'admin', password: 'hunter-2' })),
    /kubectl-runs-nothing/,
  ],
  'the server is a template that nobody filled in': [
    config((one) => (cluster(one)['server'] = 'https://undefined:5443')),
    /server-urls.*template/,
  ],
  'nginx may keep it': [headers({ 'X-Accel-Expires': '600' }), /caching/],
  'the clock is an hour behind': [
    onGood((reply) => ({ headers: { ...reply.headers, Date: new Date(Date.now() - 3_600_000).toUTCString() } })),
    /clock/,
  ],
  'a certificate for 30 seconds': [
    { decide: (one) => (one.fields = { days: [-1, 30 / 86_400] }) },
    /validity.*time to use it/,
  ],
  'a name with a control character': [
    { decide: (one) => one.user !== undefined && (one.fields = { commonName: `${one.user}\0admin` }) },
    /purpose.*control characters/,
  ],
  'the name of a node': [
    { decide: (one) => one.user !== undefined && (one.fields = { commonName: 'system:node:10.0.0.1' }) },
    /purpose.*component of Kubernetes/,
  ],
  'the token is in the certificate': [
    { decide: (one, { headers: h }) => (one.fields = { commonName: String(h['x-auth-token']).slice(0, 60) }) },
    /no-leaks/,
  ],
  'POST knows one user only': [
    {
      decide: (one, call) => isPost(call) && one.user !== undefined && (one.user = 'a4a5d4098fb4474fa22cd05f897d6b99'),
    },
    /stable-identity/,
  ],
  'POST names another server': [
    config((one, call) => isPost(call) && (cluster(one)['server'] = 'https://10.9.9.9:5443')),
    /same-cluster-same-answer/,
  ],
  'a user is remembered for the connection': [
    {
      decide: (one, { earlier }) => {
        if (one.user !== undefined && earlier.includes(small.token)) one.user = 'a4a5d4098fb4474fa22cd05f897d6b99';
      },
    },
    /token-on-each-request/,
  ],
  'a day more than was asked for': [
    { decide: (one, call) => (sent(call).duration ?? 0) > 0 && (one.days = (sent(call).duration ?? 0) + 1) },
    /post-lifetime/,
  ],
  'ten years for the longest time': [
    { decide: (one, call) => sent(call).duration === -1 && (one.days = 3650) },
    /post-lifetime/,
  ],
  'a POST with the documented charset is refused': [
    {
      reply: (reply, call) =>
        isPost(call) && /charset/.test(String(call.headers['content-type']))
          ? errorReply(400, 'CCE.01400006', 'Content type not supported.')
          : reply,
    },
    /post-30-days/,
  ],
  'a clock of twelve hours': [
    {
      decide: (one, call) => {
        const { expire_at: time } = sent(call);
        if (typeof time !== 'string') return;
        const end = Date.parse(time.replace(' ', 'T').replace(' +0000 UTC', 'Z'));
        if (new Date(end).getUTCHours() > 12) one.days = (end - Date.now()) / day - 0.5;
      },
    },
    /post-chosen-end/,
  ],
};

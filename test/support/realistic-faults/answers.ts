// Faults of kubeconfigs, certificates and bodies, each in a provider that is right otherwise.
import { small } from '../small-provider.js';
import { good, onGood, headers, config, user, cluster, html, other, encode, type RealisticFault } from './changes.js';

export const answersFaults: Record<string, RealisticFault> = {
  'a server has its scheme twice': [
    config((one) => Object.assign(cluster(one), { server: 'https://https://192.168.1.7:5443' })),
    /server-urls/,
  ],
  // The kubeconfig
  'preferences are a text': [config((one) => Object.assign(one, { preferences: 'none' })), /"id":"preferences"/],
  'a user stands there twice': [config((one) => one.users.push(...one.users)), /"id":"unique-names"/],
  'kubectl would run a program': [
    config((one) =>
      Object.assign(user(one), { exec: { command: 'curl', apiVersion: 'client.authentication.k8s.io/v1' } }),
    ),
    /kubectl-runs-nothing/,
  ],
  'kubectl would read a file': [
    config((one) => Object.assign(user(one), { 'client-key': '/root/.ssh/id_rsa' })),
    /kubectl-runs-nothing/,
  ],
  'the key is an object': [
    config((one) => Object.assign(user(one), { 'client-key-data': { data: user(one)['client-key-data'] } })),
    /client-key-data/,
  ],
  'the data are PEM lines in a list': [
    config((one) =>
      Object.assign(user(one), { 'client-certificate-data': [other(user(one)['client-certificate-data'])] }),
    ),
    /client-certificate-data/,
  ],
  'the CA has a byte order mark': [
    config((one) =>
      Object.assign(cluster(one), {
        'certificate-authority-data': encode(`\uFEFF${other(cluster(one)['certificate-authority-data'])}`),
      }),
    ),
    /byte order mark/,
  ],
  'the key is indented': [
    config((one) =>
      Object.assign(user(one), {
        'client-key-data': encode(other(user(one)['client-key-data']).replaceAll(/^/gm, '  ')),
      }),
    ),
    /beginning of its line/,
  ],
  'the server has a blank in it': [
    config((one) => Object.assign(cluster(one), { server: 'https://192.168.1.7:5443 ' })),
    /server-urls/,
  ],
  'the server has a backslash': [
    config((one) => Object.assign(cluster(one), { server: 'https:\\\\192.168.1.7:5443' })),
    /server/,
  ],
  'the server is the address of this API': [
    config((one) =>
      Object.assign(cluster(one), {
        server: `https://cce.example.com/api/v3/projects/${small.project}/clusters/x/clustercert`,
      }),
    ),
    /server-urls/,
  ],
  'the numbers are texts': [
    config((one) => Object.assign(cluster(one), { 'insecure-skip-tls-verify': 'false' })),
    /insecure-skip-tls-verify/,
  ],
  'the internal entry has the public address': [
    config((one) => one.clusters.length > 1 && Object.assign(cluster(one), { server: 'https://80.158.7.23:5443' })),
    /eip-entries/,
  ],
  'the clock of the replica for POST is ten hours ahead': [
    {
      reply: (reply, call) =>
        call.method === 'POST' && good(reply)
          ? { ...reply, headers: { ...reply.headers, Date: new Date(Date.now() + 36_000_000).toUTCString() } }
          : reply,
    },
    /"clock"/,
  ],
  'the user acts for a group that it is not in': [
    config((one) => (user(one)['as-groups'] = ['system:masters'])),
    /kubectl-runs-nothing[^]*as-groups/,
  ],
  'the external entries have the private address of the internal one': [
    config((one) => {
      for (const { cluster: each } of one.clusters) each['server'] = cluster(one)['server'];
    }),
    /server-urls[^]*the private one of internalCluster/,
  ],
  'the addresses of the two entries are exchanged': [
    config((one) => {
      const [first, second] = one.clusters;
      if (!first || !second) return;
      const { server } = first.cluster;
      first.cluster['server'] = second.cluster['server'];
      for (const { cluster: each } of one.clusters.slice(1)) each['server'] = server;
    }),
    /server-urls.*the private one/,
  ],
  'the user list is an object': [config((one) => Object.assign(one, { users: one.users[0] })), /users/],
  // The certificates
  'the certificate is for servers': [
    { decide: (one) => (one.fields = { purposes: ['1.3.6.1.5.5.7.3.1'] }) },
    /purpose/,
  ],
  'the certificate starts tomorrow': [{ decide: (one) => (one.fields = { days: [1, 30] }) }, /validity/],
  'the certificate ended an hour ago': [{ decide: (one) => (one.fields = { days: [-30, -0.04] }) }, /validity/],
  'the key has 1024 bits': [{ decide: (one) => (one.fields = { bits: 1024 }) }, /strength/],
  'the certificate names nobody': [{ decide: (one) => (one.fields = { commonName: '' }) }, /purpose/],
  // The answer
  'success is 202': [onGood(() => ({ status: 202 })), /answers-with-kubeconfig/],
  'an error with the status 200': [
    onGood(() => ({ body: JSON.stringify({ errorCode: 'CCE.01500001', errorMessage: 'x' }) })),
    /an error with the status 200/,
  ],
  'gzip without its header': [
    {
      reply: async (reply) =>
        good(reply) ? { ...reply, body: (await import('node:zlib')).gzipSync(reply.body) as never } : reply,
    },
    /gzip without the header/,
  ],
  'the media type is text': [headers({ 'Content-Type': 'text/plain' }), /header Content-Type/],
  'the answer is wrapped': [
    onGood((reply) => ({ body: JSON.stringify({ data: JSON.parse(reply.body) as unknown }) })),
    /answers-with-kubeconfig/,
  ],
  'the answer is YAML': [onGood(() => ({ body: 'kind: Config\napiVersion: v1\n' })), /not JSON/],
  'errors are HTML': [
    {
      reply: (reply, { path }) =>
        reply.status >= 400 && /clustercert$/.test(path) ? { ...html(reply.status), status: reply.status } : reply,
    },
    /error-form/,
  ],
  'errors have codes of another status': [
    {
      reply: (reply) =>
        reply.status === 401 ? { ...reply, body: reply.body.replaceAll('CCE.01401001', 'CCE.01404001') } : reply,
    },
    /error-form/,
  ],
  'errors show a stack': [
    {
      reply: (reply) =>
        reply.status >= 400 ? { ...reply, body: reply.body.replace('"}', ' at f (/srv/app/x.js:10:5)"}') } : reply,
    },
    /no-leaks/,
  ],
  'errors repeat the token': [
    {
      reply: (reply, { headers: h }) =>
        reply.status === 403
          ? { ...reply, body: reply.body.replace('Forbidden.', `token ${String(h['x-auth-token'])}`) }
          : reply,
    },
    /no-leaks/,
  ],
  'a header repeats the token': [
    {
      reply: (reply, { headers: h }) => ({
        ...reply,
        headers: { ...reply.headers, 'X-Debug': String(h['x-auth-token'] ?? '') },
      }),
    },
    /no-leaks/,
  ],
  'an error has a private key in it': [
    {
      reply: (reply) =>
        reply.status === 404
          ? { ...reply, body: reply.body.replace('Resource not found.', ['-----BEGIN', 'PRIVATE KEY-----'].join(' ')) }
          : reply,
    },
    /no-leaks/,
  ],
};

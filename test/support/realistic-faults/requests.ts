// Faults that depend on the call: which one it is, what clients send, how long certificates live, each in a provider that is right otherwise.
import { type Change, errorReply, small } from '../small-provider.js';
import {
  good,
  config,
  cluster,
  instead,
  html,
  hasRightToken,
  internal,
  isPost,
  sent,
  encode,
  rotated,
  day,
  type RealisticFault,
} from './changes.js';

function userBefore(): Change {
  let before: string | undefined;
  return {
    decide: (one) => {
      const { user } = one;
      if (user === undefined) return;
      one.user = before ?? user;
      before = user;
    },
  };
}

export const requestsFaults: Record<string, RealisticFault> = {
  // Consistency between calls
  'one backend of three still has the CA of before a rotation': [
    config(
      (one, { number }) =>
        number % 3 === 0 && Object.assign(cluster(one), { 'certificate-authority-data': encode(rotated.pem) }),
    ),
    /same-cluster-same-answer|steady-answers|certificate-chain/,
  ],
  'each certificate is of the user of the request before': [userBefore(), /every-certificate|stable-identity/],
  'the server changes from call to call': [
    config((one, { number }) => Object.assign(cluster(one), { server: `https://10.0.0.${number % 200}:5443` })),
    /same-cluster-same-answer/,
  ],
  'an entry is missing in every other answer': [
    config((one, { number }) => number % 2 === 0 && one.clusters.length > 1 && one.clusters.pop()),
    /eip-entries|references|entry-names|steady/,
  ],
  'the user changes from call to call': [
    { decide: (one, { number }) => one.user !== undefined && (one.fields = { commonName: `user${number}` }) },
    /stable-identity/,
  ],
  'a group comes and goes': [
    {
      decide: (one, { number }) => {
        if (one.user !== undefined && number % 3 === 0) one.fields = { ...one.fields, organization: 'system:masters' };
      },
    },
    /stable-identity[^]*groups \(O\)/,
  ],
  'one serial number for all certificates': [
    { decide: (one) => (one.fields = { serial: [1, 2, 3] }) },
    /stable-identity/,
  ],
  'the two external entries have different addresses': [
    config((one) => {
      const verified = one.clusters.find(({ name }) => name === 'externalClusterTLSVerify');
      if (verified) verified.cluster['server'] = 'https://80.158.7.24:5443';
    }),
    /server-urls.*the public address of externalCluster/,
  ],
  // What clients send
  'a range of media types is refused': [
    instead(
      (call) => hasRightToken(call) && call.headers.accept === 'application/*',
      errorReply(406, 'CCE.01400001', 'x'),
    ),
    /accept-anything.*application/,
  ],
  'a client that says nothing of what it accepts is refused': [
    instead((call) => hasRightToken(call) && call.headers.accept === undefined, errorReply(406, 'CCE.01400001', 'x')),
    /accept-anything.*without Accept/,
  ],
  // Now and then
  'one answer in twenty is a 502': [
    instead(({ number }) => number % 20 === 0, html(502)),
    /intermittent: \d+ of \d+ answers: 502/,
  ],
  'one answer in ten is cut by the server': [
    instead(({ number }) => number % 10 === 5, undefined),
    /intermittent: .* reset/,
  ],
  'one backend of four answers with 500': [instead(({ number }) => number % 4 === 2, internal), /intermittent/],
  // What real clients send
  '406 for the Accept of the Node SDK': [
    instead(({ headers: h }) => /text\/plain/.test(h.accept ?? ''), errorReply(406, 'CCE.01400001', 'x')),
    /known-clients/,
  ],
  '406 for */*': [
    instead(({ headers: h }) => h.accept === '*/*', errorReply(406, 'CCE.01400001', 'x')),
    /accept-anything/,
  ],
  '415 for a charset': [
    instead(({ headers: h }) => /charset/.test(h['content-type'] ?? ''), errorReply(415, 'CCE.01400006', 'x')),
    /content-type-documented/,
  ],
  'gzip that is none': [
    {
      reply: (reply, { headers: h }) =>
        h['accept-encoding'] === 'gzip' && good(reply)
          ? { ...reply, headers: { ...reply.headers, 'Content-Encoding': 'gzip' } }
          : reply,
    },
    /every-kubeconfig|known-clients/,
  ],
  // expire_at and duration
  'the longest duration in days is refused': [
    instead((call) => isPost(call) && sent(call).duration === 1825, errorReply(400, 'CCE.01400001', 'x')),
    /post-lifetime/,
  ],
  'the zone of expire_at is ignored': [
    {
      decide: (one, call) => {
        const end = sent(call).expire_at;
        if (isPost(call) && typeof end === 'string')
          one.days = (Date.parse(`${end.slice(0, 10)}T${end.slice(11, 19)}Z`) - Date.now()) / day;
      },
    },
    /post-chosen-end/,
  ],
  'duration wins over expire_at': [
    {
      decide: (one, call) => {
        const { duration } = sent(call);
        if (isPost(call) && duration && duration > 0) one.days = duration;
      },
    },
    /post-chosen-end/,
  ],
  'the shorter of the two wins': [
    {
      decide: (one, call) => {
        const { duration, expire_at: end } = sent(call);
        if (duration && end)
          one.days = Math.min(duration, (Date.parse(`${end.slice(0, 10)}T00:00:00Z`) - Date.now()) / day);
      },
    },
    /post-chosen-end/,
  ],
  'more than a year is cut to one, and -1 gives five': [
    {
      call: (call) => {
        const { duration = 0 } = sent(call);
        if (duration > 365 && duration <= 1827) call.body = '{"duration":365}';
      },
    },
    /post-lifetime/,
  ],
  '-1 gives a year, and more is possible': [
    { call: (call) => call.body === '{"duration":-1}' && (call.body = '{"duration":365}') },
    /post-lifetime.*the maximum, by -1/,
  ],
  'certificates always last 30 days': [{ decide: (one, call) => isPost(call) && (one.days = 30) }, /post-lifetime/],
  'certificates last 30 years': [{ decide: (one, call) => isPost(call) && (one.days = 10_950) }, /post-lifetime/],
  'the duration is read as hours': [
    {
      decide: (one, call) => {
        const { duration } = sent(call);
        if (duration && duration > 0) one.days = duration / 24;
      },
    },
    /post-lifetime/,
  ],
  'a duration nobody tries is wrong': [
    {
      decide: (one, call) => {
        const { duration = 0 } = sent(call);
        if (duration > 365) one.days = 365;
      },
    },
    /post-lifetime/,
  ],
  '-1 is one day': [
    {
      decide: (one, call) => {
        if (sent(call).duration === -1) one.days = 1;
      },
    },
    /post-lifetime/,
  ],
  'a duration that is a word is taken': [
    {
      call: (call) => {
        if (/"abc"/.test(call.body)) call.body = '{"duration":30}';
      },
    },
    /post-invalid-duration/,
  ],
  'true is read as thirty days': [
    {
      call: (call) => {
        if (call.body === '{"duration":true}') call.body = '{"duration":30}';
      },
    },
    /post-invalid-duration/,
  ],
  'a body that is no JSON is taken': [
    {
      call: (call) => {
        if (isPost(call) && !call.body.includes('duration":')) call.body = '{"duration":30}';
        if (call.body === '{"duration":') call.body = '{"duration":30}';
      },
    },
    /post-invalid-body/,
  ],
  'a body that is no JSON is a 500': [
    instead((call) => isPost(call) && call.body === '{"duration":', internal),
    /post-invalid-body/,
  ],
  'an end in the past is taken': [
    {
      call: (call) => {
        if (/2001-/.test(call.body)) call.body = '{"duration":30}';
      },
    },
    /post-invalid-end/,
  ],
  'POST is a 201': [
    { reply: (reply, call) => (isPost(call) && good(reply) ? { ...reply, status: 201 } : reply) },
    /post-30-days/,
  ],
  'POST finds a cluster that is none': [
    {
      decide: (one, call) => {
        if (isPost(call) && /dead$/.test(one.cluster)) one.cluster = small.cluster;
      },
    },
    /post-unknown-cluster/,
  ],
  'POST opens another project': [
    {
      decide: (one, call) => {
        if (isPost(call)) one.project = small.project;
      },
    },
    /post-foreign-project/,
  ],
};

// Checks on other entrances: credentials in other places, connections, cookies and other websites.
import { type Expectation, check, expectAll, expectStatus, judgeStatus } from '../check.js';
import { type Fault, type Finding, NotChecked, found, show } from '../finding.js';
import { commonNameOf } from '../certificate-rules.js';
import { headerOf } from '../exchange.js';
import { open } from '../good-answers.js';
import { secondStreamWithoutToken } from '../http2-probe.js';
import { pathOf } from '../target.js';
import type { Answer, Ask, Session } from '../session.js';

const source = 'Table 2, X-Auth-Token: the one place of a token';

const queryNames = ['X-Auth-Token', 'x-auth-token', 'token', 'auth_token', 'access_token'];
/** Servers in front refuse longer URLs in a way of their own. */
const longestQuery = 1500;

export const doorCases = [
  check({
    id: 'token-in-query',
    name: 'a token in the query opens nothing',
    source: `${source}; CWE-598`,
    needs: ['token'],
    judge: async (session) => {
      const { token = '' } = session.target;
      const doors = queryNames.map((name): Door => [`the token in the query as ${name}`, { query: { [name]: token } }]);
      const expectation = { statuses: [401], source: `${source}; CWE-598` };
      const isShort = doors.length * (token.length + 16) <= longestQuery;
      const groups = isShort ? [doors] : doors.map((door) => [door]);
      const how = { together: 'the token in the query', expectation };
      return (await Promise.all(groups.map((group) => judgeDoors(session, group, how)))).flat();
    },
  }),
  check({
    id: 'cookies',
    name: 'a cookie opens nothing',
    source: `${source}; CWE-352`,
    judge: async (session) => {
      const { token = '' } = session.target;
      const good = await session.send();
      const given = good.headers
        .filter(([name]) => name.toLowerCase() === 'set-cookie')
        .map(([, value]) => value.split(';', 1)[0] ?? '');
      const asks: Ask[] = [
        ...(given.length === 0
          ? []
          : [{ headers: { Cookie: given.join('; ') }, label: 'with the cookie of the answer' }]),
        ...(token === '' || /[;,\s"]/.test(token)
          ? []
          : [
              {
                headers: { Cookie: `X-Auth-Token=${token}; token=${token}; auth_token=${token}` },
                label: 'with the token as a cookie',
              },
            ]),
      ].map((ask) => ({ ...ask, token: null }));
      for (const cookie of given) session.secrets.addReceived(cookie.slice(cookie.indexOf('=') + 1));
      const findings = await Promise.all(
        asks.map((ask) => expectStatus(session, ask, { statuses: [401], doubtful: [400, 403], source })),
      );
      return findings.flat();
    },
  }),
  check({
    id: 'cross-origin',
    name: 'no other website may read the answer with the credentials of its visitor',
    source: 'Fetch Standard, CORS protocol and credentials; CWE-942',
    judge: async (session) => {
      const { hostname } = new URL(session.target.endpoint);
      // The second one begins as the provider's own does, the third one is a sandboxed page's.
      const origins = ['https://other-website.example', `https://${hostname}.other-website.example`, 'null'];
      const asks = origins.map((origin): Ask => ({
        headers: { Origin: origin },
        label: `from the website ${origin}`,
      }));
      // Ends as the provider's own does. The headers are the same on a refusal, which costs less.
      const ending = `https://other-website-${hostname}`;
      const refused: Ask = {
        headers: { Origin: ending },
        token: null,
        label: `from the website ${ending}, without a token`,
      };
      const answers = await Promise.all([...asks, refused].map((ask) => session.send(ask)));
      return answers.flatMap((answer, i) =>
        session.findingsOf(answer, found(answer.label, faultsOfOrigin(answer, origins[i] ?? ending))),
      );
    },
  }),
  check({
    id: 'identity-headers',
    name: 'headers that proxies set for the services behind them open nothing',
    source: `${source}; CWE-290`,
    judge: identityHeaders,
  }),
  check({
    id: 'token-on-each-request',
    name: 'each request on a connection needs a token of its own',
    source: `${source}; RFC 9110, section 3.3: HTTP is stateless`,
    judge: async (session) => [
      ...(await secondRequestWithoutToken(session)),
      ...(await secondRequestOfAnother(session)),
      ...(await secondStreamWithoutToken(session)),
    ],
  }),
];

/** What proxies and services set. */
const headersBehindProxies: Record<string, string> = {
  'X-Forwarded-For': '127.0.0.1',
  'X-Remote-User': 'admin',
  'X-Forwarded-User': 'admin',
  'X-Real-IP': '127.0.0.1',
  'X-Client-IP': '127.0.0.1',
  'X-Original-User': 'admin',
  'X-Authenticated-User': 'admin',
  'X-Auth-User': 'admin',
  'X-WEBAUTH-USER': 'admin',
  'X-Forwarded-Email': 'admin@example.com',
  'Remote-User': 'admin',
  'X-Consumer-Username': 'admin',
  'X-SSL-Client-Verify': 'SUCCESS',
  'X-Client-Verify': 'SUCCESS',
  'X-SSL-Client-S-DN': 'CN=admin',
  'X-Internal-Request': 'true',
};

function identityHeaders(session: Session): Promise<Finding[]> {
  const { projectId, token } = session.target;
  const keystone = { 'X-Identity-Status': 'Confirmed', 'X-User-Id': 'admin', 'X-Roles': 'admin' };
  const doors: Door[] = [
    ...Object.entries(headersBehindProxies).map(([name, value]): Door => [
      `${name} and no token`,
      { headers: { [name]: value } },
    ]),
    ["the headers of Keystone's middleware and no token", { headers: { ...keystone, 'X-Project-Id': projectId } }],
  ];
  if (token !== undefined)
    for (const name of ['X-Subject-Token', 'X-Service-Token'])
      doors.push([`the token as ${name}`, { headers: { [name]: token } }]);
  return judgeDoors(session, doors, {
    together: 'headers of proxies and no token',
    expectation: { statuses: [401], source },
  });
}

/** A place where a request without a token may have something in its stead; no client sends it there. */
type Door = [label: string, { headers?: Record<string, string>; query?: Record<string, string> }];

/** All at once, and one by one only if they open something. */
async function judgeDoors(
  session: Session,
  doors: Door[],
  { together, expectation }: { together: string; expectation: Expectation },
): Promise<Finding[]> {
  const { projectId, clusterId } = session.target;
  const ask = (label: string, some: Door[]): Ask => {
    const query = some.flatMap(([, door]) => Object.entries(door.query ?? {}));
    const headers = some.flatMap(([, door]) => Object.entries(door.headers ?? {}));
    return {
      token: null,
      label: `with ${label}`,
      foreign: true,
      ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
      ...(query.length > 0 && { path: `${pathOf(projectId, clusterId)}?${String(new URLSearchParams(query))}` }),
    };
  };
  const [first, ...more] = doors;
  const label = first && more.length === 0 ? first[0] : together;
  const findings = await expectStatus(session, ask(label, doors), expectation);
  if (more.length === 0 || findings.every(({ severity }) => severity === 'warning')) return findings;
  const each = await expectAll(
    session,
    doors.map((door) => ask(door[0], [door])),
    expectation,
  );
  return each.length > 0 ? each : findings;
}

/** A server may close a kept connection at any time, so a closed one proves nothing and is tried again. */
async function secondRequestWithoutToken(session: Session): Promise<Finding[]> {
  for (let attempt = 1; ; attempt += 1) {
    const agent = session.oneConnection();
    try {
      const first = await session.send({ agent, label: 'first on a connection' });
      if (first.status !== 200)
        throw new NotChecked('the first request on a kept connection was not answered with 200');
      const second = await session.send({
        agent,
        token: null,
        label: 'without a token on a connection that had one before',
      });
      if (second.failure?.kind === 'reset' && attempt < 4) continue;
      return await judgeStatus(session, second, { statuses: [401], source });
    } finally {
      agent.destroy();
    }
  }
}

function faultsOfOrigin(answer: Answer, origin: string): Fault[] {
  const allowed = headerOf(answer, 'access-control-allow-origin');
  const credentials = headerOf(answer, 'access-control-allow-credentials')?.toLowerCase() === 'true';
  if (!credentials || (allowed !== origin && allowed !== 'null')) return [];
  return [
    {
      where: 'header Access-Control-Allow-Credentials',
      expected: 'not to be there for an unknown origin',
      received: `true, with Access-Control-Allow-Origin: ${allowed}`,
      source: 'Fetch Standard, CORS protocol and credentials; CWE-942',
    },
  ];
}

const userOf = (session: Session, answer: Answer) => {
  const client = open(session, answer)?.credential.certificates[0];
  return client && commonNameOf(client);
};

/** The other user's request on a connection that the user's own came on before: proxies share connections. */
async function secondRequestOfAnother(session: Session): Promise<Finding[]> {
  const { otherToken: token } = session.target;
  if (token === undefined) return [];
  const alone = userOf(session, await session.send({ token, label: "with the other user's token" }));
  const own = userOf(session, await session.send());
  if (alone === undefined || own === undefined || alone === own) return [];
  const agent = session.oneConnection();
  try {
    await session.send({ agent, label: 'first on a connection' });
    const second = await session.send({
      agent,
      token,
      label: 'by the other user on a connection that had the user before',
    });
    const received = userOf(session, second);
    if (received === undefined || received === alone) return [];
    const fault: Fault = {
      where: 'users[0].user.client-certificate-data',
      expected: `a certificate of ${show(alone)}, whose token was sent`,
      received: `one of ${show(received)}, who came on the connection before`,
      source: `${source}; RFC 9110, section 3.3: HTTP is stateless`,
    };
    return session.findingsOf(second, found(second.label, [fault]));
  } finally {
    agent.destroy();
  }
}

// Checks on other entrances: credentials in other places, connections, cookies and other websites.
import { check, expectStatus, judgeStatus, row } from '../check.js';
import { type Fault, type Finding, NotChecked, found } from '../finding.js';
import { headerOf } from '../exchange.js';
import { secondStreamWithoutToken } from '../http2-probe.js';
import { pathOf } from '../target.js';
import type { Ask, Session } from '../session.js';

const source = 'Table 2, X-Auth-Token: the one place of a token';

const queryNames = ['X-Auth-Token', 'token', 'auth_token', 'access_token'];

export const doorCases = [
  row({
    id: 'token-in-query',
    name: 'a token in the query opens nothing',
    source: `${source}; CWE-598`,
    needs: ['token'],
    statuses: [401],
    doubtful: [400, 403, 404],
    asks: ({ target: { projectId, clusterId, token = '' } }) =>
      queryNames.map((name) => ({
        token: null,
        path: `${pathOf(projectId, clusterId)}?${name}=${encodeURIComponent(token)}`,
        label: `with the token in the query as ${name}`,
      })),
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
      const origin = 'https://other-website.example';
      const answer = await session.send({ headers: { Origin: origin }, label: 'from another website' });
      const allowed = headerOf(answer, 'access-control-allow-origin');
      const credentials = headerOf(answer, 'access-control-allow-credentials')?.toLowerCase() === 'true';
      if (!credentials || (allowed !== origin && allowed !== 'null')) return [];
      const fault: Fault = {
        where: 'header Access-Control-Allow-Credentials',
        expected: 'not to be there for an unknown origin',
        received: `true, with Access-Control-Allow-Origin: ${allowed}`,
        source: 'Fetch Standard, CORS protocol and credentials; CWE-942',
      };
      return session.findingsOf(answer, found(answer.label, [fault]));
    },
  }),
  check({
    id: 'token-on-each-request',
    name: 'each request on a connection needs a token of its own',
    source: `${source}; RFC 9110, section 3.3: HTTP is stateless`,
    judge: async (session) => [
      ...(await secondRequestWithoutToken(session)),
      ...(await secondStreamWithoutToken(session)),
    ],
  }),
];

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

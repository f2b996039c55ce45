// Checks on several requests of one connection.
import { check, judgeStatus } from '../check.js';
import { type Finding, NotChecked } from '../finding.js';
import type { Session } from '../session.js';

const source = 'RFC 9112, sections 6.3 and 9.3: the whole request is read before the next one';

const mostAttempts = 4;

export const connectionCases = [
  check({
    id: 'kept-connection',
    name: 'a request after a refused one on the same connection is answered',
    source,
    judge: requestAfterRefusedBody,
  }),
];

/** A server may close a kept connection at any time, so a closed one proves nothing and is tried again. */
async function requestAfterRefusedBody(session: Session): Promise<Finding[]> {
  if ((await session.send()).status !== 200) throw new NotChecked('the first request was not answered with 200');
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const agent = session.oneConnection();
    try {
      await session.send({ agent, method: 'POST', body: '{"duration":"abc"}', label: 'with the duration "abc"' });
      const next = await session.send({ agent, label: 'after a refused POST on the same connection' });
      if (next.failure?.kind !== 'reset') return await judgeStatus(session, next, { statuses: [200], source });
    } finally {
      agent.destroy();
    }
  }
  return [];
}

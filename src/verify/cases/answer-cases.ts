// Cases on the answer as a whole: status, media type, schema, framing, and the look-ups beside.
import { type Operation, contract } from '../contract-schema.js';
import { assertAnswered, contractCase, expectStatus, judgeStatus } from '../contract-case.js';
import { eip, others, repeats, withCharset } from '../good-answers.js';

const ok = { statuses: [200], source: 'Table 10, 200' };

export const answerCases = [
  contractCase({
    name: 'a request with a right token is answered with a kubeconfig as the contract describes it',
    source: 'Table 3; Table 10, 200',
    judge: async (session) => {
      const findings = await expectStatus(session, {}, ok);
      if ((await session.send()).status === 0) return findings;
      return [...findings, ...(await Promise.all(repeats.map((ask) => expectStatus(session, ask, ok)))).flat()];
    },
  }),
  contractCase({
    name: 'both documented values of Content-Type are taken',
    source: 'Table 2, Content-Type',
    judge: (session) => expectStatus(session, withCharset, { ...ok, source: 'Table 2, Content-Type' }),
  }),
  contractCase({
    name: 'a request without Content-Type is refused or answered',
    source: 'Table 2, Content-Type',
    judge: (session) =>
      expectStatus(
        session,
        { contentType: null, label: 'without Content-Type' },
        { statuses: [200, 400, 406, 415], source: 'Table 2, Content-Type' },
      ),
  }),
  contractCase({
    name: 'another Content-Type is refused or ignored',
    source: 'Table 2, Content-Type',
    judge: (session) =>
      expectStatus(
        session,
        { contentType: 'text/plain', label: 'with Content-Type text/plain' },
        { statuses: [200, 400, 406, 415], source: 'Table 2, Content-Type' },
      ),
  }),
  contractCase({
    name: 'a client that takes anything is answered',
    source: 'RFC 9110, section 12.5.1; Table 10, 200',
    judge: (session) => expectStatus(session, { headers: { Accept: '*/*' }, label: 'with Accept */*' }, ok),
  }),
  contractCase({
    name: 'an answer to a client that takes gzip is whole',
    source: 'RFC 9110, section 12.5.3; Table 10, 200',
    judge: (session) =>
      expectStatus(session, { headers: { 'Accept-Encoding': 'gzip' }, label: 'with Accept-Encoding gzip' }, ok),
  }),
  contractCase({
    name: 'a cluster with a public address is answered too',
    source: 'Table 1, cluster_id; Table 10, 200',
    needs: ['eipClusterId'],
    judge: async (session) => (await Promise.all(eip(session).map((ask) => expectStatus(session, ask, ok)))).flat(),
  }),
  contractCase({
    name: 'the other cluster is answered, or refused as one of another project',
    source: 'Table 1, cluster_id',
    needs: ['otherClusterId'],
    judge: async (session) => {
      const asks = others(session).filter(({ clusterId, token }) => clusterId !== undefined && token === undefined);
      return (
        await Promise.all(
          asks.map((ask) => expectStatus(session, ask, { statuses: [200, 403, 404], source: 'Table 1, cluster_id' })),
        )
      ).flat();
    },
  }),
];

interface PathItem {
  get?: Operation;
}

/** What clients ask beside: on no table of the page, so nothing here is more than a warning. */
export const lookUpCases = Object.entries(contract.paths).flatMap(([path, item]) => {
  const operation = (item as PathItem).get;
  if (!operation || path.endsWith('/clustercert')) return [];
  return contractCase({
    operationId: operation.operationId,
    name: `${operation.operationId} answers as the contract describes it, where it is offered`,
    source: 'the contract, look-ups',
    judge: async (session) => {
      const { projectId, clusterId } = session.target;
      const filled = path.replace('{project_id}', projectId).replace('{cluster_id}', clusterId);
      const answer = await session.send({ path: filled, label: filled });
      if ([400, 401, 403, 404, 405, 501].includes(answer.status)) {
        await assertAnswered(session);
        return [];
      }
      const findings = await judgeStatus(session, answer, {
        statuses: [200],
        source: 'the contract, look-ups',
        operation,
      });
      return findings.map((finding) =>
        /echoed|leaked/.test(finding.received) ? finding : { ...finding, severity: 'warning' },
      );
    },
  });
});

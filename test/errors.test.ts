// Compares the table of errors with everything that repeats a part of it: the contract, the documents, the client, the
// provider.
import { describe, expect, test } from '@jest/globals';
import { ClusterCertRequestError } from '../src/client/or-throw.js';
import { ClusterCertError, type ErrorRow, cceSentences, errorTable } from '../src/errors.js';
import { toErrorResponse } from '../src/server/error-response.js';
import { loadContract } from '../src/spec.js';
import { expectWritten, tableOf } from './support/written-part.js';

type ErrorStatus = ReturnType<typeof toErrorResponse>['body'];

interface ErrorAnswer {
  content: { 'application/json': { examples?: Record<string, { value: ErrorStatus }> } };
}

const { paths, components } = loadContract();
const rows = Object.entries<ErrorRow>(errorTable);
const documented = rows.filter(([, { wire }]) => wire === 'contract');

/** The error answers that operations of the contract have, by status. */
function contractAnswers(): Map<number, ErrorAnswer> {
  const found = new Map<number, ErrorAnswer>();
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  for (const operation of operations) {
    const { responses = {} } = operation as { responses?: Record<string, { $ref?: string }> };
    for (const [status, { $ref = '' }] of Object.entries(responses)) {
      const all = components['responses'] as Record<string, ErrorAnswer>;
      const answer = all[$ref.split('/').at(-1) ?? ''];
      if (Number(status) >= 400 && answer) found.set(Number(status), answer);
    }
  }
  return found;
}

describe('the contract', () => {
  const answers = contractAnswers();
  const examples = [...answers.values()].flatMap(({ content }) =>
    Object.entries(content['application/json'].examples ?? {}),
  );

  test('has an answer for each status of the table, and no other', () => {
    const missing = documented.filter(([, { status }]) => !answers.has(status));
    expect(missing.map(([code, { status }]) => `spec/openapi.yaml: no operation has ${status}, of ${code}`)).toEqual(
      [],
    );
    const statuses = documented.map(([, { status }]) => status);
    const other = [...answers.keys()].filter((status) => !statuses.includes(status));
    expect(other.map((status) => `src/errors.ts: no code has ${status}, of spec/openapi.yaml`)).toEqual([]);
  });

  test('has an example for each documented code, and one for each other status, by its reason', () => {
    const names = documented.map(([, { cceCode, reason }]) => [cceCode, reason]);
    for (const code of Object.keys(cceSentences)) expect(examples.map(([name]) => name)).toContain(code);
    for (const [name] of examples) expect(names.flat()).toContain(name);
    for (const { content } of answers.values()) expect(content['application/json'].examples).toBeDefined();
  });

  test.each(examples)('shows %s as the provider sends it', (name, { value }) => {
    const [code] =
      documented.find(([, row]) => [row.cceCode, row.reason].includes(name) && row.status === value.code) ?? [];
    expect(code).toBeDefined();
    const sent = toErrorResponse(new ClusterCertError(code as never, value.message)).body;
    expect(value).toEqual(sent);
  });
});

test.each(rows)('%s leaves as its row says', (code, row) => {
  const { status, body } = toErrorResponse(new ClusterCertError(code as never, 'what went wrong'));
  const sent: ErrorRow = row.wire === 'internal' ? errorTable.internal : row;
  expect({ status, body }).toMatchObject({
    status: sent.status,
    body: {
      code: sent.status,
      reason: sent.reason,
      message: sent.messageIsSent ? 'what went wrong' : sent.message,
      errorCode: sent.cceCode,
      errorMessage: cceSentences[sent.cceCode],
      error_code: sent.olderCode ?? sent.cceCode,
    },
  });
});

test.each(rows)('a client that meets the status of %s throws a code of that status', (_code, { status }) => {
  const { code } = new ClusterCertRequestError(new Response(null, { status }), {});
  expect(errorTable[code].status).toBe(status);
  expect(code).toBe(rows.find(([, row]) => row.status === status)?.[0]);
});

test('the documents show the table', () => {
  const cells = rows.map(([code, row]) => {
    const { status, cceCode } = row.wire === 'internal' ? errorTable.internal : row;
    const shown = row.wire === 'internal' ? `${status} (\`internal\`)` : String(status);
    return [`\`${code}\``, shown, `\`${cceCode}\``, String(row.exitCode), row.message];
  });
  const header = ['code', 'HTTP status', 'CCE code', 'exit code', 'when'];
  expectWritten('src/README.md', 'errors', tableOf(header, cells));
});

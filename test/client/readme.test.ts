// The developer's guide lists the operations of the contract.
import { test } from '@jest/globals';
import { loadContract } from '../../src/spec.js';
import { expectWritten, tableOf } from '../support/written-part.js';

interface Operation {
  operationId: string;
  summary: string;
}

test('every operation is listed', () => {
  const cells = Object.entries(loadContract().paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation | undefined>).flatMap(([method, operation]) =>
      operation?.operationId === undefined
        ? []
        : [[`\`${operation.operationId}\``, `${method.toUpperCase()} \`${path}\``, operation.summary]],
    ),
  );
  expectWritten('src/client/README.md', 'operations', tableOf(['function', 'request', 'what it does'], cells));
});

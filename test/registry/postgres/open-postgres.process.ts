import { afterEach, describe, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DataStore } from '../../../src/registry/data-store.js';
import { newKeyText } from '../../../src/registry/key-file.js';
import { lookUpMs } from '../../../src/registry/postgres/database.js';
import { openPostgres } from '../../../src/registry/postgres/open-postgres.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { describeStore } from '../registry-suite.js';
import { postgresPrograms, startPostgres } from '../../support/postgres.js';

const opened: DataStore[] = [];

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

if (postgresPrograms === undefined) {
  describe('a database', () => test.skip('not run: PostgreSQL is not installed', () => undefined));
} else {
  const started = startPostgres();
  const keyFile = path.join(temporaryFolder(), 'key');
  writeFileSync(keyFile, newKeyText());
  describeStore('a database', async () => {
    const engine = await started;
    const location = `${engine.createDatabase()}?sslmode=disable`;
    return {
      open: async (options = {}) => {
        const store = await openPostgres(location, { ...options, keyFile });
        opened.push(store);
        return store;
      },
      leaseMs: lookUpMs,
      settle: () => Promise.resolve(),
      interrupt: () => {
        engine.crash();
        return Promise.resolve(() => {
          engine.start();
          return Promise.resolve();
        });
      },
    };
  });
}

// The faults of a database and of its key file, for a provider that starts.
import path from 'node:path';
import { quoted } from '../../errors.js';
import { isReadableByOthers, shellWord } from '../../files/exposed-files.js';
import type { DatabaseParts } from './table.js';

/** One line each. Throws `unavailable` where the database fails. */
export async function* databaseProblems({ database, schema, keys }: DatabaseParts): AsyncGenerator<string> {
  if (isReadableByOthers(keys.file))
    yield `others can read the key file; end that with: chmod go= ${shellWord(path.resolve(keys.file))}`;
  if (database.isInClear)
    yield `the connection to ${database.location} may be not encrypted; sslmode=verify-full in the URL or PGSSLMODE ends that`;
  if (!(await schema.isThere())) return;
  const rows = await database.lookUp('select id from clustercert.keys order by id');
  for (const id of rows.map((row) => String(row.id)).filter((each) => !keys.ids.includes(each)))
    yield `the key file lacks the key ${quoted(id)}; what is encrypted with it cannot be read`;
}

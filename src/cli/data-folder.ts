// The option --data: where clusters, tokens, access keys and revocations are kept.
import { ClusterCertError, quoted } from '../errors.js';
import type { DataStore } from '../registry/data-store.js';
import { assertLocation, openData } from '../registry/open-data.js';
import { type Reader, optional, withDefault } from './options.js';
import { file } from './readers.js';

const location: Reader<string> = (text, label) => {
  assertLocation(text, label);
  return text;
};

/** Of each command that keeps something. */
export const dataOption = {
  data: withDefault('data', {
    placeholder: 'DIR',
    help: 'the data folder, or postgres://USER@HOST/DATABASE',
    variable: 'CLUSTERCERT_DATA',
    read: location,
  }),
  'key-file': optional({
    placeholder: 'FILE',
    help: "the keys that encrypt a database's secrets, as 'data key' makes them; a folder needs none",
    variable: 'CLUSTERCERT_KEY_FILE',
    read: file,
  }),
};

// A command may be far from its database, and nobody else waits for it.
const commandLookUpMs = 10_000;

/** What the options say of the place. */
export interface DataPlace {
  data: string;
  keyFile: string | undefined;
}

/** Opens what --data names, for as long as it is used. */
export async function withData<Result>(
  { data, keyFile }: DataPlace,
  use: (store: DataStore) => Promise<Result>,
): Promise<Result> {
  const store = await openData(data, { keyFile, lookUpMs: commandLookUpMs });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** The same for what only reads: a place that is not there is most likely a wrong one. Throws `not_found`. */
export async function withExistingData<Result>(
  place: DataPlace,
  use: (store: DataStore) => Promise<Result>,
): Promise<Result> {
  return withData(place, async (store) => {
    if (await store.exists()) return use(store);
    const what = store.location.includes('://') ? 'nothing kept in' : 'no data folder';
    throw new ClusterCertError('not_found', `there is ${what} ${quoted(store.location)}; --data names another`);
  });
}

// The option --data: the store of clusters, tokens, access keys and revocations.
import { ClusterCertError, quoted } from '../errors.js';
import type { DataStore } from '../registry/data-store.js';
import { assertLocation, openData } from '../registry/open-data.js';
import { type Reader, optional, withDefault } from './options.js';
import { file } from './readers.js';

const location: Reader<string> = (text, label) => {
  assertLocation(text, label);
  return text;
};

/** The options of each command that uses the store. */
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

// A command may be far from its database, and only its user waits.
const commandLookUpMs = 10_000;

/** The values of these options. */
export interface DataPlace {
  data: string;
  keyFile: string | undefined;
}

/** Opens the store while a function uses it. */
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

/** The same for reading only: a place that does not exist is most likely a mistake. Throws `not_found`. */
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

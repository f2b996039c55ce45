// The option --data: where clusters, tokens, access keys and revocations are kept.
import { ClusterCertError, quoted } from '../errors.js';
import type { DataStore } from '../registry/data-store.js';
import { assertLocation, openData } from '../registry/open-data.js';
import { type Reader, withDefault } from './options.js';

const location: Reader<string> = (text, label) => {
  assertLocation(text, label);
  return text;
};

/** Of each command that keeps something. */
export const dataOption = {
  data: withDefault('data', {
    placeholder: 'DIR',
    help: 'the data folder',
    variable: 'CLUSTERCERT_DATA',
    read: location,
  }),
};

/** Opens what --data names, for as long as it is used. */
export async function withData<Result>(data: string, use: (store: DataStore) => Promise<Result>): Promise<Result> {
  const store = await openData(data);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** The same for what only reads: a place that is not there is most likely a wrong one. Throws `not_found`. */
export async function withExistingData<Result>(
  data: string,
  use: (store: DataStore) => Promise<Result>,
): Promise<Result> {
  return withData(data, async (store) => {
    if (await store.exists()) return use(store);
    throw new ClusterCertError('not_found', `there is no data folder ${quoted(store.location)}; --data names another`);
  });
}

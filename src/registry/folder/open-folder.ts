// The embedded engine: keeps everything in one folder, as files that people can read, copy and drop in.
import { statSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../files/atomic-write.js';
import { ClusterCertError, quoted } from '../../errors.js';
import type { DataStore, StoreOptions } from '../data-store.js';
import { AccessKeyFolder } from './access-key-folder.js';
import { ClusterFolder } from './cluster-folder.js';
import { folderProblems } from './folder-problems.js';
import { RevocationFolder } from './revocation-folder.js';
import { FolderTransfer } from './folder-transfer.js';
import { TokenFolder } from './token-folder.js';

/** The store in a folder, which need not exist yet. Throws `invalid_argument` for a path of something else. */
export async function openFolder(folder: string, options: StoreOptions = {}): Promise<DataStore> {
  assertFolder(folder);
  const kept = {
    clusters: new ClusterFolder(folder, options),
    tokens: new TokenFolder(folder, options),
    accessKeys: new AccessKeyFolder(folder, options),
  };
  const revocations = new RevocationFolder(folder, options);
  return Promise.resolve({
    location: path.resolve(folder),
    ...kept,
    revocations,
    transfer: new FolderTransfer(folder, { clusters: kept.clusters, revocations }),
    exists: () => Promise.resolve(statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true),
    prepare: () => makeFolder(folder),
    problems: () => folderProblems(folder, kept),
    close: () => Promise.resolve(),
  });
}

/** Throws `invalid_argument` for a path of something other than a folder; `label` names its option. */
export function assertFolder(folder: string, label = 'the data folder'): void {
  if (folder === '') throw new ClusterCertError('invalid_argument', `${label} is empty; it must be a folder`);
  const info = statSync(folder, { throwIfNoEntry: false });
  if (!info || info.isDirectory()) return;
  throw new ClusterCertError(
    'invalid_argument',
    `${label} ${quoted(folder)} is not a folder; it must be one, or a name for a new one`,
  );
}

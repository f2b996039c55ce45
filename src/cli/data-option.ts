// The option --data and the rooms that live in that folder.
import { statSync } from 'node:fs';
import { ClusterFolder } from '../registry/folder/cluster-folder.js';
import { quoted } from '../errors.js';
import { AccessKeyFolder } from '../registry/folder/access-key-folder.js';
import { TokenFolder } from '../registry/folder/token-folder.js';
import { type OptionValues, required, usageError } from './command.js';

export const dataOption = { data: { type: 'string', default: 'data' } } as const;

export const dataUsage = '  --data DIR              the data folder (default: data, in the current folder)\n';

export function openData(values: OptionValues) {
  const folder = required(values, 'data');
  if (folder === '') throw usageError('--data is empty; it must be a folder');
  const info = statSync(folder, { throwIfNoEntry: false });
  if (info && !info.isDirectory())
    throw usageError(`--data ${quoted(folder)} is not a folder; it must be one, or a name for a new one`);
  return {
    folder,
    clusters: new ClusterFolder(folder),
    tokens: new TokenFolder(folder),
    accessKeys: new AccessKeyFolder(folder),
  };
}

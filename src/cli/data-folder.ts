// The option --data and the rooms that live in that folder.
import { statSync } from 'node:fs';
import { ClusterFolder } from '../registry/folder/cluster-folder.js';
import { quoted } from '../errors.js';
import { AccessKeyFolder } from '../registry/folder/access-key-folder.js';
import { TokenFolder } from '../registry/folder/token-folder.js';
import { type Reader, withDefault } from './options.js';
import { usageError } from './usage-error.js';

const folder: Reader<string> = (text, label) => {
  if (text === '') throw usageError(`${label} is empty; it must be a folder`);
  const info = statSync(text, { throwIfNoEntry: false });
  if (info && !info.isDirectory())
    throw usageError(`${label} ${quoted(text)} is not a folder; it must be one, or a name for a new one`);
  return text;
};

/** Of each command that keeps something. */
export const dataOption = {
  data: withDefault('data', {
    placeholder: 'DIR',
    help: 'the data folder',
    variable: 'CLUSTERCERT_DATA',
    read: folder,
  }),
};

/** What is kept in a data folder. */
export function openData(data: string) {
  return {
    folder: data,
    clusters: new ClusterFolder(data),
    tokens: new TokenFolder(data),
    accessKeys: new AccessKeyFolder(data),
  };
}

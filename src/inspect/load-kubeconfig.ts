// Finds the kubeconfig as kubectl does, and merges several files by its rules: of two entries with one name the first
// file's stands, and so does the first current-context.
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { ClusterCertError, systemErrorCode, firstLine } from '../errors.js';
import { type Finding, remarksOn } from './finding.js';
import {
  type ClusterFields,
  type ContextFields,
  type Named,
  type ParsedKubeconfig,
  type UserFields,
  parseKubeconfig,
} from './parse-kubeconfig.js';

export interface Entry<Fields> extends Named<Fields> {
  readonly file: string;
  /** What relative paths in it start from. */
  readonly folder: string;
}

export interface LoadedKubeconfig {
  files: string[];
  currentContext: string;
  clusters: Entry<ClusterFields>[];
  users: Entry<UserFields>[];
  contexts: Entry<ContextFields>[];
  findings: Finding[];
}

/** Where kubeconfigs are found. */
export interface Source {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readStdin(): Promise<string>;
}

type LoadedFile = ParsedKubeconfig & { file: string; folder: string };

/** Loads the named file, `-` for standard input, or what kubectl would take. */
export async function loadKubeconfig(named: string | undefined, io: Source): Promise<LoadedKubeconfig> {
  const findings: Finding[] = [];
  const loaded = named === undefined ? await loadDefault(io, findings) : [await load(named, io, findings)];
  const merged = <Kind extends 'cluster' | 'user' | 'context'>(kind: Kind) =>
    mergeEntries(loaded, kind, findings) as unknown as LoadedKubeconfig[`${Kind}s`];
  return {
    files: loaded.map(({ file }) => file),
    currentContext: loaded.find(({ currentContext }) => currentContext !== '')?.currentContext ?? '',
    clusters: merged('cluster'),
    users: merged('user'),
    contexts: merged('context'),
    findings,
  };
}

async function loadDefault(io: Source, findings: Finding[]): Promise<LoadedFile[]> {
  const { KUBECONFIG: list = '', HOME: home } = io.environment;
  const named = [...new Set(list.split(path.delimiter).filter((file) => file !== ''))];
  const files = named.length > 0 ? named : [path.join(home ?? homedir(), '.kube', 'config')];
  const loaded: LoadedFile[] = [];
  for (const file of files) {
    try {
      loaded.push(await load(file, io, findings));
    } catch (error) {
      if (systemErrorCode(error) !== 'not_found') throw error;
      remarksOn(findings, { file, kind: 'file', name: '' }).warning('does not exist; kubectl passes over it');
    }
  }
  if (loaded.length > 0) return loaded;
  throw new ClusterCertError('not_found', `there is no kubeconfig: '${files.join("', '")}' does not exist`);
}

async function load(named: string, io: Source, findings: Finding[]): Promise<LoadedFile> {
  const file = named === '-' ? 'stdin' : named;
  const parsed = parseKubeconfig(await readText(named, io), file);
  const remarks = remarksOn(findings, { file, kind: 'file', name: '' });
  if (parsed.hasMore) remarks.warning('holds several YAML documents, of which kubectl reads the first only');
  if (named !== '-' && holdsSecrets(parsed)) {
    const openness = await opennessOf(named);
    if (openness !== undefined) remarks.warning(`holds secrets and ${openness}`);
  }
  return { ...parsed, file, folder: named === '-' ? '.' : path.dirname(named) };
}

async function readText(named: string, io: Source): Promise<string> {
  if (named === '-') return io.readStdin();
  try {
    return await readFile(named, 'utf8');
  } catch (cause) {
    const missing = systemErrorCode(cause) === 'ENOENT';
    const because = missing ? 'does not exist' : `cannot be read: ${firstLine(cause)}`;
    throw new ClusterCertError(missing ? 'not_found' : 'data_unreadable', `'${named}' ${because}`, { cause });
  }
}

const holdsSecrets = ({ users }: ParsedKubeconfig) =>
  users.some(({ fields }) => fields['client-key-data'] || fields.token || fields.password || fields['auth-provider']);

/** Whether others than the owner can read a file; Windows tells it in another way. */
export async function opennessOf(file: string): Promise<string | undefined> {
  const info = await stat(file).catch(() => undefined);
  if (!info?.isFile() || process.platform === 'win32' || (info.mode & 0o044) === 0) return undefined;
  return `can be read by others (mode ${(info.mode & 0o777).toString(8)}); 'chmod 600' it`;
}

function mergeEntries(loaded: LoadedFile[], kind: 'cluster' | 'user' | 'context', findings: Finding[]) {
  const merged = new Map<string, Entry<unknown>>();
  for (const { file, folder, ...config } of loaded) {
    const own = new Set<string>();
    for (const { name, fields } of config[`${kind}s`]) {
      const remarks = remarksOn(findings, { file, kind, name });
      const first = merged.get(name);
      if (own.has(name)) remarks.error('is there twice; kubectl refuses such a file');
      else if (first && JSON.stringify(first.fields) !== JSON.stringify(fields))
        remarks.warning(`is hidden by the ${kind} of that name in '${first.file}'`);
      own.add(name);
      if (!first) merged.set(name, { name, fields, file, folder });
    }
  }
  return [...merged.values()];
}

export function problemOfKubeconfig(_text: string, _file: string): string | undefined {
  return undefined;
}

// Finds the kubeconfig as kubectl does, and merges several files by its rules: of two entries with one name the first
// file's counts, and so does the first current-context.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ClusterCertError, firstLine, systemErrorCode } from '../errors.js';
import { expandHome, kubeconfigFiles } from '../kubeconfig/kubeconfig-file.js';
import { decodeKubeconfig } from '../kubeconfig/kubeconfig-source.js';
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

type Environment = Readonly<Record<string, string | undefined>>;

/** A kubeconfig and where it comes from. */
export interface KubeconfigInput {
  /** Its name in findings. */
  file: string;
  text: string;
  /** What relative paths in it start from. */
  folder: string;
  /** A phrase if other users can read it. */
  openness: string | undefined;
}

type LoadedFile = ParsedKubeconfig & { file: string; folder: string };

/** Reads a file. Throws `not_found` and `data_unreadable`. */
export async function readInput(named: string, environment: Environment): Promise<KubeconfigInput> {
  const file = expandHome(named, environment);
  try {
    const { text } = decodeKubeconfig(await readFile(file), file);
    return { file, text, folder: path.dirname(file), openness: await opennessOf(file) };
  } catch (cause) {
    if (cause instanceof ClusterCertError) throw cause;
    const missing = systemErrorCode(cause) === 'ENOENT';
    const because = missing ? 'does not exist' : `cannot be read: ${firstLine(cause)}`;
    throw new ClusterCertError(missing ? 'not_found' : 'data_unreadable', `'${file}' ${because}`, { cause });
  }
}

/** The files that kubectl would use; missing ones become findings. Throws `not_found` if all are missing. */
export async function readDefaultInputs(environment: Environment, findings: Finding[]): Promise<KubeconfigInput[]> {
  const files = kubeconfigFiles(environment);
  const inputs: KubeconfigInput[] = [];
  for (const file of files) {
    try {
      inputs.push(await readInput(file, environment));
    } catch (error) {
      if (!(error instanceof ClusterCertError) || error.code !== 'not_found') throw error;
      remarksOn(findings, { file, kind: 'file', name: '' }).warning('does not exist; kubectl ignores it');
    }
  }
  if (inputs.length > 0) return inputs;
  throw new ClusterCertError('not_found', `there is no kubeconfig: '${files.join("', '")}' does not exist`);
}

/** Reads the content of the files. Throws `data_unreadable` for one that kubectl refuses. */
export function loadKubeconfig(inputs: readonly KubeconfigInput[], findings: Finding[]): LoadedKubeconfig {
  const loaded = inputs.map((input) => load(input, findings));
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

/** Why kubectl cannot load a file at all; undefined if it can. */
export function problemOfKubeconfig(text: string, file: string): string | undefined {
  const findings: Finding[] = [];
  try {
    loadKubeconfig([{ file, text, folder: '.', openness: undefined }], findings);
  } catch (error) {
    return firstLine(error);
  }
  const [first] = findings.filter(({ severity }) => severity === 'error');
  return first && `${file}: ${first.kind} '${first.name}' ${first.message}`;
}

function load({ file, text, folder, openness }: KubeconfigInput, findings: Finding[]): LoadedFile {
  const parsed = parseKubeconfig(text, file);
  const remarks = remarksOn(findings, { file, kind: 'file', name: '' });
  if (parsed.hasMore) remarks.warning('holds several YAML documents, of which kubectl reads the first only');
  if (openness !== undefined && holdsSecrets(parsed)) remarks.warning(`holds secrets and ${openness}`);
  return { ...parsed, file, folder };
}

const holdsSecrets = ({ users }: ParsedKubeconfig) =>
  users.some(({ fields }) => fields['client-key-data'] || fields.token || fields.password || fields['auth-provider']);

/** A phrase if other users can read a file; not on Windows, which has other rights. */
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

// The files that the openstack command reads its clouds from, in the order of its search.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { ClusterCertError, systemErrorCode } from '../errors.js';
import { YamlError, type YamlMapping, isMapping, readYaml } from './read-yaml.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface CloudFile {
  file: string;
  content: YamlMapping;
}

export interface CloudFiles {
  /** clouds.yaml. */
  clouds: CloudFile | undefined;
  /** secure.yaml, of the same shape. */
  secure: CloudFile | undefined;
  /** clouds-public.yaml, profiles of vendors. */
  vendors: CloudFile | undefined;
  /** Where clouds.yaml was looked for. */
  searched: string[];
}

/**
 * Reads the files that exist. Throws `invalid_argument`, with line and column, for one that is unreadable or no YAML.
 */
export function readCloudFiles(environment: Environment): CloudFiles {
  const { OS_CLIENT_CONFIG_FILE: clouds, OS_CLIENT_SECURE_FILE: secure } = environment;
  const folders = searchPath(environment);
  const searched = clouds ? [clouds] : folders.map((folder) => path.join(folder, 'clouds.yaml'));
  const found = readFirst('clouds', { named: clouds, variable: 'OS_CLIENT_CONFIG_FILE', folders });
  // Last, beside a clouds.yaml that lies elsewhere.
  const around = found ? [...folders, path.dirname(found.file)] : folders;
  return {
    clouds: found,
    secure: readFirst('secure', { named: secure, variable: 'OS_CLIENT_SECURE_FILE', folders: around }),
    vendors: readFirst('clouds-public', { named: undefined, variable: '', folders }),
    searched,
  };
}

/** A path that begins with `~`, as Python expands it for the user of the environment. */
export function expandHome(file: string, environment: Environment): string {
  const home = environment['HOME'] || homedir();
  return file === '~' || file.startsWith('~/') ? path.join(home, file.slice(1)) : file;
}

function searchPath(environment: Environment): string[] {
  const own = path.join(environment['HOME'] || homedir(), '.config');
  const { XDG_CONFIG_HOME: user, XDG_CONFIG_DIRS: site } = environment;
  const folders = [user || own, own, ...(site || '/etc/xdg').split(':').slice(0, 1)];
  return [...new Set(['.', ...folders.map((folder) => path.join(folder, 'openstack')), '/etc/openstack'])];
}

function readFirst(
  name: string,
  { named, variable, folders }: { named: string | undefined; variable: string; folders: string[] },
): CloudFile | undefined {
  if (named) {
    const found = readFile(named);
    if (found) return found;
    throw new ClusterCertError('invalid_argument', `cloud configuration: ${variable} '${named}' does not exist`);
  }
  for (const folder of folders) {
    for (const suffix of ['yaml', 'yml', 'json']) {
      const found = readFile(path.join(folder, `${name}.${suffix}`));
      if (found) return found;
    }
  }
  return undefined;
}

/** Replacement characters would make another password. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new YamlError('it is not UTF-8', 1, 1);
  }
}

function readFile(file: string): CloudFile | undefined {
  try {
    const content = readYaml(decode(readFileSync(file)));
    if (content === null) return { file, content: {} };
    if (isMapping(content)) return { file, content };
    throw new YamlError('it must be a mapping', 1, 1);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error))) return undefined;
    const [where, why] =
      error instanceof YamlError
        ? [`${file}:${error.line}:${error.column}`, error.message]
        : [file, systemErrorCode(error) === 'EISDIR' ? 'it is a folder' : systemErrorCode(error) || 'unknown'];
    throw new ClusterCertError('invalid_argument', `cloud configuration: '${where}' cannot be read: ${why}`);
  }
}

// The settings of one cloud: its vendor's profile, clouds.yaml, secure.yaml, the region's values and the OS_*
// variables. Later ones win over earlier ones, as with the openstack command.
import { ClusterCertError } from '../errors.js';
import { type CloudFiles, type Environment, readCloudFiles } from './cloud-files.js';
import { type YamlMapping, type YamlValue, isMapping } from './read-yaml.js';
import { vendorProfiles } from './vendor-profiles.js';

/** Settings by their names in clouds.yaml, those of `auth` among the others. */
export interface CloudSettings {
  values: Readonly<Record<string, YamlValue>>;
  /** The names within `auth`. */
  authNames: readonly string[];
  /** The cloud's name; undefined for one of OS_* variables alone. */
  cloud: string | undefined;
  file: string | undefined;
}

/** Variables that choose a cloud, but are no settings of it. */
const selectors = ['OS_CLOUD', 'OS_REGION_NAME', 'OS_CLIENT_CONFIG_FILE', 'OS_CLIENT_SECURE_FILE', 'OS_CLOUD_NAME'];

/**
 * The settings that the environment selects; undefined where it selects none. An unnamed cloud counts only with
 * `onlyCloud`, and only if it is the only one.
 */
export function readCloudSettings(
  environment: Environment,
  { onlyCloud = false }: { onlyCloud?: boolean | undefined } = {},
): CloudSettings | undefined {
  const variables = readVariables(environment);
  const ownName = environment['OS_CLOUD_NAME'] || 'envvars';
  const named = environment['OS_CLOUD'] || undefined;
  const hasOwn = Object.keys(environment).some(
    (name) =>
      name.startsWith('OS_') && !/^OS_(TEST|STD|LOG)/.test(name) && !selectors.includes(name) && environment[name],
  );
  if (named === ownName || (named === undefined && hasOwn))
    return { values: variables, authNames: [], cloud: undefined, file: undefined };
  if (named === undefined && !onlyCloud) return undefined;
  const files = readCloudFiles(environment);
  const clouds = cloudsOf(files);
  const cloud = named ?? (Object.keys(clouds).length === 1 ? Object.keys(clouds)[0] : undefined);
  if (cloud === undefined) return undefined;
  const own = findCloud(cloud, clouds, files);
  const layers = [profileOf(own, files), own];
  const region = regionOf(layers, { chosen: textOf(variables['region_name']), cloud });
  const all = [...layers, region.values];
  const values = flatten([...all, variables]);
  const authNames = all.flatMap((layer) => Object.keys(withAliases(mappingOf(layer['auth']))));
  return { values: { ...values, region_name: region.name ?? null }, authNames, cloud, file: files.clouds?.file };
}

/** `OS_USER_DOMAIN_NAME` becomes `user_domain_name`; an empty variable counts as none. */
function readVariables(environment: Environment): Record<string, string> {
  const named = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[0].startsWith('OS_') && Boolean(entry[1]),
  );
  return withAliases(Object.fromEntries(named.map(([name, value]) => [name.slice(3).toLowerCase(), value])));
}

function cloudsOf({ clouds, secure }: CloudFiles): YamlMapping {
  return mergeDeep(mappingOf(clouds?.content['clouds']), mappingOf(secure?.content['clouds']));
}

function findCloud(cloud: string, clouds: YamlMapping, { clouds: found, searched }: CloudFiles): YamlMapping {
  const own = clouds[cloud];
  if (isMapping(own)) return own;
  if (!found) throw incomplete(`OS_CLOUD is '${cloud}', but there is no ${searched.join(', no ')}`);
  if (own !== undefined) throw incomplete(`cloud '${cloud}' in '${found.file}' must be a mapping`);
  throw incomplete(`'${found.file}' has no cloud '${cloud}'; it has ${Object.keys(clouds).join(', ') || 'none'}`);
}

/** The profile that a cloud names: one of clouds-public.yaml, or one that is known. */
function profileOf(cloud: YamlMapping, { vendors }: CloudFiles): YamlMapping {
  const name = textOf(cloud['profile'] ?? cloud['cloud']);
  if (name === undefined) return {};
  const own = mappingOf(vendors?.content['public-clouds'])[name];
  if (isMapping(own)) return own;
  const known = Object.hasOwn(vendorProfiles, name) ? vendorProfiles[name] : undefined;
  if (!known) {
    if (isMapping(cloud['auth']) && cloud['auth']['auth_url'] !== undefined) return {};
    throw incomplete(`profile '${name}' is not known; give auth_url, or describe it in clouds-public.yaml`);
  }
  const { authUrl, regions, domainName, shutdown } = known;
  if (shutdown !== undefined) throw incomplete(`profile '${name}' is of a cloud that is no more: ${shutdown}`);
  const domains = domainName && { user_domain_name: domainName, project_domain_name: domainName };
  return { auth: { ...(authUrl && { auth_url: authUrl }), ...domains }, ...(regions && { regions: [...regions] }) };
}

interface Region {
  name: string | undefined;
  values: YamlMapping;
}

/** The chosen region, or the first one that the cloud or its profile has. */
function regionOf(layers: YamlMapping[], { chosen, cloud }: { chosen: string | undefined; cloud: string }): Region {
  const [profile = {}, own = {}] = layers;
  const regions = regionsOf(own) ?? regionsOf(profile) ?? [];
  const [first] = regions;
  if (chosen === undefined || first === undefined) return first ?? { name: chosen, values: {} };
  const found = regions.find(({ name }) => name === chosen);
  if (found) return found;
  const names = regions.map(({ name }) => name).join(', ');
  throw incomplete(`OS_REGION_NAME '${chosen}' is no region of cloud '${cloud}'; it has ${names}`);
}

function regionsOf({ regions, region_name: name }: YamlMapping): Region[] | undefined {
  if (regions === undefined && name === undefined) return undefined;
  const list = Array.isArray(regions) ? regions : Array.isArray(name) ? name : (textOf(name)?.split(',') ?? []);
  return list.flatMap((region) =>
    isMapping(region)
      ? [{ name: nameOfRegion(region), values: mappingOf(region['values']) }]
      : [{ name: textOf(region), values: {} }],
  );
}

function nameOfRegion({ name }: YamlMapping): string {
  const text = textOf(name);
  if (text !== undefined) return text;
  throw incomplete('an entry of regions has no name; it must be a word, or a mapping with name and values');
}

/** The later layer wins; a setting beside `auth` wins over the same one inside it, as with the openstack command. */
function flatten(layers: YamlMapping[]): Record<string, YamlValue> {
  const auth = Object.assign({}, ...layers.map((layer) => withAliases(mappingOf(layer['auth'])))) as YamlMapping;
  const others = Object.assign({}, ...layers.map((layer) => withAliases({ ...layer, auth: null }))) as YamlMapping;
  const given = Object.entries(others).filter(([, value]) => value !== null);
  return { ...auth, ...Object.fromEntries(given) };
}

const aliases: Readonly<Record<string, string>> = {
  tenant_id: 'project_id',
  tenant_name: 'project_name',
  user_name: 'username',
  auth_token: 'token',
  auth_plugin: 'auth_type',
  endpoint_type: 'interface',
};

/** Gives older spellings today's names, which win where both exist; a dash counts as an underscore. */
function withAliases<Value extends YamlValue>(settings: Readonly<Record<string, Value>>): Record<string, Value> {
  const plain = Object.entries(settings).map(([name, value]) => [name.replaceAll('-', '_'), value] as const);
  const [older, newer] = [true, false].map((old) => plain.filter(([name]) => Object.hasOwn(aliases, name) === old));
  const renamed = (older ?? []).map(([name, value]) => [aliases[name] ?? name, value] as const);
  return Object.fromEntries([...renamed, ...(newer ?? [])]);
}

function mergeDeep(under: YamlMapping, over: YamlMapping): YamlMapping {
  const merged: YamlMapping = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMapping(value) && isMapping(below) ? mergeDeep(below, value) : value;
  }
  return merged;
}

function mappingOf(value: YamlValue | undefined): YamlMapping {
  return isMapping(value) ? value : {};
}

/** The text of a setting; undefined for one that is empty or no text. */
export function textOf(value: YamlValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function incomplete(message: string): ClusterCertError {
  return new ClusterCertError('invalid_argument', `cloud configuration: ${message}`);
}

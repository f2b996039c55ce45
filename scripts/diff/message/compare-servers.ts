// Compares the URLs of an operation. A variable without an enum allows any value.
import type { Pair } from './pair.js';
import { type JsonObject, isObject, listAt, objectAt } from '../document/document.js';
import { type Operation, withoutNames } from '../document/operations.js';

export function compareServers({ old, now, changes }: Pair): void {
  if (now.isCallback) return;
  const [before, after] = [addressesOf(old), addressesOf(now)];
  const { root } = now.document;
  const place = { document: now.document, object: root, keys: 'servers' in root ? ['servers'] : [] };
  // With another path, the same URL may consist of other parts.
  const [oldPath, newPath] = [withoutNames(old.path), withoutNames(now.path)];
  const paths = oldPath === newPath ? ['', ''] : [oldPath, newPath];
  const [was, is] = [
    before.map((address) => address + (paths[0] ?? '')),
    after.map((address) => address + (paths[1] ?? '')),
  ];
  for (const address of was)
    if (!isServed(address, is)) changes.rule('server-removed', place, now.name, `server ${address} removed`);
  for (const address of is)
    if (!isServed(address, was)) changes.rule('server-added', place, now.name, `server ${address} added`);
}

function isServed(address: string, addresses: readonly string[]): boolean {
  return addresses.some((other) => {
    const [, ...parts] = /^(.*)$/.exec(other) ?? [];
    const pattern = (parts[0] ?? '')
      .split('{…}')
      .map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
      .join('[^/]+');
    return other === address || new RegExp(`^${pattern}$`).test(address);
  });
}

/** Server URLs of an operation, with one spelling for each. */
function addressesOf({ document, object, pathItem }: Operation): string[] {
  const lists = [object, pathItem, document.root].map((owner) => listAt(owner, 'servers'));
  const servers = lists.find((list) => list.length > 0) ?? [{ url: '/' }];
  return servers.filter(isObject).flatMap(expand);
}

/** All URLs from the variables with an enum. */
function expand(server: JsonObject): string[] {
  let urls = [String(server['url'])];
  for (const [name, variable] of Object.entries(objectAt(server, 'variables'))) {
    const values = isObject(variable) ? listAt(variable, 'enum').map(String) : [];
    const texts = values.length > 0 ? values : ['{…}'];
    urls = urls.flatMap((url) => texts.map((text) => url.replaceAll(`{${name}}`, text)));
  }
  return urls.map(plain);
}

// RFC 3986, section 6.2.2 and 6.2.3: scheme and host have no letter case, and a scheme has its own port.
function plain(url: string): string {
  const [, origin = '', path = ''] = /^([a-z]+:\/\/[^/]*)?(.*)$/is.exec(url) ?? [];
  const host = origin
    .toLowerCase()
    .replace(/^(https:.*):443$/, '$1')
    .replace(/^(http:.*):80$/, '$1');
  return host + path.replace(/\/$/, '');
}

/** The common path of all URLs; undefined when they differ. */
export function basePathOf(operation: Operation): string | undefined {
  const paths = new Set(addressesOf(operation).map((address) => address.replace(/^[a-z]+:\/\/[^/]*/, '')));
  return paths.size === 1 ? [...paths][0] : undefined;
}

// Compares the addresses that an operation is served at. What stands in a variable without an enum is anybody's choice.
import type { Pair } from './compare.js';
import { type JsonObject, isObject, listAt, objectAt } from './document.js';
import type { Operation } from './operations.js';

export function compareServers({ old, now, changes }: Pair): void {
  if (now.isCallback) return;
  const [before, after] = [addressesOf(old), addressesOf(now)];
  const place = {
    document: now.document,
    object: now.document.root,
    keys: 'servers' in now.document.root ? ['servers'] : [],
  };
  for (const address of before)
    if (!after.includes(address)) changes.rule('server-removed', place, now.name, `server ${address} removed`);
  const basePaths = before.map(basePathOf);
  for (const address of after) {
    if (before.includes(address)) continue;
    const rule = basePaths.includes(basePathOf(address)) ? 'server-added' : 'base-path-added';
    changes.rule(rule, place, now.name, `server ${address} added`);
  }
}

function addressesOf({ document, object, pathItem }: Operation): string[] {
  const lists = [object, pathItem, document.root].map((owner) => listAt(owner, 'servers'));
  const servers = lists.find((list) => list.length > 0) ?? [{ url: '/' }];
  return servers.filter(isObject).flatMap(expand);
}

/** Every address that the variables with an enum give. */
function expand(server: JsonObject): string[] {
  let urls = [String(server['url'])];
  for (const [name, variable] of Object.entries(objectAt(server, 'variables'))) {
    const values = listAt(variable as JsonObject, 'enum').map(String);
    if (values.length > 0) urls = urls.flatMap((url) => values.map((value) => url.replaceAll(`{${name}}`, value)));
    else urls = urls.map((url) => url.replaceAll(`{${name}}`, '{…}'));
  }
  return urls.map((url) => url.replace(/(.)\/$/, '$1'));
}

function basePathOf(address: string): string {
  return address.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/\/$/, '');
}

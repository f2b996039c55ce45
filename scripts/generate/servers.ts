// The path that all URLs of the contract begin with.
import { isObject } from './places.js';
import type { Problem } from './references.js';
import { refusal } from './supported.js';

/** Without a slash at its end; '' where servers have none. A problem where they differ or cannot be read. */
export function basePathOf(servers: unknown): string | Problem {
  if (!Array.isArray(servers) || servers.length === 0) return '';
  let basePath: string | undefined;
  for (const [index, server] of servers.entries()) {
    const at = ['servers', index, 'url'];
    const url = isObject(server) ? server['url'] : undefined;
    const own = typeof url === 'string' ? pathOf(url) : undefined;
    if (own === undefined) return { message: refusal('server-url', `'${String(url)}'`), at };
    if (basePath !== undefined && own !== basePath)
      return { message: refusal('server-base-path', `'${own}' and '${basePath}'`), at };
    basePath = own;
  }
  return basePath ?? '';
}

function pathOf(url: string): string | undefined {
  const [, path = ''] = /^(?:[a-z][a-z\d+.-]*:\/\/(?:[^/?#\s]+))?(.*)$/is.exec(url) ?? [];
  const trimmed = path.replace(/\/+$/, '');
  if (!/^(?:\/[\w.~:@!$&'()*+,;=-]+)*$/.test(trimmed) || /\/\.\.?(?=\/|$)/.test(trimmed)) return undefined;
  return trimmed;
}

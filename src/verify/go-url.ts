// Parses URLs as Go's net/url and so kubectl does: stricter than a browser in some ways, laxer in others.

export interface GoUrl {
  scheme: string;
  host: string;
  path: string;
}

/** Undefined where Go reports an error. */
export function parseGoUrl(text: string): GoUrl | undefined {
  if (/[\0-\x1f\x7f]/.test(text)) return undefined;
  const hash = text.indexOf('#');
  const [before, fragment] = hash < 0 ? [text, ''] : [text.slice(0, hash), text.slice(hash + 1)];
  const scheme = schemeOf(before);
  if (scheme === undefined || hasWrongEscape(fragment)) return undefined;
  const [rest = ''] = before.slice(scheme === '' ? 0 : scheme.length + 1).split('?', 1);
  if (!rest.startsWith('/')) return parseRelative(rest, scheme);
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///')))
    return withPath({ scheme, host: '', path: rest });
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? [];
  const host = hostOf(authority);
  return host === undefined ? undefined : withPath({ scheme, host, path });
}

/** A rest without a slash is opaque after a scheme, and otherwise a path whose first part has no colon. */
function parseRelative(rest: string, scheme: string): GoUrl | undefined {
  if (scheme !== '') return { scheme, host: '', path: '' };
  if ((rest.split('/', 1)[0] ?? '').includes(':')) return undefined;
  return withPath({ scheme, host: '', path: rest });
}

const withPath = (url: GoUrl) => (hasWrongEscape(url.path) ? undefined : url);
const hasWrongEscape = (text: string) => /%(?![0-9A-Fa-f]{2})/.test(text);

/** Empty where there is none; undefined for a colon at the start. */
function schemeOf(text: string): string | undefined {
  if (text.startsWith(':')) return undefined;
  return (/^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1] ?? '').toLowerCase();
}

// The characters that Go accepts in a host name; a percent sign only escapes bytes beyond ASCII.
const hostCharacters = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]|[^\0-\x7f]|%[89A-Fa-f][0-9A-Fa-f])*$/;
const userCharacters = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;

function hostOf(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? '' : authority.slice(0, at);
  if (!userCharacters.test(user) || hasWrongEscape(user)) return undefined;
  const host = authority.slice(at + 1);
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    // A zone may follow an IPv6 address.
    const isRight =
      end > 0 && isPort(host.slice(end + 1)) && hostCharacters.test(host.slice(0, end).replace(/%25.*$/, ''));
    return isRight ? host : undefined;
  }
  const colon = host.lastIndexOf(':');
  return (colon < 0 || isPort(host.slice(colon))) && hostCharacters.test(host) ? host : undefined;
}

const isPort = (text: string) => text === '' || /^:[0-9]*$/.test(text);

/** How kubectl connects to the server of a cluster. */
export type ServerAddress = { isSecure: boolean; hasScheme: boolean; host: string } | { problem: string };

/** Without a scheme, kubectl uses http, whatever else is configured. */
export function serverAddress(server: string): ServerAddress {
  const given = parseGoUrl(server);
  const hasScheme = given !== undefined && given.scheme !== '' && given.host !== '';
  const url = hasScheme ? given : parseGoUrl(`http://${server}`);
  if (!url) return { problem: 'is no URL that kubectl can read' };
  if (!hasScheme && url.path !== '' && url.path !== '/') return { problem: 'is neither a URL nor a host with a port' };
  if (url.scheme !== 'https' && url.scheme !== 'http') return { problem: 'is no https or http URL' };
  const problem = problemOfHost(url.host);
  return problem === undefined ? { isSecure: url.scheme === 'https', hasScheme, host: url.host } : { problem };
}

function problemOfHost(host: string): string | undefined {
  const [, name = '', port = ''] = /^(.*?)(?::([0-9]*))?$/.exec(host) ?? [];
  if (name === '') return 'names no host';
  if (!name.startsWith('[') && name.includes(':')) return 'has a host with colons, which needs brackets';
  if (/[\s"<>]/.test(name)) return 'has a host that can be none';
  return Number(port || '443') > 65_535 ? 'has a port that there is not' : undefined;
}

// Whether Go's net/url accepts a text as a URL, with a domain as its host. Go refuses a whole certificate for one URI
// that fails this.
import { isIP } from 'node:net';
import { isDomain } from './names.js';

const escapes = /^(?:[^%]|%[0-9A-Fa-f]{2})*$/s;
// In a host, only bytes beyond ASCII may be escaped.
const host = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"\x80-\xff]|%[89A-Fa-f][0-9A-Fa-f]|%25)*$/;
const userInfo = /^(?:[A-Za-z0-9\-._:~!$&'()*+,;=@]|%[0-9A-Fa-f]{2})*$/;
const port = /^(?::\d*)?$/;

/** `text` in ASCII. */
export function isUrl(text: string): boolean {
  if (/[\x00-\x1f\x7f]/.test(text)) return false;
  const [withoutFragment = '', fragment = ''] = cut(text, '#');
  if (!escapes.test(fragment)) return false;
  if (withoutFragment === '*') return true;
  if (withoutFragment.startsWith(':')) return false;
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(withoutFragment) ?? [];
  const afterScheme = scheme === undefined ? withoutFragment : withoutFragment.slice(scheme.length + 1);
  const [rest = ''] = cut(afterScheme, '?');
  if (!rest.startsWith('/')) return scheme !== undefined || !(rest.split('/')[0] ?? '').includes(':');
  if (!rest.startsWith('//') || (scheme === undefined && rest.startsWith('///'))) return escapes.test(rest);
  const [authority = '', ...segments] = rest.slice(2).split('/');
  return isAuthority(authority, scheme?.toLowerCase() ?? '') && escapes.test(segments.join('/'));
}

function isAuthority(authority: string, scheme: string): boolean {
  const at = authority.lastIndexOf('@');
  return (at < 0 || userInfo.test(authority.slice(0, at))) && isHost(authority.slice(at + 1), scheme);
}

function isHost(text: string, scheme: string): boolean {
  const open = text.lastIndexOf('[');
  if (open > 0) return false;
  if (open === 0) {
    const close = text.lastIndexOf(']');
    const [address = '', zone] = cut(text.slice(1, close), '%25');
    const hasZone = zone === undefined || (zone !== '' && escapes.test(zone));
    return close > 0 && port.test(text.slice(close + 1)) && isIP(address) === 6 && hasZone && isDomain(text, asHost);
  }
  const colon = scheme === 'http' || scheme === 'https' ? text.indexOf(':') : text.lastIndexOf(':');
  if (colon >= 0 && !port.test(text.slice(colon))) return false;
  return host.test(text) && isDomain(decode(text), asHost);
}

const asHost = { isConstraint: false };

/** As Go compares it: each byte that is escaped is one character. */
function decode(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_escape, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

function cut(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

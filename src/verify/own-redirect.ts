// Redirects of the documented path to another spelling of it. The kit makes that path, so they are the provider's.
import { type Exchange, headerOf } from './exchange.js';

/** The Location of a response that leads to its own path: with or without a slash, in another case or encoding. */
export function ownRedirect(answer: Exchange, endpoint: string): string | undefined {
  const location = headerOf(answer, 'location');
  if (location === undefined || answer.status < 300 || answer.status >= 400) return undefined;
  try {
    const asked = new URL(endpoint.replace(/\/$/, '') + answer.sent.path);
    const to = new URL(location, asked);
    return to.origin === asked.origin && plain(to) === plain(asked) ? location : undefined;
  } catch {
    // A Location that is no URL, or has broken escapes, leads nowhere.
    return undefined;
  }
}

const plain = ({ pathname }: URL) =>
  decodeURIComponent(pathname).toLowerCase().replaceAll(/\/+/g, '/').replace(/\/$/, '');

// Reads URLs that may be none.

/**
 * The URL of a text, or undefined where it is none. Node 20's `URL.canParse` says no to host names with umlauts once it runs
 * optimized, and `URL.parse` came with Node 22.
 */
export function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** The host of a URL, without the brackets of an IPv6 address; empty where there is none. */
export const hostOf = (text: string): string => urlOf(text)?.hostname.replace(/^\[|\]$/g, '') ?? '';

// The canonical form of a request that AK/SK signatures are computed over, the same for signer and verifier. Plain text
// only: both sides bring hashing and keys.

/** Name of the algorithm in the header Authorization. */
export const signingAlgorithm = 'SDK-HMAC-SHA256';

/** A request as it goes over the wire. */
export interface CanonicalParts {
  method: string;
  /** Starts with a slash; without the query. */
  path: string;
  /** Without the question mark. */
  query: string;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  /** Lower-case names of the headers that are signed. */
  signedHeaders: readonly string[];
  /** SHA-256 of the body, in lower-case hex. */
  payloadHash: string;
}

/** The text whose hash is signed. Throws URIError for a path or query with wrong percent-encoding. */
export function canonicalRequest({ method, path, query, headers, signedHeaders, payloadHash }: CanonicalParts): string {
  const names = [...signedHeaders].sort();
  return [
    method.toUpperCase(),
    canonicalPath(path),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
}

/** For signing only, the path ends in a slash. */
function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

/** Sorted by decoded names and values. */
function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const separator = pair.indexOf('=');
      return separator < 0 ? [pair, ''] : [pair.slice(0, separator), pair.slice(separator + 1)];
    })
    .map((pair) => pair.map((part) => decodeURIComponent(part.replaceAll('+', ' '))) as [string, string])
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map((pair) => pair.map(encode).join('='))
    .join('&');
}

/** Percent-encodes all but the unreserved characters of RFC 3986, section 2.3. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** By code units, independent of language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

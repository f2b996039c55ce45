// Serves the description of the API: the contract as JSON and YAML, and a page to read and try it. Needs no
// credentials. Files are read at their first request.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';
import { ClusterCertError } from '../errors.js';
import { contractFiles, referencePage } from '../spec.js';

interface Document {
  file: URL;
  type: string;
  /** The file is compressed. */
  compressed?: boolean;
}

interface Content {
  bytes: Buffer;
  etag: string;
}

const pageFile = (name: string, type: string): Document => ({
  file: new URL(`${name}.gz`, referencePage),
  type: `${type};charset=utf-8`,
  compressed: true,
});

const documents = new Map<string, Document>([
  ['/openapi.json', { file: contractFiles.json, type: 'application/json' }],
  // RFC 9512.
  ['/openapi.yaml', { file: contractFiles.yaml, type: 'application/yaml' }],
  ['/docs', pageFile('page.html', 'text/html')],
  ['/docs/page.js', pageFile('page.js', 'text/javascript')],
  ['/docs/page.css', pageFile('page.css', 'text/css')],
  ['/docs/swagger-ui.css', pageFile('swagger-ui.css', 'text/css')],
  ['/docs/swagger-ui-bundle.js', pageFile('swagger-ui-bundle.js', 'text/javascript')],
]);

const headers = {
  // Caches must revalidate each time, which costs a 304.
  'Cache-Control': 'no-cache',
  // Nothing is loaded from or sent to other origins, no inline scripts, no frames around the page.
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
};

/** Serves `/openapi.json`, `/openapi.yaml`, `/docs` and its files; passes all other requests on. */
export function apiReference(): RequestHandler {
  const contents = new Map<string, Promise<Content>>();
  const read = (document: Document, packed: boolean): Promise<Content> => {
    const key = `${document.file.href} ${String(packed)}`;
    const content = contents.get(key) ?? load(document, packed);
    contents.set(key, content);
    // A failed reading may succeed the next time.
    content.catch(() => contents.delete(key));
    return content;
  };
  // Not an async function, because the API's own requests pass through here.
  return (request, response, next) => {
    const { path } = request;
    const document = documents.get(path);
    if (document) return answer(request, response, { document, read });
    if (path === '/docs/') response.redirect(308, '../docs');
    else if (path === '/' && ['GET', 'HEAD'].includes(request.method)) response.redirect(302, 'docs');
    else next();
    return undefined;
  };
}

async function answer(
  request: Request,
  response: Response,
  { document, read }: { document: Document; read: (document: Document, packed: boolean) => Promise<Content> },
): Promise<void> {
  assertReading(request);
  const packed = document.compressed === true && request.acceptsEncodings('gzip') === 'gzip';
  const { bytes, etag } = await read(document, packed);
  response.set({ ...headers, ETag: etag });
  if (document.compressed === true) response.vary('Accept-Encoding');
  if (isCurrent(request.get('If-None-Match'), etag)) {
    response.status(304).end();
    return;
  }
  if (packed) response.set('Content-Encoding', 'gzip');
  response.set('Content-Length', String(bytes.length));
  // Express would add a charset to types that have none.
  response.setHeader('Content-Type', document.type);
  response.end(bytes);
}

function assertReading({ method }: Request): void {
  if (method === 'GET' || method === 'HEAD') return;
  const error = new ClusterCertError('method_not_allowed', 'the path offers GET and HEAD only');
  throw Object.assign(error, { headers: { Allow: 'GET, HEAD' } });
}

async function load({ file, compressed }: Document, packed: boolean): Promise<Content> {
  const stored = await readFile(file);
  const bytes = compressed === true && !packed ? await promisify(gunzip)(stored) : stored;
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
}

/**
 * RFC 9110, section 13.1.2. Express would send the full response to `Cache-Control: no-cache`, which Node's fetch adds.
 */
function isCurrent(condition = '', etag: string): boolean {
  return condition === '*' || condition.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

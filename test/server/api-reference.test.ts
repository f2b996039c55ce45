// The responses with the contract and the page; reference-page.process.ts tests the page in a browser.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { startProvider } from '../support/provider.js';

let url = '';

beforeAll(async () => {
  ({ url } = await startProvider());
});

describe('the contract', () => {
  test.each([
    ['/openapi.json', 'generated/openapi.json', 'application/json'],
    ['/openapi.yaml', 'spec/openapi.yaml', 'application/yaml'],
  ])('%s is %s, byte by byte, for anybody', async (route, file, type) => {
    const response = await fetch(url + route);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe(type);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('Cache-Control')).toBe('no-cache');
    expect(Buffer.from(await response.arrayBuffer()).equals(readFileSync(file))).toBe(true);
  });

  test.each(['/openapi.json', '/openapi.yaml', '/docs'])('%s has an ETag and is not sent twice', async (route) => {
    const first = await fetch(url + route);
    const etag = first.headers.get('ETag') ?? '';
    expect(etag).toMatch(/^"\S{43}"$/);
    for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await fetch(url + route, { headers: { 'If-None-Match': condition } });
      expect([again.status, again.headers.get('ETag'), await again.text()]).toEqual([304, etag, '']);
    }
    const changed = await fetch(url + route, { headers: { 'If-None-Match': '"other"' } });
    expect([changed.status, await changed.text()]).toEqual([200, await first.text()]);
  });

  test('HEAD gives the headers of GET; other methods are refused', async () => {
    const got = await fetch(`${url}/openapi.json`);
    const { length } = Buffer.from(await got.arrayBuffer());
    const head = await fetch(`${url}/openapi.json`, { method: 'HEAD' });
    expect([head.status, head.headers.get('Content-Length'), await head.text()]).toEqual([200, String(length), '']);
    expect(head.headers.get('ETag')).toBe(got.headers.get('ETag'));
    const posted = await fetch(`${url}/openapi.json`, { method: 'POST' });
    expect([posted.status, posted.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
    expect(await posted.json()).toMatchObject({ kind: 'Status', code: 405 });
  });
});

describe('the page at /docs', () => {
  test('may load nothing from elsewhere and run no script of its own text', async () => {
    const { headers } = await fetch(`${url}/docs`);
    expect(headers.get('Content-Type')).toBe('text/html;charset=utf-8');
    const policy = headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  test('is where the root leads', async () => {
    const response = await fetch(`${url}/`, { redirect: 'manual' });
    expect([response.status, response.headers.get('Location')]).toEqual([302, 'docs']);
  });

  test('is one page: with a slash at the end it leads to the one without', async () => {
    const response = await fetch(`${url}/docs/`, { redirect: 'manual' });
    expect([response.status, response.headers.get('Location')]).toEqual([308, '../docs']);
    for (const route of ['/docs/package.json', '/docs/%2e%2e/spec.js', '/DOCS'])
      expect((await fetch(url + route)).status).toBe(404);
  });

  test('comes compressed to those who take it, and as it is to those who do not', async () => {
    const script = `${url}/docs/swagger-ui-bundle.js`;
    const stored = readFileSync('dist/docs/swagger-ui-bundle.js.gz');
    const packed = await fetch(script, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(packed.headers.get('Content-Encoding')).toBe('gzip');
    expect(packed.headers.get('Content-Length')).toBe(String(stored.length));
    const plain = await fetch(script, { headers: { 'Accept-Encoding': 'identity' } });
    expect(plain.headers.get('Content-Encoding')).toBeNull();
    expect(await plain.text()).toBe(gunzipSync(stored).toString());
    expect(plain.headers.get('ETag')).not.toBe(packed.headers.get('ETag'));
    expect(plain.headers.get('Vary')).toBe('Accept-Encoding');
  });
});

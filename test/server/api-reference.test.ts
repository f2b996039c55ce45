import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { startServe } from '../support/command-line.js';
import { chromium, faultsOf, openPage } from '../support/browser.js';
import { testWith } from '../support/programs.js';
import { projectId, startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

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

  testWith(chromium, 'Chromium')(
    'lets a signed-in call be tried, on its own origin, and keeps no token',
    async () => {
      const data = temporaryFolder();
      const { url: origin, stdout } = await startServe('--demo', '--data', data, '--strict');
      const [, token = ''] = /X-Auth-Token: ([^']+)/.exec(stdout()) ?? [];
      const [, cluster = ''] = /clusters\/([^/]+)\/clustercert/.exec(stdout()) ?? [];
      const { page, requested, complaints } = await openPage();
      const shoot = (name: string) => {
        const folder = process.env['SCREENSHOTS'];
        return folder === undefined ? undefined : page.screenshot({ path: path.join(folder, name) });
      };

      await page.goto(`${origin}/docs`);
      const field = page.getByLabel('Token');
      expect([await field.getAttribute('type'), await field.getAttribute('autocomplete')]).toEqual(['password', 'off']);
      await field.fill(token);
      await field.press('Enter');
      await page.getByText('The provider accepts this token.').waitFor();
      await shoot('token.png');
      // That refusal is how the page knows that the caller is known.
      complaints.length = 0;

      const operation = page.locator('[id$="-getClusterCert"]');
      await operation.getByRole('button').first().click();
      await operation.getByRole('button', { name: 'Try it out' }).click();
      await operation.getByPlaceholder('project_id').fill(projectId);
      await operation.getByPlaceholder('cluster_id').fill(cluster);
      await operation.getByRole('button', { name: 'Execute' }).click();
      const answer = operation.locator('.live-responses-table');
      await answer.scrollIntoViewIfNeeded();
      await shoot('docs.png');
      expect(await answer.locator('tbody .response-col_status').first().innerText()).toContain('200');
      expect(await answer.innerText()).toContain('"current-context": "external"');

      const route = `/api/v3/projects/${projectId}/clusters/${cluster}/clustercert`;
      expect(requested).toContain(origin + route);
      expect(requested.filter((one) => !one.startsWith(`${origin}/`) && !one.startsWith('data:'))).toEqual([]);
      expect(complaints).toEqual([]);
      expect(await page.content()).not.toContain(token);
      const kept = await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);
      expect(kept).toEqual([0, 0, '']);
      await page.reload();
      expect(await field.inputValue()).toBe('');
    },
    60_000,
  );

  testWith(chromium, 'Chromium')(
    'does not call a token accepted that the provider refuses, and says so when the provider is gone',
    async () => {
      const running = await startServe('--data', temporaryFolder(), '--no-demo');
      const { page } = await openPage();
      await page.goto(`${running.url}/docs`);
      const state = page.locator('#token-state');
      await page.getByLabel('Token').fill('wrong');
      await page.getByRole('button', { name: 'Use this token' }).click();
      await page.getByText('The provider does not accept this token').waitFor();
      running.child.kill('SIGTERM');
      await running.ended;
      await page.getByRole('button', { name: 'Use this token' }).click();
      await page.getByText('the provider does not answer').waitFor();
      expect(await state.getAttribute('role')).toBe('status');
    },
    60_000,
  );

  const looks = (['light', 'dark'] as const).flatMap((scheme) => [1280, 390].map((width) => ({ scheme, width })));
  testWith(chromium, 'Chromium').each(looks)(
    'has no fault that axe knows, and fits, $scheme at $width pixels',
    async (look) => {
      const { page } = await openPage(look);
      await page.goto(`${url}/docs`);
      const operation = page.locator('[id$="-getClusterCert"]');
      await operation.waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await operation.getByRole('button').first().click();
      await operation.getByRole('button', { name: 'Try it out' }).click();
      await operation.getByPlaceholder('project_id').fill('7');
      await operation.getByRole('button', { name: 'Execute' }).click();
      await operation.getByRole('alert').first().waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await operation.getByPlaceholder('project_id').fill(projectId);
      await operation.getByRole('button', { name: 'Execute' }).click();
      await page.getByText('Response 401').waitFor({ state: 'attached' });
      expect(await faultsOf(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(look.width);
      const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(dark).toBe(look.scheme === 'dark' ? 'rgb(28, 32, 34)' : 'rgb(255, 255, 255)');
    },
    60_000,
  );
});

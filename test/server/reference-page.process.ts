// The page at /docs in a browser: a call can be tried, no token stays, and everybody can use it.
import { beforeAll, expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, faultsOf, openPage } from '../support/browser.js';
import { startServe } from '../support/command-line.js';
import { testWith } from '../support/programs.js';
import { projectId, startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const contract = JSON.parse(readFileSync('generated/openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, { operationId?: string }>>;
};
let url = '';

beforeAll(async () => {
  ({ url } = await startProvider());
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
  120_000,
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
  120_000,
);

testWith(chromium, 'Chromium')(
  'has a link to each operation, which opens it, and the address follows what is opened',
  async () => {
    const { page } = await openPage();
    const focused = () => page.evaluate(() => document.activeElement?.closest('.opblock')?.id);
    // The form that Swagger UI gives its own links.
    await page.goto(`${url}/docs#/Certificates/getClusterCert`);
    await page.locator('[id$="-getClusterCert"].is-open').waitFor();
    expect(await focused()).toMatch(/-getClusterCert$/);
    await page.getByRole('navigation').getByRole('link', { name: 'listClusters' }).press('Enter');
    await page.locator('[id$="-listClusters"].is-open').waitFor();
    expect([await focused(), new URL(page.url()).hash]).toEqual([
      expect.stringMatching(/-listClusters$/),
      '#listClusters',
    ]);
    await page.locator('[id$="-getCluster"]').getByRole('button').first().press('Enter');
    await page.locator('[id$="-getCluster"].is-open').waitFor();
    expect(new URL(page.url()).hash).toBe('#getCluster');
    const ids = Object.values(contract.paths).flatMap((item) =>
      Object.values(item).flatMap(({ operationId }) => operationId ?? []),
    );
    expect(await page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual(ids);
  },
  120_000,
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
  120_000,
);

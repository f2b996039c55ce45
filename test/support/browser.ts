// Debian's Chromium, headless, controlled by playwright-core. Records the requests and errors of a page.
import { afterAll } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';

/** The browser of this machine, if it has one. */
export const chromium = ['/usr/bin/chromium', 'chromium', 'chromium-browser', 'google-chrome']
  .map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim())
  .find((found) => found !== '');

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const running: Browser[] = [];

afterAll(() => Promise.all(running.map((browser) => browser.close())));

export interface Visit {
  page: Page;
  /** The URLs that the page asked for. */
  requested: string[];
  /** Errors and warnings of the console, uncaught errors, and what a policy kept from being loaded. */
  complaints: string[];
}

/** A page in a browser of its own, with an empty profile; the console is watched from the first moment. */
export async function openPage({
  scheme,
  width = 1280,
}: { scheme?: 'light' | 'dark'; width?: number } = {}): Promise<Visit> {
  const browser = await playwright.launch({
    ...(chromium !== undefined && { executablePath: chromium }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  running.push(browser);
  const page = await browser.newPage({
    viewport: { width, height: 1000 },
    ...(scheme && { colorScheme: scheme }),
  });
  const visit: Visit = { page, requested: [], complaints: [] };
  page.on('request', (request) => visit.requested.push(request.url()));
  page.on('requestfailed', (request) => visit.complaints.push(`failed: ${request.url()}`));
  page.on('pageerror', (error) => visit.complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) visit.complaints.push(message.text());
  });
  return visit;
}

/** What axe-core finds by WCAG 2.2 (A and AA) and its own best practices: rule and places, one line each. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof import('axe-core') }).axe;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await run(document, { runOnly: tags });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  });
}

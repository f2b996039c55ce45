// Debian's Chromium, headless, steered through playwright-core. Keeps what a page asked for and complained about.
import { afterAll } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';

/** The browser of this machine, if it has one. */
export const chromium = ['/usr/bin/chromium', 'chromium', 'chromium-browser', 'google-chrome']
  .map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim())
  .find((found) => found !== '');

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
export async function openPage(): Promise<Visit> {
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
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  const visit: Visit = { page, requested: [], complaints: [] };
  page.on('request', (request) => visit.requested.push(request.url()));
  page.on('requestfailed', (request) => visit.complaints.push(`failed: ${request.url()}`));
  page.on('pageerror', (error) => visit.complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) visit.complaints.push(message.text());
  });
  return visit;
}

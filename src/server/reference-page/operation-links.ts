// Links to single operations: `#getClusterCert` opens that operation and moves the focus to it. The address bar follows
// the opened operation, so that its link can be copied.
import type { Contract } from './swagger-ui.js';

const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);

/** A link to each operation, in the order of the contract, as the items of a list. */
export function listOperations({ paths }: Contract): HTMLElement[] {
  const list = document.createElement('ul');
  for (const item of Object.values(paths))
    for (const [method, operation] of Object.entries(item))
      if (methods.has(method) && operation?.operationId !== undefined)
        list.append(linkTo(operation.operationId, operation.summary ?? ''));
  return [list];
}

function linkTo(operationId: string, summary: string): HTMLElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = `#${operationId}`;
  link.textContent = operationId;
  item.append(link, ` ${summary}`);
  return item;
}

/**
 * Opens the operation in the URL, once Swagger UI has drawn it and whenever the URL changes; sets the URL to the opened
 * operation.
 */
export function followLinks(page: HTMLElement): void {
  const drawing = new MutationObserver(() => {
    if (openNamed(page, location.hash)) drawing.disconnect();
  });
  if (location.hash !== '') drawing.observe(page, { childList: true, subtree: true });
  addEventListener('hashchange', () => openNamed(page, location.hash));
  page.addEventListener('click', ({ target }) => {
    drawing.disconnect();
    const operation = (target as Element).closest('.opblock-summary')?.closest<HTMLElement>('.opblock');
    if (operation && !operation.classList.contains('is-open')) history.replaceState(null, '', `#${nameOf(operation)}`);
  });
}

/** Whether the operation exists. Also accepts Swagger UI's own form of older links, `#/TAG/getClusterCert`. */
function openNamed(page: HTMLElement, hash: string): boolean {
  const name = hash.slice(1).split('/').pop() ?? '';
  const operation = [...page.querySelectorAll<HTMLElement>('.opblock')].find((one) => nameOf(one) === name);
  const button = operation?.querySelector<HTMLElement>('.opblock-summary-control');
  if (!operation || !button) return false;
  if (!operation.classList.contains('is-open')) button.click();
  operation.scrollIntoView();
  button.focus({ preventScroll: true });
  return true;
}

/** Its ID is `operations-TAG-OPERATIONID`. */
function nameOf(operation: HTMLElement): string {
  return operation.id.slice(operation.id.lastIndexOf('-') + 1);
}

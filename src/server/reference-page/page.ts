// The page at /docs: Swagger UI over the contract that this provider serves. Calls go to the page's own origin only;
// typed values are forgotten with the page.
import { keepAccessible } from './accessible.js';
import { followLinks, listOperations } from './operation-links.js';
import { shortResponse } from './short-response.js';
import { announce, currentToken, watchTokenForm } from './sign-in.js';
import type { Component, Contract, SentRequest, ShownRequest, System } from './swagger-ui.js';

declare const SwaggerUIBundle: (options: Record<string, unknown>) => void;

const page = document.querySelector<HTMLElement>('#reference');

followColourScheme();
watchTokenForm(document, new URL('.', location.href));
try {
  const response = await fetch('openapi.json');
  if (!response.ok) throw new Error(`the contract could not be read: ${response.status}`);
  const contract = (await response.json()) as Contract;
  const version = document.querySelector('#version');
  if (version) version.textContent = `; version ${contract.info.version}`;
  if (page) keepAccessible(page);
  if (page) followLinks(page);
  const list = document.querySelector('#operations');
  list?.append(...listOperations(contract));
  SwaggerUIBundle({
    domNode: page,
    spec: ofThisPage(contract),
    // Its links would be inside buttons, where the keyboard cannot reach them; operation-links.ts has others.
    deepLinking: false,
    displayRequestDuration: true,
    defaultModelsExpandDepth: -1,
    // It would call a host on the Internet.
    validatorUrl: 'none',
    requestInterceptor: complete,
    responseInterceptor: announceResponse,
    plugins: [{ wrapComponents: { Input: forgetInput, curl: hideToken, response: shortResponse, info: nothing } }],
  });
} catch (error) {
  if (page)
    page.textContent = `This page could not be shown: ${error instanceof Error ? error.message : String(error)}`;
}

/** Replaces the contract's servers, and removes authentication that this page lacks: it cannot sign. */
function ofThisPage(contract: Contract): object {
  return {
    ...contract,
    components: { ...contract.components, securitySchemes: {} },
    servers: [{ url: new URL('.', location.href).href.replace(/\/$/, '') }],
    security: [],
  };
}

/**
 * The API page requires the header even without a body; OpenAPI cannot describe that, and `--strict` enforces it.
 * Swagger UI would blame CORS for a provider that is gone, but CORS does not apply to the page's own origin.
 */
function complete(request: SentRequest): SentRequest {
  request.headers['Content-Type'] ??= 'application/json';
  const token = currentToken();
  if (token !== '') request.headers['X-Auth-Token'] = token;
  request.userFetch = (url, init) =>
    fetch(url, init).catch(() => {
      throw new Error('The provider does not answer; it may have been stopped.');
    });
  return request;
}

/** The table of the response is long; screen readers get one line instead. */
function announceResponse<Received extends { status?: number }>(response: Received): Received {
  announce(response.status === undefined ? 'No response' : `Response ${response.status}`);
  return response;
}

/** Prevents browsers from storing typed text or sending it to a spelling service. */
function forgetInput(original: Component, { React }: System): Component {
  return (props) => React.createElement(original, { ...props, autoComplete: 'off', spellCheck: false });
}

/** Hides the token in the shown curl command, which people copy. */
function hideToken(original: Component, { React }: System): Component {
  const header = ['headers', 'X-Auth-Token'];
  return ({ request, ...props }) => {
    const shown = request as ShownRequest;
    return React.createElement(original, { ...props, request: shown.hasIn(header) ? shown.setIn(header, '…') : shown });
  };
}

/** page.html has the page's own texts. */
function nothing(): Component {
  return () => null;
}

function followColourScheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
}

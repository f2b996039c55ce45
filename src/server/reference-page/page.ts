// The page at /docs: Swagger UI over the contract that this provider serves. Calls go to the page's own origin only;
// what is typed here lives as long as the page does.
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
    // Its links would lie inside buttons, where a keyboard does not reach them; operation-links.ts has others.
    deepLinking: false,
    displayRequestDuration: true,
    defaultModelsExpandDepth: -1,
    // Would ask a host on the Internet.
    validatorUrl: 'none',
    requestInterceptor: complete,
    responseInterceptor: announceResponse,
    plugins: [{ wrapComponents: { Input: forgetInput, curl: hideToken, response: shortResponse, info: nothing } }],
  });
} catch (error) {
  if (page)
    page.textContent = `This page could not be shown: ${error instanceof Error ? error.message : String(error)}`;
}

/** The contract names the addresses of others, and ways of authentication that this page does not have: it cannot sign. */
function ofThisPage(contract: Contract): object {
  return {
    ...contract,
    components: { ...contract.components, securitySchemes: {} },
    servers: [{ url: new URL('.', location.href).href.replace(/\/$/, '') }],
    security: [],
  };
}

/**
 * The API page makes the header mandatory on requests without a body too; OpenAPI cannot say so, and `--strict` insists.
 * Swagger UI would explain a provider that is gone by CORS, which has no part in calls to the page's own origin.
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

/** The table of the response is long; one line is read out instead. */
function announceResponse<Received extends { status?: number }>(response: Received): Received {
  announce(response.status === undefined ? 'No response' : `Response ${response.status}`);
  return response;
}

/** Keeps browsers from storing, or sending to a spelling service, what is typed. */
function forgetInput(original: Component, { React }: System): Component {
  return (props) => React.createElement(original, { ...props, autoComplete: 'off', spellCheck: false });
}

/** The shown curl command is made to be copied; a token in it would be copied too. */
function hideToken(original: Component, { React }: System): Component {
  const header = ['headers', 'X-Auth-Token'];
  return ({ request, ...props }) => {
    const shown = request as ShownRequest;
    return React.createElement(original, { ...props, request: shown.hasIn(header) ? shown.setIn(header, '…') : shown });
  };
}

/** What the page says of itself stands in page.html. */
function nothing(): Component {
  return () => null;
}

function followColourScheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
}

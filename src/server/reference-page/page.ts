// The page at /docs: Swagger UI over the contract that this provider serves. Calls go to the page's own origin only;
// what is typed here lives as long as the page does.

type Component = (props: Record<string, unknown>) => unknown;

interface System {
  React: { createElement: (component: Component, props: Record<string, unknown>) => unknown };
}

/** A request as the page shows it: an immutable map. */
interface ShownRequest {
  hasIn: (path: string[]) => boolean;
  setIn: (path: string[], value: string) => ShownRequest;
}

interface SentRequest {
  headers: Record<string, string>;
}

/** The parts of the contract that the page changes. */
interface Contract {
  info: { description: string };
  servers: object[];
  security: Record<string, unknown>[];
  components: { securitySchemes: Record<string, { type: string; description: string }> };
}

declare const SwaggerUIBundle: (options: Record<string, unknown>) => void;

const page = document.querySelector('#reference');

try {
  const response = await fetch('openapi.json');
  if (!response.ok) throw new Error(`the contract could not be read: ${response.status}`);
  SwaggerUIBundle({
    domNode: page,
    spec: ofThisPage((await response.json()) as Contract),
    deepLinking: true,
    displayRequestDuration: true,
    // Closed at first.
    defaultModelsExpandDepth: 0,
    persistAuthorization: false,
    // Would ask a host on the Internet.
    validatorUrl: 'none',
    requestInterceptor: sendContentType,
    plugins: [{ wrapComponents: { Input: forgetInput, curl: hideToken } }],
  });
} catch (error) {
  if (page)
    page.textContent = `This page could not be shown: ${error instanceof Error ? error.message : String(error)}`;
}

/** The contract names the addresses of others, and ways of authentication that this page does not have: it cannot sign. */
function ofThisPage(contract: Contract): Contract {
  const { info, security, components } = contract;
  const schemes = Object.entries(components.securitySchemes);
  const tokens = schemes.filter(([, { type }]) => type === 'apiKey');
  const names = tokens.map(([name]) => name);
  const others = schemes.filter(([name]) => !names.includes(name)).map(([, { description }]) => description);
  return {
    ...contract,
    info: { ...info, description: [info.description, '**Instead of a token:**', ...others].join('\n\n') },
    servers: [{ url: new URL('.', location.href).href.replace(/\/$/, ''), description: 'This provider.' }],
    security: security.filter((way) => Object.keys(way).every((name) => names.includes(name))),
    components: { ...components, securitySchemes: Object.fromEntries(tokens) },
  };
}

/** The API page makes the header mandatory on requests without a body too; OpenAPI cannot say so, and `--strict` insists. */
function sendContentType(request: SentRequest): SentRequest {
  request.headers['Content-Type'] ??= 'application/json';
  return request;
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

export {};

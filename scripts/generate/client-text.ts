// The parts of generated/client.ts that are the same for each contract. A helper is written only where it is used.

interface Head {
  methods: string[];
  hasMarkers: boolean;
}

export function clientHead({ methods, hasMarkers }: Head): string {
  const senders = methods.map((method) => `  ${method.toUpperCase()}: Send<'${method}'>;\n`).join('');
  const [received, sent] = hasMarkers
    ? [
        'Body extends Blob ? Body : Readable<Body>',
        'Body extends Blob ? Blob | ArrayBuffer | ArrayBufferView : Writable<Body>',
      ]
    : ['Body', 'Body extends Blob ? Blob | ArrayBuffer | ArrayBufferView : Body'];
  return `import type { ${hasMarkers ? 'Readable, Writable, ' : ''}components, operations, paths } from './types.js';

type PathWith<Method extends string> = {
  [Path in keyof paths]: paths[Path] extends Record<Method, object> ? Path : never;
}[keyof paths];
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- releases of openapi-fetch differ in what they say of it
type Send<Method extends string> = (url: PathWith<Method>, init: any) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** A client of this contract: that of \`createClient\`, or one of openapi-fetch (0.13 or newer) made of \`paths\`. */
export interface ContractClient {
${senders}}

type Range<Status> = Status extends number ? (\`\${Status}\` extends \`\${infer Hundreds}\${number}\` ? \`\${Hundreds}XX\` : never) : never;
type Described<Responses, Status> = Status extends keyof Responses
  ? Responses[Status]
  : Range<Status> extends keyof Responses
    ? Responses[Range<Status>]
    : 'default' extends keyof Responses
      ? Responses['default']
      : never;
type Received<Body> = ${received};
type Sent<Body> = ${sent};
type BodyOf<Message> = Message extends { content: infer Media } ? Received<Media[keyof Media]> : undefined;

/** The body of an operation's response with that status: \`ResponseBody<'getClusterCert', 404>\`; never where there is no such response. */
export type ResponseBody<Id extends keyof operations, Status> = Id extends keyof operations
  ? Status extends Status
    ? BodyOf<Described<operations[Id]['responses'], Status>>
    : never
  : never;

type Success<Status> = Status extends string | number ? (\`\${Status}\` extends \`2\${string}\` ? Status : never) : never;
type Successes<Id extends keyof operations> = Success<keyof operations[Id]['responses']>;
type Failures<Id extends keyof operations> = Exclude<keyof operations[Id]['responses'], Successes<Id>>;

/** The result of a call of an operation: its data, or the provider's error. */
export type CallResult<Id extends keyof operations> =
  | { data: ResponseBody<Id, Successes<Id>>; error?: never; response: Response }
  | { data?: never; error: ResponseBody<Id, Failures<Id>> | components['schemas']['ErrorStatus']; response: Response };

${callOptions}`;
}

const callOptions = `type HeaderValue = string | number | boolean | (string | number | boolean)[] | null | undefined;
type ParameterOptions<Parameters> = object extends Parameters ? { params?: Parameters } : { params: Parameters };
// Of several media types, application/json is the one that need not be named.
type SentAs<Media> = {
  [Type in keyof Media]: { body: Sent<Media[Type]> } & ([keyof Media] extends [Type]
    ? { contentType?: Type }
    : Type extends 'application/json'
      ? { contentType?: Type }
      : { contentType: Type });
}[keyof Media];
type BodyOptions<Operation> = Operation extends { requestBody?: never }
  ? { body?: undefined }
  : Operation extends { requestBody: { content: infer Media } }
    ? SentAs<Media>
    : Operation extends { requestBody?: { content: infer Media } }
      ? SentAs<Media> | { body?: undefined; contentType?: undefined }
      : { body?: undefined };

/** The options of a call of an operation: \`params\`, \`body\`, and those of fetch. */
export type CallOptions<Id extends keyof operations> = ParameterOptions<operations[Id]['parameters']> &
  BodyOptions<operations[Id]> &
  Omit<RequestInit, 'body' | 'headers' | 'method'> & {
    /** In any form that fetch accepts; a null value removes a header. */
    headers?: RequestInit['headers'] | Record<string, HeaderValue>;
    /** In place of the client's own. */
    baseUrl?: string;
  };
`;

export const clientHelpers: Record<string, string> = {
  withHeaders: `/** The options with further headers; the caller's own, in any form, win over them. */
function withHeaders<Options extends { headers?: unknown }>(options: Options, headers: Record<string, string>): Options {
  const given: unknown = options.headers;
  const pairs: unknown = Symbol.iterator in Object(given) ? Object.fromEntries(new Headers([...(given as Iterable<[string, string]>)])) : given;
  return { ...options, headers: { ...headers, ...(pairs as object | undefined) } };
}
`,
  withBody: `/** The options with the media type of the body, and the body in its form. */
function withBody<Options extends { body?: unknown; contentType?: string | undefined; headers?: unknown }>(options: Options, usual: string): Options {
  const { contentType = usual, ...others } = options;
  if (options.body === undefined) return others as Options;
  const bodySerializer = (body: unknown) => (isJson(contentType) ? JSON.stringify(body) : body);
  return { ...withHeaders(others as Options, { 'Content-Type': contentType }), bodySerializer };
}
`,
  cookieHeader: `/** Throws on platforms such as browsers, where a program cannot choose the cookies. */
function cookieHeader(cookies: object = {}): Record<string, string> {
  const pairs = Object.entries(cookies).filter(([, value]) => value !== undefined && value !== null);
  if (pairs.length === 0) return {};
  const Cookie = pairs.map(([name, value]) => \`\${name}=\${encodeURIComponent(String(value))}\`).join('; ');
  if (!new Request('http://localhost', { headers: { Cookie } }).headers.has('Cookie')) {
    throw new TypeError("this platform sends no cookies of a program's choice; set them in the browser");
  }
  return { Cookie };
}
`,
  serializeQuery: `/** A query in which some lists are sent as one value with separators, and some values as JSON. */
function serializeQuery(query: object, separators: Record<string, string>): string {
  const encode = (value: unknown) => encodeURIComponent(String(value));
  const isGiven = (value: unknown) => value !== undefined && value !== null;
  const pairs = Object.entries(query).flatMap(([name, value]: [string, unknown]) => {
    const separator = separators[name];
    if (!isGiven(value)) return [];
    if (separator === 'json') return [[encode(name), encode(JSON.stringify(value))]];
    if (!Array.isArray(value)) {
      if (typeof value !== 'object') return [[encode(name), encode(value)]];
      const members = Object.entries(value as object).filter(([, one]) => isGiven(one));
      return members.map(([key, one]) => [\`\${encode(name)}[\${encode(key)}]\`, encode(one)]);
    }
    if (separator === undefined) return value.map((one) => [encode(name), encode(one)]);
    return value.length === 0 ? [] : [[encode(name), value.map(encode).join(separator)]];
  });
  return pairs.map((pair) => pair.join('=')).join('&');
}
`,
  readAnswer: `interface ReadingRules {
  /** Statuses whose answers have no body. */
  isEmpty?: (status: number) => boolean;
  /** Media types whose bodies are bytes. Given for operations whose answers are not JSON alone, which come as a Blob. */
  binary?: string[];
}

/** The result of a call, with its data in the form of its media type; without \`data\` where none is expected. */
async function readAnswer(call: Promise<{ data?: unknown; error?: unknown; response: Response }>, { isEmpty, binary }: ReadingRules) {
  const { data, error, response } = await call;
  if (!response.ok) return { error, response };
  if (response.status === 204 || response.status === 205 || isEmpty?.(response.status)) return { response };
  if (!binary) return { data, response };
  const type = (response.headers.get('Content-Type') ?? '').replace(/;.*/s, '').trim().toLowerCase();
  const blob = (data as Blob | undefined) ?? new Blob();
  if (binary.includes(type)) return { data: blob, response };
  const text = await blob.text();
  return { data: isJson(type) ? (JSON.parse(text) as unknown) : text, response };
}
`,
  isJson: `function isJson(type: string): boolean {
  return /[/+]json$/.test(type);
}
`,
};

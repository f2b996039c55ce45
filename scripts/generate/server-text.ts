// The types of generated/server.ts, which are nearly the same for each contract.

const statuses = {
  2: '200 | 201 | 202 | 203 | 206 | 207 | 208 | 226',
  4: '400 | 401 | 402 | 403 | 404 | 405 | 406 | 407 | 408 | 409 | 410 | 411 | 412 | 413 | 414 | 415 | 416 | 417 | 421 | 422 | 423 | 424 | 425 | 426 | 428 | 429 | 431 | 451',
  5: '500 | 501 | 502 | 503 | 504 | 505 | 506 | 507 | 508 | 510 | 511',
};

interface Unions {
  Public: string;
  Optional: string;
  OtherScheme: string;
  requiredHeaders: string;
}

export function serverHead(
  { hasMarkers }: { hasMarkers: boolean },
  { Public, Optional, OtherScheme, requiredHeaders }: Unions,
): string {
  const [received, sent] = hasMarkers ? ['Writable<Body>', 'Readable<Body>'] : ['Body', 'Body'];
  return `import type { ${hasMarkers ? 'Readable, Writable, ' : ''}operations } from './types.js';

export type OperationId = keyof operations;

/** Operations that are served without authentication. */
export type PublicOperation = ${Public};

/** Operations that also serve anonymous callers. */
export type OptionallyPublicOperation = ${Optional};

/** Security schemes of the contract that the embedder handles. */
export type OtherScheme = ${OtherScheme};

type Responses<Id extends OperationId> = operations[Id]['responses'];
type Member<Subject, Name extends string> = Name extends keyof Subject ? NonNullable<Subject[Name]> : undefined;
type Received<Body> = Body extends Blob ? Uint8Array : ${received};
type Sent<Body> = Body extends Blob ? Uint8Array : ${sent};

${requests}

type Exact<Id extends OperationId> = Extract<keyof Responses<Id>, number>;
type InRange<Range> = Range extends '2XX'
  ? ${statuses[2]}
  : Range extends '4XX'
    ? ${statuses[4]}
    : Range extends '5XX'
      ? ${statuses[5]}
      : Range extends 'default'
        ? InRange<'4XX' | '5XX'>
        : never;
type StatusOf<Id extends OperationId, Key> = Key extends number ? Key : Exclude<InRange<Key>, Exact<Id>>;

/** Headers that a response must have, by operation and status. */
interface RequiredHeaders {
${requiredHeaders}}

/** The values of a header; a list is sent as one value with commas. */
export type HeaderValue = string | number | boolean | readonly (string | number | boolean)[] | undefined;
type HeadersOf<Response extends string> = Response extends keyof RequiredHeaders
  ? { readonly headers: Readonly<Record<string, HeaderValue>> & Readonly<Record<RequiredHeaders[Response], Exclude<HeaderValue, undefined>>> }
  : { readonly headers?: Readonly<Record<string, HeaderValue>> };

${responses}`;
}

const responses = `type SentBody<Media> = {
  [Type in keyof Media]: { readonly body: Sent<Media[Type]> } & ([keyof Media] extends [Type]
    ? { readonly contentType?: Type }
    : { readonly contentType: Type });
}[keyof Media];

/** One of the responses that the contract declares for the operation. */
export type OperationResponse<Id extends OperationId> = {
  [Key in keyof Responses<Id>]: { readonly status: StatusOf<Id, Key> } & HeadersOf<\`\${Id} \${Key & (string | number)}\`> &
    (Responses<Id>[Key] extends { content: infer Media } ? SentBody<Media> : NoBody);
}[keyof Responses<Id>];

type Anonymous<Context> = Omit<Context, 'caller'>;
type ContextOf<Id extends OperationId, Context> = Id extends PublicOperation
  ? Anonymous<Context>
  : Id extends OptionallyPublicOperation
    ? Anonymous<Context> & Partial<Pick<Context, Extract<keyof Context, 'caller'>>>
    : Context;

/** Public operations have no \`caller\` in their context. */
export type Handler<Id extends OperationId, Context> = (
  request: OperationRequest<Id>,
  context: ContextOf<Id, Context>,
) => Promise<OperationResponse<Id>>;
`;

const requests = `type ReceivedBody<Media> = {
  [Type in keyof Media]: { readonly contentType: Type; readonly body: Received<Media[Type]> };
}[keyof Media];
interface NoBody {
  readonly contentType?: undefined;
  readonly body?: undefined;
}
type BodyOf<Operation> = Operation extends { requestBody?: never }
  ? NoBody
  : Operation extends { requestBody: { content: infer Media } }
    ? ReceivedBody<Media>
    : Operation extends { requestBody?: { content: infer Media } }
      ? ReceivedBody<Media> | NoBody
      : NoBody;

type MediaOf<Message> = Message extends { content: infer Media } ? keyof Media : undefined;
type SuccessType<All> = { [Key in keyof All]: \`\${Key & (string | number)}\` extends \`2\${string}\` ? MediaOf<All[Key]> : never }[keyof All];

/** The validated parts of a request for its handler. Bytes of a binary body come as they are, text and JSON as values. */
export type OperationRequest<Id extends OperationId> = {
  readonly path: Member<operations[Id]['parameters'], 'path'>;
  readonly query: Member<operations[Id]['parameters'], 'query'>;
  readonly header: Member<operations[Id]['parameters'], 'header'>;
  readonly cookie: Member<operations[Id]['parameters'], 'cookie'>;
  /** The caller's preferred one of the media types of a success. */
  readonly accept: SuccessType<Responses<Id>>;
} & BodyOf<operations[Id]>;`;

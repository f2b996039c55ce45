// One call of the client: from its options to a request, and from a response to its data, as openapi-fetch does.
import type { FetchOptions, HeadersOptions, MergedOptions, Middleware } from 'openapi-fetch';
import { createQuerySerializer, defaultBodySerializer, mergeHeaders } from 'openapi-fetch';
import { patternOf } from '../../generated/parameters.js';
import { ClusterCertError } from '../errors.js';

/** The options of a call, whatever its operation. */
export type Call = Omit<FetchOptions<unknown>, 'params' | 'body' | 'method'> & {
  params?: Partial<Record<'path' | 'query' | 'header' | 'cookie', Record<string, unknown>>>;
  body?: unknown;
};

/** A request about to be sent; headers can still be added. */
export type OutgoingRequest = RequestInit & { headers: Headers };

/** The request, its URL, the serializers of its parts and the reader of its response. */
export interface Outgoing {
  url: string;
  init: OutgoingRequest;
  options: MergedOptions;
  middleware: Middleware[];
}

/** Throws `invalid_argument` for path parameters that would lead elsewhere. */
export function outgoing(method: string, path: string, call: Call, base: string): Outgoing {
  const { params, headers: given, body: data, middleware = [], ...others } = call;
  const { baseUrl = base, parseAs = 'json', fetch = globalThis.fetch, querySerializer: query, ...serializers } = others;
  const { bodySerializer = defaultBodySerializer, pathSerializer, ...init } = serializers;
  const address = baseUrl.replace(/\/$/, '');
  const values = params?.path ?? {};
  const filled = pathSerializer ? pathSerializer(address + path, values) : address + fillPath(path, values);
  const querySerializer = typeof query === 'function' ? query : createQuerySerializer(query);
  const url = filled + querySerializer(params?.query ?? {}).replace(/^\??(?=.)/, '?');
  const own = [given, params?.header as HeadersOptions | undefined] as const;
  const body =
    data === undefined ? null : (bodySerializer as (...sent: unknown[]) => BodyInit)(data, mergeHeaders(...own));
  const hasType = body === null || body instanceof FormData;
  const headers = mergeHeaders(hasType ? {} : { 'Content-Type': 'application/json' }, ...own);
  const options = { baseUrl, parseAs, querySerializer, bodySerializer, pathSerializer, fetch } as MergedOptions;
  return { url, init: { ...init, method, headers, body }, options, middleware };
}

/** The result of a call. Rejects if the body of a success cannot be read. */
export async function resultOf(response: Response, method: string, parseAs: MergedOptions['parseAs']): Promise<object> {
  const { ok, status, headers } = response;
  const isEmpty = headers.get('Content-Length') === '0' && !headers.get('Transfer-Encoding')?.includes('chunked');
  const read = async () => {
    if (status === 204 || method === 'HEAD' || isEmpty) return undefined;
    if (ok && parseAs !== 'json') return parseAs === 'stream' ? response.body : response[parseAs]();
    const text = await response.text();
    try {
      return text === '' && ok ? undefined : (JSON.parse(text) as unknown);
    } catch (error) {
      if (ok) throw error;
      return text;
    }
  };
  return { [ok ? 'data' : 'error']: await read(), response };
}

// Values that would lead to another path of the host, and send the credentials there.
const anyValue = /^(?!\.{0,2}$)/;

/** Fills a path with values of its parameters; each must match its pattern in this template. */
function fillPath(template: string, values: Record<string, unknown>): string {
  return template.replace(/\{([^{}]+)\}/g, (_place, name: string) => {
    const list = [values[name] ?? ''].flat().map(String);
    const value = list.join();
    const pattern = patternOf(template, name) ?? anyValue;
    if (pattern.test(value) && anyValue.test(value)) return list.map(encodeURIComponent).join();
    throw new ClusterCertError('invalid_argument', `${name} '${value}' is not valid; it must match ${pattern.source}`);
  });
}

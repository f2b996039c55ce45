// Runs openapi-fetch's middleware, which gets a real `Request` and may replace it or return a response.
import type { Middleware } from 'openapi-fetch';
import type { Call, Outgoing, OutgoingRequest } from './call.js';

interface Sent extends Outgoing {
  /** Of the contract, with its parameters in braces. */
  path: string;
  params: NonNullable<Call['params']>;
}

/** The response to a call; request and response pass the chain in opposite orders. */
export async function throughMiddleware(
  chain: Middleware[],
  { url, init, options, path, params }: Sent,
  send: (url: string, init: OutgoingRequest) => Promise<Response>,
): Promise<Response> {
  // Made for middleware only: it is half of a call's cost besides fetch itself.
  let request = new Request(url, init);
  const id = Math.random().toString(36).slice(2);
  const details = { schemaPath: path, params, id, options };
  for (const one of chain) {
    const made = await one.onRequest?.({ ...details, request });
    if (made instanceof Response) return made;
    request = made ?? request;
  }
  const back = [...chain].reverse();
  const sent = send(request.url, { ...init, ...(await initOf(request)) });
  let response = await sent.catch(async (thrown: unknown) => {
    let error = thrown;
    for (const one of back) {
      const made = await one.onError?.({ ...details, request, error });
      if (made instanceof Response) return made;
      error = made ?? error;
    }
    throw error;
  });
  for (const one of back) response = (await one.onResponse?.({ ...details, request, response })) ?? response;
  return response;
}

/** The URL and init that send the same as a `Request`. */
async function initOf(request: Request): Promise<OutgoingRequest> {
  const { method, headers, signal, redirect, credentials, cache, keepalive } = request;
  // Browsers do not send a stream.
  const body = request.body && (await request.arrayBuffer());
  return { method, headers, signal, redirect, credentials, cache, keepalive, body };
}

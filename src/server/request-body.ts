// Reads a request's body, and converts it and its Content-Type for the validator and the handlers.
import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler, type Response } from 'express';
import type { BodyForm, MessageForms } from '../../generated/server.js';
import { ClusterCertError } from '../errors.js';
import type { Locals } from './locals.js';
import type { MatchedRequest } from './match.js';
import { essenceOf } from './request-headers.js';

// No operation takes more than a few dozen bytes.
const maximumBodyBytes = 64 * 1024;

export interface ReadBody {
  contentType: string;
  body: unknown;
}

/** Middleware: reads the body whole and keeps its bytes for the signature. */
export function readBody(): RequestHandler[] {
  // Signatures cover the raw bytes, so nothing is decompressed.
  return [refuseUnsent, express.raw({ type: () => true, inflate: false, limit: maximumBodyBytes }), keep];
}

/** Whether a client asks, with Expect (RFC 9110, section 10.1.1), to send a body that is too long. */
export function isUnsentTooLong({ headers }: IncomingMessage): boolean {
  return headers.expect !== undefined && Number(headers['content-length'] ?? 0) > maximumBodyBytes;
}

const refuseUnsent: RequestHandler = (request, _response, next) =>
  next(isUnsentTooLong(request) ? new ClusterCertError('content_too_large', '') : undefined);

const keep: RequestHandler = (request, response: Response<unknown, Locals>, next) => {
  const { locals } = response;
  const body: unknown = request.body;
  locals.contentType = request.headers['content-type'];
  locals.rawBody = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  // The validator keeps a compiled schema for each Content-Type it has ever seen, so it sees only the contract's.
  delete request.headers['content-type'];
  request.body = undefined;
  next();
};

/** A body with malformed bytes is validated as empty text; the schema's error mostly says what would be right. */
interface ParsedBody extends ReadBody {
  malformed?: string;
}

/**
 * The body in its form; undefined for none. Throws `content_type_not_supported` for a type that the operation does not
 * have.
 */
export function parseBody(
  request: MatchedRequest,
  { contentType, rawBody = Buffer.alloc(0) }: Locals,
  { body: forms, bodyRequired }: MessageForms,
): ParsedBody | undefined {
  const types = Object.keys(forms);
  if (types.length === 0 || (bodyRequired !== true && rawBody.length === 0 && contentType === undefined))
    return undefined;
  const type = contentType === undefined ? undefined : essenceOf(contentType);
  const form = type === undefined ? undefined : forms[type];
  if (type === undefined || !form) {
    throw new ClusterCertError(
      'content_type_not_supported',
      `the content type or content encoding of the request is not accepted; send ${types.join(' or ')}`,
    );
  }
  request.headers['content-type'] = type;
  return { contentType: type, ...parse(rawBody, form) };
}

function parse(bytes: Uint8Array, form: BodyForm): Pick<ParsedBody, 'body' | 'malformed'> {
  if (form === 'binary') return { body: bytes };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { body: form === 'text' ? text : (JSON.parse(text) as unknown) };
  } catch {
    return { body: '', malformed: form === 'text' ? 'must be UTF-8' : 'must be JSON' };
  }
}

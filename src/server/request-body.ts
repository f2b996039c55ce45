// Brings a request's body and its Content-Type into the form that the validator reads, and keeps what came for the
// signature and the checks.
import express, { type RequestHandler, type Response } from 'express';
import type { Locals } from './locals.js';
import { isJson } from './request-headers.js';

// No operation takes more than a few dozen bytes.
const maximumBodyBytes = 64 * 1024;

/** Middleware: reads the body whole, and parses it where it says that it is JSON. */
export function readBody(): RequestHandler[] {
  // Signatures are over the bytes as they came, so nothing is decompressed.
  return [express.raw({ type: () => true, inflate: false, limit: maximumBodyBytes }), prepare];
}

/**
 * The validator keeps a compiled schema for each Content-Type it has ever seen, so it is shown one of two; and on a
 * request without a body it is shown none.
 */
const prepare: RequestHandler = (request, response: Response<unknown, Locals>, next) => {
  const { locals } = response;
  const { 'content-type': contentType } = request.headers;
  const body: unknown = request.body;
  locals.contentType = contentType;
  locals.rawBody = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  delete request.headers['content-type'];
  if (request.method !== 'GET' && contentType !== undefined) {
    request.headers['content-type'] = isJson(contentType) ? 'application/json' : 'application/octet-stream';
  }
  request.body = request.method === 'GET' ? undefined : parse(locals.rawBody);
  next();
};

/** What is not JSON, or not there, becomes text, which no schema of an object accepts. */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return '';
  }
}

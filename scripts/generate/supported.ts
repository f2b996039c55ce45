// The supported and the refused parts of OpenAPI 3.0.3, one row each. The checks refuse by the name of a row; the table
// in scripts/README.md is made of these rows, and a test compares both.

import { refused } from './refused.js';

export interface SupportedRow {
  what: string;
  /** How far. */
  note: string;
}

/** Generated, typed, served, validated and called as OpenAPI 3.0.3 says. */
const supported: readonly SupportedRow[] = [
  { what: 'OpenAPI 3.0.x in YAML or JSON', note: 'aliases too; integers beyond 2^53 keep their digits' },
  {
    what: '`$ref` within the document and to other files',
    note: 'other files are joined into `generated/openapi.json`',
  },
  { what: 'path item references', note: 'are put in place' },
  {
    what: 'path templates',
    note: 'parameters anywhere in a segment (`{job}:cancel`, `{name}.{format}`); names and literals of any form; concrete paths first',
  },
  { what: 'methods', note: 'get, put, post, delete, patch, head, options' },
  { what: 'base paths in `servers`', note: 'where all servers have the same; `endpoint` is given without it' },
  {
    what: 'parameters in path, query, header, cookie',
    note: 'styles simple, form, spaceDelimited, pipeDelimited, deepObject, with `explode`; JSON `content` in the query',
  },
  {
    what: 'request bodies',
    note: 'JSON (also `+json`), text and binary; several media types; optional ones; also of DELETE',
  },
  {
    what: 'responses',
    note: 'JSON, text, binary, several media types, none; exact statuses, `2XX`, `4XX`, `5XX`, `default`; headers',
  },
  { what: "the provider's own refusals", note: 'need not be listed: every operation may answer with `ErrorStatus`' },
  {
    what: 'security',
    note: '`security: []`, optional, combined; any scheme: all but `token` and `signature` need a handler of the embedder',
  },
  { what: '`readOnly`, `writeOnly`', note: 'types of requests and of responses differ as the validator does' },
  { what: '`oneOf` or `anyOf` with `discriminator`', note: 'of references; with `mapping` or by names' },
  { what: 'schemas', note: 'all keywords of 3.0.3; recursive ones too' },
  { what: '`x-request-headers`', note: '`Content-Type` of operations without a body' },
  { what: '`x-eov-allow-unknown-query-parameters`', note: 'true or false' },
];

export type RefusedId = keyof typeof refused;

/** A refusal in words: the refused part, the reason, and what to write instead. */
export function refusal(id: RefusedId, detail?: string): string {
  const { note, instead } = refused[id];
  if (detail === undefined) return `${note}; ${instead}`;
  return `${detail}${/^(is|are) /.test(note) ? ' ' : ': '}${note}; ${instead}`;
}

/**
 * The table of scripts/README.md.
 *
 * @internal for tests
 */
export function supportTable(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const yes = supported.map(({ what, note }) => `| ${cell(what)} | ${cell(note)} |`);
  const no = Object.values(refused).map(
    ({ what, note, instead }) => `| ${cell(what)} | ${cell(note)} | ${cell(instead)} |`,
  );
  return [
    '| supported | how far |',
    '|---|---|',
    ...yes,
    '',
    '| refused | why | write instead |',
    '|---|---|---|',
    ...no,
  ].join('\n');
}

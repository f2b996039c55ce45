// Validates bodies of requests and JSON bodies of responses with express-openapi-validator 5.6.2. The only file that
// knows it, with workarounds for its faults:
// - its paths: our router finds the operation; the validator sees a separate path without parameters for each (its
//   specificity and its characters are those of path-to-regexp; #712, #943, #1089);
// - discriminators: it collects the required fields of all alternatives in one list and refuses all but the first
//   (`processDiscriminator`); it sees alternatives that name their value instead;
// - parameters: it splits decoded values and takes what is text for JSON; src/server/read-parameters.ts reads them;
// - it keeps a compiled schema for each Content-Type it sees; it sees only those of the contract (request-body.ts), and none
//   when it validates a response;
// - it compiles the meta-schema at each start; scripts/bundle.ts leaves that out.
import type { Request, RequestHandler, Response } from 'express';
import { middleware as openApiValidator } from 'express-openapi-validator';
import type { OperationId } from '../../generated/server.js';
import type { ContractDocument } from '../spec.js';
import type { Match, MatchedRequest, Operation } from './match.js';
import type { ValidateResponse } from './responses.js';
import { resolveComponent } from './schemas.js';
import { asError } from './violation.js';

type Objects = Record<string, unknown>;

export interface ContractValidator {
  /** The facts about a request's operation that the validator needs. */
  open: (id: OperationId, request: MatchedRequest, response: object) => Promise<Match>;
  /** Throws for a body that the contract does not allow. */
  validateBody: (request: MatchedRequest, response: object) => Promise<void>;
  validateResponse: ValidateResponse;
}

export function createContractValidator(contract: ContractDocument): ContractValidator {
  const [loadPaths, findOperation, , checkRequest, validateResponse] = openApiValidator({
    apiSpec: validatorsDocument(contract) as never,
    // The generator checks the contract before it is published.
    validateApiSpec: false,
    validateRequests: true,
    validateResponses: true,
    validateSecurity: false,
    fileUploader: false,
    useRequestUrl: true,
    // As for parameters: the validator's default accepts a thirteenth month.
    ajvFormats: { mode: 'full' },
  }) as RequestHandler[];
  if (!loadPaths || !findOperation || !checkRequest || !validateResponse) {
    throw new TypeError('express-openapi-validator has other middlewares than expected');
  }
  const known = new Map<OperationId, Match>();
  return {
    async open(id, request, response) {
      const match = known.get(id) ?? (await find(id, request, response));
      known.set(id, match);
      return { ...match };
    },
    // Parameters are validated elsewhere; the validator only needs some to exist.
    validateBody: (request, response) => run(checkRequest, Object.assign(request, { params: {} }), response),
    validateResponse(request, response, next) {
      delete request.headers['content-type'];
      return (validateResponse as unknown as ValidateResponse)(request, response, next);
    },
  };

  async function find(id: OperationId, request: MatchedRequest, response: object): Promise<Match> {
    const { url } = request;
    request.url = `/${id}`;
    try {
      for (const step of [loadPaths, findOperation]) if (step) await run(step, request, response);
    } finally {
      request.url = url;
    }
    if (!request.openapi) throw new TypeError(`express-openapi-validator does not find '${id}'`);
    return request.openapi;
  }
}

function run(step: RequestHandler, request: MatchedRequest, response: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (error?: unknown) => (error ? reject(asError(error)) : resolve());
    void Promise.resolve(step(request as Request, response as Response, next)).catch(reject);
  });
}

/** The contract for the validator: bodies and their schemas, without the parts for people. */
function validatorsDocument(contract: ContractDocument): object {
  const { openapi, info, components } = contract;
  const operations = Object.values(contract.paths).flatMap((item) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const {
        operationId,
        requestBody,
        responses,
        'x-request-headers': rules,
      } = operation as Partial<Operation> & Objects;
      if (typeof operationId !== 'string') return [];
      const shown = {
        operationId,
        ...(rules && { 'x-request-headers': rules }),
        'x-eov-allow-unknown-query-parameters': true,
        ...(requestBody !== undefined && { requestBody: messageOf(requestBody, contract) }),
        responses: mapValues(responses as Objects, (response) => messageOf(response, contract)),
      };
      return [[`/${operationId}`, { [method]: shown }]];
    }),
  );
  const schemas = mapValues(components['schemas'] as Objects, schemaOf);
  return { openapi, info, paths: Object.fromEntries(operations) as object, components: { schemas } };
}

/** A request body or a response, reduced to its body. */
function messageOf(value: unknown, contract: ContractDocument): object {
  const { required, content } = resolveComponent(value, contract) as { required?: boolean; content?: Objects };
  const shown = mapValues(content ?? {}, (media) => {
    const { schema } = media as { schema?: unknown };
    // To the validator, content without a schema is no content.
    return { schema: schemaOf(schema ?? {}) };
  });
  return {
    description: '',
    ...(required === true && { required }),
    ...(content && Object.keys(content).length > 0 && { content: shown }),
  };
}

const lists = ['allOf', 'oneOf', 'anyOf'];
const forPeople = ['example', 'externalDocs', 'description'];
const singles = ['items', 'not', 'additionalProperties'];

/** A copy in which the alternatives themselves name their discriminator values. */
function schemaOf(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const { discriminator, ...keywords } = schema as Objects;
  const { propertyName, mapping } = (discriminator ?? {}) as {
    propertyName?: string;
    mapping?: Record<string, string>;
  };
  return Object.fromEntries(
    Object.entries(keywords)
      .filter(([key]) => !forPeople.includes(key))
      .map(([key, value]) => {
        if (key === 'properties') return [key, mapValues(value as Objects, schemaOf)];
        if (singles.includes(key)) return [key, schemaOf(value)];
        if (!lists.includes(key)) return [key, value];
        const parts = (value as unknown[]).map(schemaOf);
        return [
          key,
          propertyName === undefined || key === 'allOf'
            ? parts
            : parts.map((one) => tagged(one as { $ref?: string }, propertyName, mapping)),
        ];
      }),
  );
}

function tagged(alternative: { $ref?: string }, propertyName: string, mapping: Record<string, string> = {}): object {
  const reference = alternative.$ref ?? '';
  const tags = Object.entries(mapping).flatMap(([tag, target]) => (target === reference ? [tag] : []));
  const values = tags.length > 0 ? tags : [reference.split('/').at(-1)];
  return {
    allOf: [
      alternative,
      { type: 'object', required: [propertyName], properties: { [propertyName]: { enum: values } } },
    ],
  };
}

function mapValues(object: Objects, change: (value: unknown) => unknown): Objects {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

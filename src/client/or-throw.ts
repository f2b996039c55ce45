// For callers who prefer exceptions: returns a call's data, or throws an error with the provider's message.
import type { ResponseBody } from '../../generated/client.js';
import type { components, operations } from '../../generated/types.js';
import { ClusterCertError, codeOfStatus, firstLine } from '../errors.js';

type ErrorStatus = components['schemas']['ErrorStatus'];

/** The type of the body in the contract, whichever operation was called. */
type BodyOf<Status> = [ResponseBody<keyof operations, Status>] extends [never]
  ? ErrorStatus
  : ResponseBody<keyof operations, Status>;

interface Outcome<Data> {
  data?: Data | undefined;
  error?: unknown;
  response: Response;
}

/** A provider's refusal of a call. */
export class ClusterCertRequestError<Status extends number = number> extends ClusterCertError {
  readonly status: Status;
  /** As documented, such as `CCE.01404001`; undefined where the response has none. */
  readonly errorCode: string | undefined;
  /** Identifies the call in the provider's log. */
  readonly requestId: string | undefined;
  /** Undefined for a response that does not follow the contract, such as a gateway's page. */
  readonly body: BodyOf<Status> | undefined;

  constructor({ status, statusText, headers }: Response, error: unknown) {
    const body = typeof error === 'object' && error !== null ? (error as ErrorStatus) : undefined;
    const errorCode = [body?.error_code, body?.errorCode].find((one: unknown) => typeof one === 'string');
    const requestId = headers.get('X-Request-Id') ?? undefined;
    const said = body?.message ?? body?.error_msg ?? `the provider answered ${`${status} ${statusText}`.trim()}`;
    const details = [String(status), errorCode, requestId && `request ${requestId}`].filter(Boolean).join(', ');
    const retryAfter = Number(headers.get('Retry-After') ?? NaN);
    super(
      codeOfStatus(status) ?? (status < 500 ? 'invalid_argument' : 'unavailable'),
      `${presentable(said)} (${presentable(details)})`,
      {
        ...(retryAfter >= 0 && { retryAfterSeconds: retryAfter }),
      },
    );
    this.status = status as Status;
    this.errorCode = errorCode;
    this.requestId = requestId;
    this.body = body as BodyOf<Status> | undefined;
  }
}

/**
 * The data of the response; undefined for a success without a body. Throws ClusterCertRequestError if the provider
 * refused the call, and ClusterCertError `unavailable` if the response is missing or unreadable; the reason of an abort
 * is thrown as it is.
 *
 * @example
 * import { createClient, listClusters, orThrow } from 'cce-clustercert';
 *
 * const client = createClient({ endpoint: 'https://cce.example.com', token: '…' });
 * const path = { project_id: '77b6a44cba5143ab91d13ab9a8ff44fd' };
 * const { items } = await orThrow(listClusters(client, { params: { path } }));
 * console.log(items.length);
 */
export async function orThrow<Data>(call: Promise<Outcome<Data>>): Promise<Data> {
  const outcome = await call.catch((cause: unknown) => {
    throw noAnswer(cause);
  });
  const { data, error, response } = outcome;
  if (!response.ok) throw new ClusterCertRequestError(response, error);
  // Where the contract has no body, the functions of the operations give no `data` at all.
  const isMissing = data === undefined && 'data' in outcome && response.status !== 204 && response.status !== 205;
  if (isMissing) throw new ClusterCertError('unavailable', 'the response is empty');
  return data as Data;
}

/**
 * Whether a refusal with that status was thrown; its body is then of the type that the contract gives that status.
 *
 * @example
 * import { type ContractClient, getCluster, isRefusal, orThrow } from 'cce-clustercert';
 *
 * export async function exists(client: ContractClient, project_id: string, cluster_id: string): Promise<boolean> {
 *   try {
 *     await orThrow(getCluster(client, { params: { path: { project_id, cluster_id } } }));
 *     return true;
 *   } catch (error) {
 *     if (isRefusal(error, 404)) return false;
 *     throw error;
 *   }
 * }
 */
export function isRefusal<Status extends number>(
  thrown: unknown,
  status: Status,
): thrown is ClusterCertRequestError<Status> {
  return thrown instanceof ClusterCertRequestError && thrown.status === status;
}

function noAnswer(cause: unknown): unknown {
  const { name, message = '', cause: why } = (cause ?? {}) as Partial<Error>;
  if (name === 'TimeoutError') return new ClusterCertError('unavailable', 'no answer in time', { cause });
  if (name === 'SyntaxError') {
    return new ClusterCertError('unavailable', 'the response is not JSON; is the endpoint that of a provider?');
  }
  // A TypeError of fetch has a cause in Node, and one of these words in browsers.
  if (name !== 'TypeError' || !(why || /[Ff]etch|[Nn]etwork|Load failed|URL/.test(message))) return cause;
  const reason = presentable(firstLine(why ?? cause));
  return new ClusterCertError('unavailable', `the provider cannot be reached: ${reason}`, { cause });
}

/** One line without possible tokens, which some gateways repeat, passwords in URLs and terminal control codes. */
function presentable(text: unknown): string {
  return firstLine({ message: String(text) })
    .replaceAll(/\p{C}+|(?<=:\/\/)[^/\s]*(?=@)|[\w+/=.~-]{40,}/gu, '…')
    .slice(0, 300);
}

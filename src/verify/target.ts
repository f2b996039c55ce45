// The provider under test, the tester's inputs, and the limits of the test.

/** A provider and its inputs. Each optional input unlocks checks. */
export interface Target {
  /** Base URL, without `/api/v3`. */
  endpoint: string;
  projectId: string;
  /** A cluster of the project. */
  clusterId: string;
  /** A valid token for the project. Without one, `accessKey` signs the requests. */
  token?: string;
  /** A valid token of another user. */
  otherToken?: string;
  /** An expired token. */
  expiredToken?: string;
  /** A project that the token is not for. */
  otherProjectId?: string;
  /** Another cluster, of the same project or of the other one. */
  otherClusterId?: string;
  /** A cluster of the project whose API server has a public address (EIP). */
  eipClusterId?: string;
  /** An access key pair (AK/SK) for the project; temporary ones have a security token. */
  accessKey?: { id: string; secret: string; securityToken?: string };
  /** For each request, body included. 5 seconds by default. */
  timeoutMs?: number;
  /** Requests at once; 4 by default. */
  concurrency?: number;
  /** Requests per second at most; no limit by default. */
  rate?: number;
  /** How long the run may wait in all because the provider throttles (429, 503 with Retry-After). 30 seconds by default. */
  longestWaitMs?: number;
  /** Sends no malformed or hostile requests. */
  safe?: boolean;
  /** Headers of every request, such as those that a gateway requires. */
  headers?: Record<string, string>;
  /** The connection's options. */
  connection?: Connection;
  /** The tester's expectations of the kubeconfig. */
  expect?: GroundTruth;
  /** Uses the certificate at the API servers of the kubeconfig. */
  connect?: boolean;
  /** ID of a user whose certificates may be ended, to see that revocation works. */
  revoke?: string;
  /** Operations that must be offered; a missing one is a finding. */
  require?: readonly Requirement[];
  /** Picks the values that are sampled; a run with the same seed sends the same. Random by default. */
  seed?: number;
}

export type Requirement = 'createClusterCert' | 'revokeClusterCert' | 'signatures';

export interface Connection {
  /** PEM of the authorities to trust, instead of the system's. */
  ca?: string;
  /** Accepts any certificate of the provider. */
  insecure?: boolean;
  /** A client certificate and its key, as PEM. */
  certificate?: string;
  key?: string;
  /** URL of an HTTP proxy. */
  proxy?: string;
}

export interface GroundTruth {
  /** PEM of the expected CA of the kubeconfig. */
  ca?: string;
  /** The common name (CN) of the certificate. */
  user?: string;
  /** URL of the API server. */
  server?: string;
}

/** The options of `clustercert verify` for the optional inputs. */
export const optionOf = {
  token: '--token',
  otherToken: '--other-token',
  expiredToken: '--expired-token',
  otherProjectId: '--other-project',
  otherClusterId: '--other-cluster',
  eipClusterId: '--eip-cluster',
  accessKey: '--access-key',
  connect: '--connect',
  revoke: '--revoke',
  expectCa: '--expect-ca',
  expectUser: '--expect-user',
  expectServer: '--expect-server',
} as const;

export type Input = keyof typeof optionOf;

/** Whether a target has an input. */
export function hasInput(target: Target, input: Input): boolean {
  if (input === 'connect') return target.connect === true;
  if (input === 'expectCa') return target.expect?.ca !== undefined;
  if (input === 'expectUser') return target.expect?.user !== undefined;
  if (input === 'expectServer') return target.expect?.server !== undefined;
  return target[input] !== undefined;
}

export const defaultTimeoutMs = 5000;
export const defaultConcurrency = 4;
export const defaultLongestWaitMs = 30_000;

export const pathOf = (projectId: string, clusterId: string) =>
  `/api/v3/projects/${projectId}/clusters/${clusterId}/clustercert`;

// The provider that is put to the test, and what its tester can bring along.

/** A provider and what may be sent to it. Each optional input unlocks cases. */
export interface Target {
  /** Base URL, without `/api/v3`. */
  endpoint: string;
  projectId: string;
  /** A cluster of the project. */
  clusterId: string;
  /** A valid token for the project. */
  token: string;
  /** A valid token of another user. */
  otherToken?: string;
  /** A token that was valid once. */
  expiredToken?: string;
  /** A project that the token is not for. */
  otherProjectId?: string;
  /** Another cluster, of the same project or of the other one. */
  otherClusterId?: string;
  /** A cluster of the project whose API server has a public address (EIP). */
  eipClusterId?: string;
  /** An access key pair (AK/SK) for the project. */
  accessKey?: { id: string; secret: string };
  /** For each request, body included. 5 seconds by default. */
  timeoutMs?: number;
}

/** The inputs that are optional. */
export type Input = 'otherToken' | 'expiredToken' | 'otherProjectId' | 'otherClusterId' | 'eipClusterId' | 'accessKey';

export const defaultTimeoutMs = 5000;

export const pathOf = (projectId: string, clusterId: string) =>
  `/api/v3/projects/${projectId}/clusters/${clusterId}/clustercert`;

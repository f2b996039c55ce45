// Who is calling. The server hands over what a request shows and gets a caller back; how callers are known is left to
// the implementations.

export interface Caller {
  /** ID of the user; the CN of the caller's certificates. */
  readonly userId: string;
  /** ID of the project that the caller may act in. */
  readonly projectId: string;
  /** Kubernetes groups; the O of the caller's certificates. */
  readonly groups: readonly string[];
}

export interface Identity {
  /** The caller whom the token stands for; undefined when it is unknown or has expired. Throws when that cannot be told. */
  findByToken(token: string): Promise<Caller | undefined>;
}

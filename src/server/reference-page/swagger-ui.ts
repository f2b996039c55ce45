// Types for the parts of Swagger UI's plugin interface that the page uses; it has none of its own.

export type Component = (props: Record<string, unknown>) => unknown;

export interface System {
  React: {
    createElement: (
      component: Component | string,
      props: Record<string, unknown> | null,
      ...children: unknown[]
    ) => unknown;
  };
  getComponent: (name: string, container?: boolean) => Component;
}

/** A part of the contract, or a request, as Swagger UI keeps it: an immutable map. */
export interface ImmutableMap {
  getIn: (path: string[]) => unknown;
}

export interface ShownRequest {
  hasIn: (path: string[]) => boolean;
  setIn: (path: string[], value: string) => ShownRequest;
}

export interface SentRequest {
  headers: Record<string, string>;
  userFetch?: typeof fetch;
}

/** The parts of the contract that the page changes or shows. */
export interface Contract {
  info: { version: string };
  /** By path and method. */
  paths: Record<string, Record<string, { operationId?: string; summary?: string } | undefined>>;
  components: { securitySchemes?: unknown; [kind: string]: unknown };
}

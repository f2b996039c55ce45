// Short functions for the changes that make up the faults.
import { type Call, type Change, type Kubeconfig, type Reply, errorReply, small } from '../small-provider.js';
import { forgeAuthority } from '../forge.js';

/** A change, with the expected failed checks and findings. */
export type RealisticFault = [Change, RegExp];

export const good = (reply: Reply) => reply.status === 200 && reply.body.includes('client-key-data');
export const onGood = (change: (reply: Reply, call: Call) => Partial<Reply>): Change => ({
  reply: (reply, call) => (good(reply) ? { ...reply, ...change(reply, call) } : reply),
});
export const headers = (more: Reply['headers']): Change =>
  onGood((reply) => ({ headers: { ...reply.headers, ...more } }));
export const config = (change: (config: Kubeconfig, call: Call) => unknown): Change => ({
  config: (one, call) => void change(one, call),
});
export const user = (one: Kubeconfig) => one.users[0]?.user ?? {};
export const cluster = (one: Kubeconfig) => one.clusters[0]?.cluster ?? {};
export const instead = (when: (call: Call, reply: Reply) => boolean, reply: Reply | undefined): Change => ({
  reply: (usual, call) => (when(call, usual) ? reply : usual),
});
export const html = (status: number): Reply => ({
  status,
  headers: { 'Content-Type': 'text/html' },
  body: `<html><body><h1>${status}</h1></body></html>`,
});
export const internal = errorReply(500, 'CCE.01500001', 'Internal error.');
export const isGet = ({ method }: Call) => method === 'GET';
export const isPost = ({ method }: Call) => method === 'POST';
export const tokenOf = ({ headers: given }: Call) => given['x-auth-token'];
export const typeOf = ({ headers: given }: Call) => given['content-type'];
/** A GET with the token of the run. */
export const hasRightToken = (call: Call) => isGet(call) && tokenOf(call) === small.token;
export const sent = (call: Call) => {
  try {
    return (JSON.parse(call.body || '{}') ?? {}) as { duration?: number; expire_at?: string };
  } catch {
    return {};
  }
};
export const takeToken = (find: (call: Call) => string | undefined): Change => ({
  call: (call) => {
    const token = find(call);
    if (token !== undefined) call.headers['x-auth-token'] = token;
  },
});
export const other = (value: unknown) => Buffer.from(String(value), 'base64').toString();
export const encode = (text: string) => Buffer.from(text).toString('base64');
export const rotated = forgeAuthority();
export const expired = forgeAuthority({ days: [-900, -1] });
export const serverAuthority = forgeAuthority({ commonName: 'k3s-server-ca@1700000000' });
export const day = 86_400_000;

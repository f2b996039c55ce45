// A line to a server that can be cut, go silent in one or both directions, be slow, carry garbage and lead to another server.
import { randomBytes } from 'node:crypto';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** What passes on a line: what clients send, what the server answers, or both. */
export type Direction = 'requests' | 'answers' | 'both';

export interface TcpProxy {
  readonly port: number;
  /** From now on new connections lead to this port. */
  leadTo(port: number): void;
  /** Ends all connections and refuses new ones, until the returned function is called. */
  cut(): () => void;
  /** Accepts everything and forwards nothing, until the returned function is called. */
  silence(direction?: Direction): () => void;
  /** Everything takes so many ms on its way, until the returned function is called. */
  slow(milliseconds: number): () => void;
  /** Answers become bytes of chance, until the returned function is called. */
  garble(): () => void;
  close(): Promise<void>;
}

/** `delayMs` is how long everything is on its way. */
export async function startTcpProxy(target: number, { delayMs = 0 } = {}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const silenced = { requests: new Set<Socket>(), answers: new Set<Socket>() };
  const state = { target, isCut: false, silence: new Set<Direction>(), delayMs, isGarbled: false };
  const isSilent = (direction: 'requests' | 'answers') => state.silence.has(direction) || state.silence.has('both');
  const listen = (from: Socket, to: Socket, direction: 'requests' | 'answers') => {
    sockets.add(from);
    silenced[direction].add(from);
    if (isSilent(direction)) from.pause();
    // What is still on its way keeps its place when the line becomes fast again.
    let dueAt = 0;
    from.on('data', (chunk) => {
      const passed = state.isGarbled && direction === 'answers' ? randomBytes(chunk.length) : chunk;
      const now = performance.now();
      dueAt = Math.max(dueAt, now + state.delayMs);
      if (dueAt > now) setTimeout(() => to.write(passed), dueAt - now);
      else if (!to.write(passed)) {
        from.pause();
        to.once('drain', () => isSilent(direction) || from.resume());
      }
    });
    from.on('error', () => to.destroy());
    from.on('end', () => to.end());
    from.on('close', () => {
      sockets.delete(from);
      silenced[direction].delete(from);
      to.destroy();
    });
  };
  const server = createServer((near) => {
    if (state.isCut) return near.resetAndDestroy();
    const far = connect({ port: state.target, host: '127.0.0.1' });
    listen(near, far, 'requests');
    listen(far, near, 'answers');
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const follow = (what: 'pause' | 'resume') => {
    for (const direction of ['requests', 'answers'] as const)
      if (isSilent(direction) === (what === 'pause')) for (const socket of silenced[direction]) socket[what]();
  };
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => (state.target = port),
    cut: () => {
      state.isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
      return () => (state.isCut = false);
    },
    silence: (direction = 'both') => {
      state.silence.add(direction);
      follow('pause');
      return () => {
        state.silence.delete(direction);
        follow('resume');
      };
    },
    slow: (milliseconds) => {
      state.delayMs = milliseconds;
      return () => (state.delayMs = delayMs);
    },
    garble: () => {
      state.isGarbled = true;
      return () => (state.isGarbled = false);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

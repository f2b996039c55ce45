// A line to a server that is slow, can be cut, go silent and lead to another server.
import { Transform } from 'node:stream';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** From now on new connections lead to this port. */
  leadTo(port: number): void;
  /** Ends all connections and refuses new ones, until the returned function is called. */
  cut(): () => void;
  /** Accepts everything and forwards nothing, until the returned function is called. */
  silence(): () => void;
  close(): Promise<void>;
}

/** `delayMs` is how long everything is on its way. */
export async function startTcpProxy(target: number, { delayMs = 0 } = {}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const state = { target, isCut: false, isSilent: false };
  const server = createServer((near) => {
    if (state.isCut) return near.resetAndDestroy();
    const far = connect({ port: state.target, host: '127.0.0.1' });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      (delayMs > 0 ? socket.pipe(delay(delayMs)) : socket).pipe(other);
      if (state.isSilent) socket.pause();
    }
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => (state.target = port),
    cut: () => {
      state.isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
      return () => (state.isCut = false);
    },
    silence: () => {
      state.isSilent = true;
      for (const socket of sockets) socket.pause();
      return () => {
        state.isSilent = false;
        for (const socket of sockets) socket.resume();
      };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function delay(milliseconds: number): Transform {
  return new Transform({
    transform: (chunk, _encoding, done) => void setTimeout(() => done(null, chunk), milliseconds),
  });
}

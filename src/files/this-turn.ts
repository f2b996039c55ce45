// A value that is looked up once in a turn of the event loop holds for all requests served in it: they had arrived, in
// whole or in part, before the look-up.

let current: object | undefined;

/** The same object until the turn ends. */
export function thisTurn(): object {
  if (!current) {
    current = {};
    setImmediate(() => (current = undefined));
  }
  return current;
}

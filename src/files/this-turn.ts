// What is found out once in a turn of the event loop holds for all that is served in it: those requests had arrived, in
// whole or in part, before it was looked up.

let current: object | undefined;

/** The same object until the turn ends. */
export function thisTurn(): object {
  if (!current) {
    current = {};
    setImmediate(() => (current = undefined));
  }
  return current;
}

// A check on the kubeconfigs of all responses that no other check reads: those for other durations, with the headers of
// other clients, and those that are wrong once in a while.
import { judgeAll, judgeSame } from '../all-rules.js';
import { check, judgeTwice } from '../check.js';
import { type Fault, type Finding, found } from '../finding.js';
import { type GoodAnswer, callerOf, goodAnswers, open } from '../good-answers.js';
import type { Answer, Session } from '../session.js';

/** Requests that a client sends, with a token or signature of its own. */
const isPlain = ({ status, sent, ask }: Answer) =>
  status === 200 &&
  ['GET', 'POST'].includes(sent.method) &&
  !ask.foreign &&
  !ask.lookUp &&
  ask.path === undefined &&
  ask.token !== null;

/** By place and rule: what is received, and values that are quoted, may differ from one response to the next. */
const keyOf = ({ where, expected }: Fault) => `${where} ${expected.replaceAll(/"[^"]*"/g, '')}`;

/** One response for each caller and credential: what is right for one may be another's. */
const distinctOf = (answers: readonly GoodAnswer[]) => [
  ...new Map(answers.map((answer) => [`${callerOf(answer)} ${answer.body.toString('latin1')}`, answer])).values(),
];

/** One after the other, with nothing in between: a provider may take a user for the one who came before. */
async function askInTurns(session: Session): Promise<void> {
  const { otherToken: token } = session.target;
  if (token === undefined) return;
  await session.send({ repeat: 'before', label: 'before one of the other user' });
  await session.send({ repeat: 'between', label: 'by the other user', token });
  await session.send({ repeat: 'after', label: 'after one of the other user' });
}

async function judgeOthers(session: Session): Promise<Finding[]> {
  await askInTurns(session);
  const good = await goodAnswers(session);
  const first = new Map(good.toReversed().map((answer) => [callerOf(answer), answer]));
  const isKnown = (answer: GoodAnswer) =>
    good.some((one) => one.credential === answer.credential && callerOf(one) === callerOf(answer));
  const plain = (await session.answers()).filter(isPlain).flatMap((answer) => open(session, answer) ?? []);
  const others = distinctOf(plain).filter((answer) => !isKnown(answer));
  if (others.length === 0) return [];
  const besideFirst = (answer: GoodAnswer) => {
    const same = first.get(callerOf(answer));
    return same ? judgeSame(same, answer) : [];
  };
  const faultsOf = (answer: GoodAnswer) => [...judgeAll(answer), ...besideFirst(answer)];
  const faulty = others.filter((answer) => faultsOf(answer).length > 0);
  if (faulty.length === 0) return [];
  const told = new Set(distinctOf(good).flatMap((answer) => faultsOf(answer).map(keyOf)));
  const judge = (answer: Answer) => {
    const opened = open(session, answer);
    const faults = opened ? faultsOf(opened) : [];
    const fresh = faults.filter((fault) => !told.has(keyOf(fault)));
    return Promise.resolve(session.findingsOf(answer, found(answer.label, fresh)));
  };
  return (await Promise.all(faulty.map((answer) => judgeTwice(session, answer, judge)))).flat();
}

export const everyCertificateCases = [
  check({
    id: 'every-certificate',
    name: 'every certificate is right and of the same user and cluster, however it is requested',
    source: 'Table 5; Table 7; RFC 5280, section 6.1',
    last: true,
    judge: judgeOthers,
  }),
];

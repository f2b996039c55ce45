// The responses with certificates: each rule of kubeconfigs and certificates applies to all of them.
import { type Credential, type KnownCertificates, readCredential } from './credential.js';
import { type Fault, type Finding, NotChecked, NotOffered, found } from './finding.js';
import { assertAnswered, judgeTwice } from './check.js';
import { bodyOf } from './strict-json.js';
import { type LooseKubeconfig, readKubeconfig } from './kubeconfig-rules.js';
import type { Answer, Ask, Session } from './session.js';

export interface GoodAnswer extends Answer {
  kubeconfig: LooseKubeconfig;
  credential: Credential;
}

export const repeats: readonly Ask[] = [
  {},
  { repeat: 2, label: 'again' },
  { repeat: 3, label: 'a third time' },
  { repeat: 4, label: 'a fourth time' },
];
export const withCharset: Ask = {
  contentType: 'application/json;charset=utf-8',
  label: 'with Content-Type application/json;charset=utf-8',
};
export const duration30: Ask = { method: 'POST', body: '{"duration":30}', label: 'for 30 days' };
export const durationMost: Ask = { method: 'POST', body: '{"duration":-1}', label: 'for the longest time' };

export const asSdksWriteIt: readonly Ask[] = [
  { ...duration30, body: '{"duration": 30}', label: 'for 30 days, as the Python SDK writes it' },
  { ...duration30, body: '{"duration":30}\n', label: 'for 30 days, as the Go SDK writes it' },
];

/** The signature is of the body as it is sent, with its white space. */
export const signedAsSdksWriteIt = asSdksWriteIt.map((ask): Ask => ({
  ...ask,
  sign: {},
  label: `${ask.label ?? ''}, signed`,
}));

/** 404, 405 or 501 for a valid POST: not offered, which is right. */
export async function isOffered(session: Session): Promise<boolean> {
  const { status } = await session.send(duration30);
  return ![404, 405, 501].includes(status);
}

export async function assertOffered(session: Session): Promise<void> {
  if (await isOffered(session)) return;
  await assertAnswered(session);
  const { status } = await session.send(duration30);
  throw new NotOffered(`POST is answered ${status}: it is not offered`);
}

export function eip({ target }: Session): Ask[] {
  if (target.eipClusterId === undefined) return [];
  const ask = { clusterId: target.eipClusterId, label: 'of a cluster with a public address' };
  return [ask, { ...ask, repeat: 2 }];
}

export function others({ target }: Session): Ask[] {
  const { otherToken, otherClusterId, otherProjectId } = target;
  const token = otherToken === undefined ? [] : [{ token: otherToken, label: 'by the other user' }];
  const cluster = otherClusterId === undefined ? [] : [{ clusterId: otherClusterId, label: 'of the other cluster' }];
  const foreign =
    otherToken !== undefined && otherProjectId !== undefined && otherClusterId !== undefined
      ? [
          {
            token: otherToken,
            projectId: otherProjectId,
            clusterId: otherClusterId,
            label: "of the other project's cluster by the other user",
          },
        ]
      : [];
  return [...token, ...token.map((ask) => ({ ...ask, repeat: 2 })), ...cluster, ...foreign];
}

export function signed({ target }: Session): Ask[] {
  if (!target.accessKey || target.token === undefined) return [];
  return [{ sign: {}, label: 'signed' }, { sign: {}, label: 'signed again', repeat: 2 }, ...signedAsSdksWriteIt];
}

type Opened = Pick<GoodAnswer, 'kubeconfig' | 'credential'>;

// By text: a stable provider sends the same one many times, and every provider the same CA.
const read = new WeakMap<Session, { texts: Map<string, Opened | undefined>; certificates: KnownCertificates }>();

/** The response with its parsed kubeconfig; undefined without one. */
export function open(session: Session, answer: Answer): GoodAnswer | undefined {
  if (answer.status !== 200 || answer.failure?.kind === 'too large') return undefined;
  const known = read.get(session) ?? {
    texts: new Map<string, Opened | undefined>(),
    certificates: new Map() as KnownCertificates,
  };
  read.set(session, known);
  const { texts, certificates } = known;
  const text = answer.body.toString('latin1');
  if (!texts.has(text)) texts.set(text, openBody(answer, certificates));
  const opened = texts.get(text);
  return opened && { ...answer, ...opened };
}

function openBody(answer: Answer, certificates: KnownCertificates): Opened | undefined {
  const kubeconfig = readKubeconfig(bodyOf(answer).value);
  if (!kubeconfig) return undefined;
  return { kubeconfig, credential: readCredential(kubeconfig, certificates) };
}

/** All responses of the target with a kubeconfig. */
export async function goodAnswers(session: Session): Promise<GoodAnswer[]> {
  const asks = [
    ...repeats,
    withCharset,
    ...eip(session),
    ...others(session),
    ...signed(session),
    duration30,
    durationMost,
  ];
  const base = await session.send();
  if (base.status === 0) throw new NotChecked(`the first request had no answer (${base.failure?.kind ?? 'no status'})`);
  const answers = await Promise.all(asks.map((ask) => session.send(ask)));
  const good = answers.flatMap((answer) => open(session, answer) ?? []);
  if (good.length === 0) throw new NotChecked('no request was answered with a kubeconfig');
  return good;
}

/** The caller and the cluster of a response: equal ones must have the same user. */
export const callerOf = ({ ask: { token, sign, projectId, clusterId } }: Answer) =>
  JSON.stringify([sign ? 'signed' : token, projectId, clusterId]);

/** The part that a rule checks. */
export interface Part {
  name: string;
  isIn: (answer: GoodAnswer) => boolean;
}

/** Applies a rule to each good response; a part that none of them has cannot be checked. */
export async function judgeEach(
  session: Session,
  rule: (answer: GoodAnswer) => Fault[],
  part?: Part,
): Promise<Finding[]> {
  const answers = await goodAnswers(session);
  await session.nextTurn();
  const different = [
    ...new Map(answers.toReversed().map((answer) => [answer.credential, answer])).values(),
  ].toReversed();
  const judge = (answer: Answer) => {
    const good = open(session, answer);
    if (!good) return Promise.reject(new NotChecked('no kubeconfig'));
    return Promise.resolve(session.findingsOf(answer, found(answer.label, rule(good))));
  };
  const findings = (await Promise.all(different.map((answer) => judgeTwice(session, answer, judge)))).flat();
  if (findings.length === 0 && part && !answers.some(part.isIn)) throw new NotChecked(`no answer has ${part.name}`);
  return findings;
}

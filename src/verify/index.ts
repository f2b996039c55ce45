// The contract kit: every rule of the API as a check that can be run against any provider, ours or not.
import { addressCases } from './cases/address-cases.js';
import { answerCases } from './cases/answer-cases.js';
import { authenticationCases } from './cases/authentication-cases.js';
import { certificateCases } from './cases/certificate-cases.js';
import { connectionCases } from './cases/connection-cases.js';
import { doorCases } from './cases/door-cases.js';
import { endCases } from './cases/end-cases.js';
import { endpointCases } from './cases/endpoint-cases.js';
import { everyAnswerCases } from './cases/every-answer-cases.js';
import { everyCertificateCases } from './cases/every-certificate-cases.js';
import { kubeconfigCases } from './cases/kubeconfig-cases.js';
import { lookUpCases } from './cases/look-up-cases.js';
import { postCases } from './cases/post-cases.js';
import { projectCases } from './cases/project-cases.js';
import { revocationCases } from './cases/revocation-cases.js';
import { signatureCases } from './cases/signature-cases.js';
import { steadinessCases } from './cases/steadiness-cases.js';
import { truthCases } from './cases/truth-cases.js';
import { unknownInputCases } from './cases/unknown-input-cases.js';
import { type ContractCase, byTable } from './check.js';

export { type Binding, bindings } from './binding.js';
export { type ContractCase, type RunOptions, missingInputs } from './check.js';
export { type Baseline, applyBaseline, baselineOf } from './baseline.js';
export { type Evidence, type Finding, NotChecked } from './finding.js';
export { type CaseResult, type Result, type State, exitCodeOf, exitCodes, verify } from './verify.js';
export { type Connection, type GroundTruth, type Input, type Requirement, type Target, optionOf } from './target.js';

/** All checks, in the order of their tables; the last ones are on the run as a whole. */
export const contractCases: readonly ContractCase[] = [
  ...byTable([
    ...answerCases,
    ...addressCases,
    ...projectCases,
    ...authenticationCases,
    ...signatureCases,
    ...doorCases,
    ...connectionCases,
    ...unknownInputCases,
    ...kubeconfigCases,
    ...certificateCases,
    ...postCases,
    ...endCases,
    ...revocationCases.filter(({ last }) => !last),
    ...lookUpCases,
    ...endpointCases,
    ...truthCases,
  ]),
  ...revocationCases.filter(({ last }) => last),
  ...everyCertificateCases,
  ...everyAnswerCases,
  ...steadinessCases,
];

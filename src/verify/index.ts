// The contract kit: every rule of the API as a case that can be run against any provider, ours or not.
import { addressCases } from './cases/address-cases.js';
import { answerCases, lookUpCases } from './cases/answer-cases.js';
import { authenticationCases, signatureCases } from './cases/authentication-cases.js';
import { certificateCases } from './cases/certificate-cases.js';
import { kubeconfigCases } from './cases/kubeconfig-cases.js';
import { postCases } from './cases/post-cases.js';
import { type ContractCase, byTable } from './contract-case.js';

export { type ContractCase, type RunOptions, missingInputs } from './contract-case.js';
export { type Finding, NotChecked } from './finding.js';
export { type CaseResult, type Result, verify } from './verify.js';
export type { Input, Target } from './target.js';

/** All cases, in the order of the tables that they enforce. */
export const contractCases: readonly ContractCase[] = byTable([
  ...answerCases,
  ...addressCases,
  ...authenticationCases,
  ...signatureCases,
  ...kubeconfigCases,
  ...certificateCases,
  ...postCases,
  ...lookUpCases,
]);

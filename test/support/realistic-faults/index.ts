// Faults as they happen in the field, by their area.
import { accessFaults } from './access.js';
import { answersFaults } from './answers.js';
import { doorsFaults } from './doors.js';
import { endFaults } from './ends.js';
import { lookUpFaults } from './look-ups.js';
import { requestsFaults } from './requests.js';
import { tenantsFaults } from './tenants.js';

export { foundByOne, strangeServer } from './found-by-one.js';
export { foundWithOthers } from './found-with-others.js';
export { rightVariants } from './right-variants.js';

export const realisticFaults = {
  ...accessFaults,
  ...requestsFaults,
  ...endFaults,
  ...tenantsFaults,
  ...answersFaults,
  ...doorsFaults,
  ...lookUpFaults,
};

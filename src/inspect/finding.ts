// The findings of inspect: an error for something that cannot work, a warning for something that deserves a look.

/** One remark. No text in it holds a secret. */
export interface Finding {
  severity: 'error' | 'warning';
  file: string;
  kind: 'file' | 'cluster' | 'user' | 'context';
  /** Of the cluster, user or context; empty for a file. */
  name: string;
  message: string;
}

/** Collects the remarks on one entry. */
export interface Remarks {
  error: (message: string) => void;
  warning: (message: string) => void;
}

/** Remarks that go into a list of findings. */
export function remarksOn(
  findings: Finding[],
  subject: { file: string; kind: Finding['kind']; name: string },
): Remarks {
  const { file, kind, name } = subject;
  const add = (severity: Finding['severity']) => (message: string) => {
    const known = findings.some((one) => one.kind === kind && one.name === name && one.message === message);
    if (!known) findings.push({ severity, file, kind, name, message });
  };
  return { error: add('error'), warning: add('warning') };
}

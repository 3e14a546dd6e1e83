import type { Unknown } from './facts.ts';
import { type Check, type Finding, failed, skipped, warning } from './finding.ts';

/** How a fact that could not be learnt is told. */
export interface UnlearntWords {
  /** What it would have been about, as the beginning of a sentence. */
  about: string;
  /** What to do when this identity may not ask. */
  ifRefused: string;
  /** What to do when there is no such thing; undefined: that there is none tells only that this server does not know the question. */
  ifMissing?: string;
}

/**
 * unlearnt makes a finding of what could not be learnt: what is not there or does not answer has failed; what this identity may not
 * ask is a warning, because the deployment may be right; what this server does not know is skipped.
 */
export function unlearnt(check: Check, fact: Unknown, words: UnlearntWords): Finding {
  const { about, ifRefused, ifMissing } = words;
  switch (fact.kind) {
    case 'missing':
      if (ifMissing !== undefined) return failed(check, `${about} does not exist`, ifMissing);
      return skipped(check, `${about} cannot be checked: this server does not tell`);
    case 'unsupported':
      return skipped(check, `${about} cannot be checked: this server does not tell`);
    case 'refused':
      return warning(check, `${about} could not be checked: this identity may not ask`, ifRefused);
    case 'unreachable':
      return failed(check, `${about} could not be checked: ${fact.message}`, fact.action ?? 'Try again.');
  }
}

import { z } from 'zod';
import type { Problem } from './errors.ts';

const pushAuthModes = ['iam', 'signature', 'none'] as const;
/**
 * How a function makes sure that a push comes from its own subscription. `iam`: Cloud Run has checked the token and taken its signature
 * away, the function checks what it says. `signature`: nobody stands before the function, it checks all of it. docs/adr/0013.
 */
export type PushAuthMode = (typeof pushAuthModes)[number];

/** The variables of push authentication; see config.ts. */
export const pushVariables = {
  TASKPOD_PUSH_AUTH: {
    schema: z.enum(pushAuthModes, `must be one of: ${pushAuthModes.join(', ')}`),
    default: '',
    meaning:
      'How the token of a push is checked: `iam` behind Cloud Run’s own check, `signature` without one, `none` not at all. Not set: `iam` on Cloud Run, else `signature` if TASKPOD_PUSH_SERVICE_ACCOUNT is set, else `none`.',
  },
  TASKPOD_PUSH_SERVICE_ACCOUNT: {
    schema: z.email('must be the e-mail of a service account'),
    default: '',
    meaning:
      'Service account as which the push subscriptions call the functions; required unless nothing is checked.',
  },
  TASKPOD_PUSH_AUDIENCE: {
    schema: z
      .string()
      .transform(text => text.split(',').map(part => part.trim()))
      .pipe(z.array(z.string().min(1)).min(1)),
    default: '',
    meaning:
      'Comma-separated audiences that the token of a push may be for; required for `signature`. Not set for `iam`: Cloud Run’s own check of the audience is enough.',
  },
};

/** How pushes are checked. */
export type PushAuth =
  | { mode: 'none' }
  | { mode: 'iam'; serviceAccount: string; audiences: readonly string[] | undefined }
  | { mode: 'signature'; serviceAccount: string; audiences: readonly string[] };

/** What is set of it, and whether this runs on Cloud Run (which sets K_SERVICE). */
export interface PushAuthFacts {
  mode: PushAuthMode | undefined;
  serviceAccount: string | undefined;
  audiences: string[] | undefined;
  isCloudRun: boolean;
}

/**
 * choosePushAuth decides how pushes are checked. On Cloud Run nothing is left unchecked because somebody has forgotten a variable: that
 * needs TASKPOD_PUSH_AUTH=none.
 */
export function choosePushAuth(facts: PushAuthFacts): { auth: PushAuth } | { problems: Problem[] } {
  const { serviceAccount, audiences, isCloudRun } = facts;
  const unset = serviceAccount === undefined ? 'none' : 'signature';
  const mode = facts.mode ?? (isCloudRun ? 'iam' : unset);
  if (mode === 'none') return { auth: { mode } };
  const problems: Problem[] = [];
  if (serviceAccount === undefined) {
    const message = `is not set. ${pushVariables.TASKPOD_PUSH_SERVICE_ACCOUNT.meaning} TASKPOD_PUSH_AUTH=none switches the check off.`;
    problems.push({ path: 'TASKPOD_PUSH_SERVICE_ACCOUNT', message });
  }
  if (mode === 'signature' && audiences === undefined) {
    const message = `is not set. ${pushVariables.TASKPOD_PUSH_AUDIENCE.meaning}`;
    problems.push({ path: 'TASKPOD_PUSH_AUDIENCE', message });
  }
  if (mode === 'iam' && !isCloudRun) {
    const message =
      'is iam, but this is not Cloud Run: nobody has checked the token before. Set it to signature.';
    problems.push({ path: 'TASKPOD_PUSH_AUTH', message });
  }
  if (serviceAccount === undefined || problems.length > 0) return { problems };
  if (mode === 'iam') return { auth: { mode, serviceAccount, audiences } };
  return { auth: { mode, serviceAccount, audiences: audiences ?? [] } };
}

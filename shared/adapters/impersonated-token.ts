import { z } from 'zod';
import { TaskpodError } from '../errors.ts';
import { type GoogleApi, googleOutageAction, parseAnswer } from './google-failure.ts';
import { callRest, type RestDeps } from './google-rest.ts';
import { type RenewableToken, tokenScopes } from './google-token.ts';

/** What an impersonated identity is made from. */
export interface ImpersonationOptions extends Omit<RestDeps, 'token'> {
  /** Service accounts, each of which the one before may act as, the first as `source`; the last is the identity. */
  chain: readonly string[];
  /** The identity that begins. */
  source: RenewableToken;
  /** Default `https://iamcredentials.googleapis.com`. */
  baseUrl?: string | undefined;
}

/** As google-auth-library does with its own tokens. */
const refreshBeforeEndMs = 300_000;

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
const answer = z.object({ accessToken: z.string().min(1), expireTime: z.iso.datetime({ offset: true }) });

/**
 * impersonatedToken gives tokens of a service account that another identity may act as: asked for at the first call, kept until five
 * minutes before their end, and asked for once for all who want one at the same time. Throws `credentials_refused`, or
 * `credentials_unavailable` (retryable). (google-auth-library's Impersonated has no deadline, warns on standard error and
 * tells failures without what to do.)
 */
export function impersonatedToken(options: ImpersonationOptions): RenewableToken {
  const { chain, source, clock, baseUrl = 'https://iamcredentials.googleapis.com' } = options;
  const target = chain.at(-1) ?? '';
  const name = (account: string): string => `projects/-/serviceAccounts/${account}`;
  const body = JSON.stringify({
    delegates: chain.slice(0, -1).map(name),
    scope: tokenScopes,
    lifetime: '3600s',
  });
  const never = new AbortController().signal;
  let kept: { token: string; untilMs: number } | undefined;
  let asking: Promise<string> | undefined;

  const ask = async (): Promise<string> => {
    const api = impersonationWords(chain);
    const url = `${baseUrl}/v1/${name(target)}:generateAccessToken`;
    const call = { api, what: `act as ${target}`, method: 'POST', url, body, signal: never } as const;
    const deps = { ...options, token: source.token };
    const once = () => callRest(call, deps, text => parseAnswer(api, answer, text));
    const { accessToken, expireTime } = await once().catch(error => {
      if (!(error instanceof TaskpodError && error.status === 401)) throw error;
      source.forget();
      return once();
    });
    kept = { token: accessToken, untilMs: Date.parse(expireTime) - refreshBeforeEndMs };
    return accessToken;
  };

  return {
    token: async () => {
      if (kept !== undefined && clock.now() < kept.untilMs) return kept.token;
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    forget: () => {
      kept = undefined;
    },
  };
}

function impersonationWords(chain: readonly string[]): GoogleApi {
  const who = chain.length > 1 ? `each of ${chain.join(', ')} to the one before it` : chain.join();
  return {
    name: 'IAM',
    unavailable: 'credentials_unavailable',
    refused: 'credentials_refused',
    permissionAction: `Grant roles/iam.serviceAccountTokenCreator on ${who}; the first to the function’s own service account.`,
    disabledAction: 'Enable the API: gcloud services enable iamcredentials.googleapis.com',
    missingAction: `Correct TASKPOD_IMPERSONATION_CHAIN or TASKPOD_CLUSTER_ACCESS: there is no ${chain.at(-1)}.`,
    outageAction: googleOutageAction,
  };
}

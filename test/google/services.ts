import type { AccessTokens } from './access-tokens.ts';
import { type GoogleService, googleError } from './google-server.ts';

const unauthenticated = googleError(
  401,
  'UNAUTHENTICATED',
  'Request had invalid authentication credentials.',
);

/** metadataService is the metadata server of something that runs as one service account. https://cloud.google.com/compute/docs/metadata */
export function metadataService(email: string, tokens: AccessTokens): GoogleService {
  const headers = { 'metadata-flavor': 'Google' };
  return ({ path }) => {
    if (!path.startsWith('/computeMetadata/v1/')) return undefined;
    const asked = path.replace('/computeMetadata/v1/', '');
    if (asked === 'instance/service-accounts/default/token') {
      const { token, endsAtMs } = tokens.issue(email);
      const expires_in = Math.ceil((endsAtMs - Date.now()) / 1_000);
      return { status: 200, headers, body: { access_token: token, expires_in, token_type: 'Bearer' } };
    }
    return { status: 200, headers, body: {} };
  };
}

/** containerService answers `clusters.get` for the clusters that it is given, by their names, to those who have a token. */
export function containerService(
  clusters: ReadonlyMap<string, unknown>,
  tokens: Pick<AccessTokens, 'emailOf'>,
): GoogleService {
  return ({ method, path, bearer }) => {
    const name = /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/clusters\/[^/]+)$/.exec(path)?.[1];
    if (name === undefined || method !== 'GET') return undefined;
    if (tokens.emailOf(bearer) === undefined) return unauthenticated;
    const cluster = clusters.get(name);
    return cluster === undefined
      ? googleError(404, 'NOT_FOUND', `Not found: ${name}.`)
      : { status: 200, body: cluster };
  };
}

/** What `generateAccessToken` was asked. */
export interface Impersonation {
  by: string;
  target: string;
  delegates: string[];
}

/**
 * iamCredentialsService answers `generateAccessToken`; `mayActAs` names whom each identity may act as. What it was asked is kept in
 * `asked`. https://cloud.google.com/iam/docs/reference/credentials/rest
 */
export function iamCredentialsService(
  mayActAs: Readonly<Record<string, readonly string[]>>,
  tokens: AccessTokens,
  asked: Impersonation[],
): GoogleService {
  return ({ method, path, bearer, body }) => {
    const target = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(path)?.[1];
    if (target === undefined || method !== 'POST') return undefined;
    const by = tokens.emailOf(bearer);
    if (by === undefined) return unauthenticated;
    const { delegates = [], scope } = JSON.parse(body);
    const names = delegates.map((name: string) => name.replace('projects/-/serviceAccounts/', ''));
    asked.push({ by, target, delegates: names });
    if (!Array.isArray(scope) || scope.length === 0) {
      return googleError(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.');
    }
    const steps = [by, ...names, target];
    const isAllowed = steps.slice(1).every((name, index) => mayActAs[steps[index] ?? '']?.includes(name));
    if (!isAllowed) {
      const message =
        "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
      return googleError(403, 'PERMISSION_DENIED', message, 'IAM_PERMISSION_DENIED');
    }
    const { token, endsAtMs } = tokens.issue(target);
    return { status: 200, body: { accessToken: token, expireTime: new Date(endsAtMs).toISOString() } };
  };
}

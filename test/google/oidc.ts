import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { GoogleService } from './google-server.ts';

/** Where Google has its keys as PEM. */
export const keysPath = '/oauth2/v1/certs';

/** What a token of a push subscription says, as Google's issuer writes it. */
export function pushClaims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1_000);
  return {
    aud: 'https://launch.test',
    azp: '113774264463038321964',
    email: 'push@p.iam.gserviceaccount.com',
    email_verified: true,
    exp: now + 3_600,
    iat: now,
    iss: 'https://accounts.google.com',
    sub: '113774264463038321964',
    ...changes,
  };
}

/** unsigned writes a token with any text for a signature. */
export function unsigned(claims: unknown, signature: string, header: object = { kid: 'key-1' }): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT', ...header })}.${part(claims)}.${signature}`;
}

/** An issuer of OIDC tokens with keys of its own. */
export class OidcIssuer {
  readonly #keys = new Map<string, KeyObject>();
  /** Keys as they are published. */
  readonly published: Record<string, string> = {};

  /** Makes a key; `isSecret`: one that is published under no name. */
  addKey(id: string, isSecret = false): void {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    this.#keys.set(id, privateKey);
    if (!isSecret) this.published[id] = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  /** Signs with one key, in the name of another if it is said so. */
  token(claims: unknown, keyId = 'key-1', named = keyId): string {
    const key = this.#keys.get(keyId);
    if (key === undefined) throw new Error(`no key ${keyId}`);
    const text = unsigned(claims, '', { kid: named }).slice(0, -1);
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  }

  /** Publishes the keys. */
  readonly service: GoogleService = ({ path }) =>
    path === keysPath
      ? { status: 200, body: this.published, headers: { 'cache-control': 'public, max-age=3600' } }
      : undefined;
}

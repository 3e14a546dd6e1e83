import { z } from 'zod';

/** What Cloud Run puts in the place of the signature of a token that it has checked. docs/adr/0013 names the source. */
const removedSignature = 'SIGNATURE_REMOVED_BY_GOOGLE';

/** Clocks may differ by this; as google-auth-library has it. */
const clockSkewSeconds = 300;

/** https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken */
const issuers = ['https://accounts.google.com', 'accounts.google.com'];

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  exp: z.number(),
  iat: z.number(),
  email: z.string(),
  email_verified: z.literal(true),
});

/** A token that was taken apart; nothing of it is believed yet. */
export interface PushToken {
  /** Of the key that has signed it. */
  keyId: string;
  claims: z.output<typeof claimsSchema>;
  /** Somebody before us has checked the signature, or wants us to believe that. */
  isSignatureRemoved: boolean;
}

/** Why a request is not let in: 401 for a token that is none or not good, 403 for one of somebody else's. */
export interface PushRefusal {
  status: 401 | 403;
  /** One sentence without any piece of the token but names. */
  message: string;
}

const headerSchema = z.object({ alg: z.literal('RS256'), kid: z.string().min(1) });

/** bearerOf takes the token out of an Authorization header; undefined when there is none. */
export function bearerOf(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  return /^Bearer +([\w.~+/=-]+)$/i.exec(header)?.[1];
}

/** readPushToken takes an OIDC token apart; undefined when it is none of Google's kind. Pure; never throws. */
export function readPushToken(token: string): PushToken | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  const [head, payload, signature] = parts;
  const header = headerSchema.safeParse(jsonOf(head));
  const claims = claimsSchema.safeParse(jsonOf(payload));
  if (!header.success || !claims.success) return undefined;
  return {
    keyId: header.data.kid,
    claims: claims.data,
    isSignatureRemoved: signature === removedSignature,
  };
}

/** What a push's token must say. `audiences` undefined: any, because somebody before us has looked. */
export interface ExpectedClaims {
  serviceAccount: string;
  audiences: readonly string[] | undefined;
  nowMs: number;
}

/** refuseClaims holds what a token says against what it must say; undefined when all of it is right. */
export function refuseClaims(
  { claims }: Pick<PushToken, 'claims'>,
  expected: ExpectedClaims,
): PushRefusal | undefined {
  const now = expected.nowMs / 1_000;
  if (!issuers.includes(claims.iss)) return { status: 401, message: 'its token is not of Google’s issuer' };
  if (now > claims.exp + clockSkewSeconds) return { status: 401, message: 'its token has expired' };
  if (now < claims.iat - clockSkewSeconds) return { status: 401, message: 'its token is not valid yet' };
  if (expected.audiences !== undefined && !expected.audiences.includes(claims.aud)) {
    return { status: 401, message: `its token is for another audience (${short(claims.aud)})` };
  }
  if (claims.email !== expected.serviceAccount) {
    return { status: 403, message: `it comes from ${short(claims.email)}` };
  }
  return undefined;
}

/** Names that a stranger chooses, for a log. */
function short(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, 100);
}

function jsonOf(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

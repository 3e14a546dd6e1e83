import { randomBytes } from 'node:crypto';

/** The access tokens that a local Google has issued, and whose they are. */
export class AccessTokens {
  /** Seconds for which the next tokens are good. */
  lifetimeSeconds = 3_600;
  /** E-mails, one for each token, in the order in which they were issued. */
  readonly issued: string[] = [];
  readonly #make: (email: string) => string;
  readonly #tokens = new Map<string, { email: string; endsAtMs: number }>();

  /** `make`: what a token of somebody's is; default: a new one each time. */
  constructor(make: (email: string) => string = () => `ya29.${randomBytes(12).toString('hex')}`) {
    this.#make = make;
  }

  issue(email: string): { token: string; endsAtMs: number } {
    const token = this.#make(email);
    const endsAtMs = Date.now() + this.lifetimeSeconds * 1_000;
    this.#tokens.set(token, { email, endsAtMs });
    this.issued.push(email);
    return { token, endsAtMs };
  }

  /** Whose a token is; undefined when it was never issued, is revoked or has ended. */
  emailOf(token: string | undefined): string | undefined {
    const known = this.#tokens.get(token ?? '');
    return known !== undefined && known.endsAtMs > Date.now() ? known.email : undefined;
  }

  /** From now on no token is good that was issued before. */
  revokeAll(): void {
    this.#tokens.clear();
  }
}

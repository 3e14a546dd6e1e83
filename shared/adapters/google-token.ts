import { GoogleAuth } from 'google-auth-library';
import { TaskpodError } from '../errors.ts';
import { withDeadline } from './deadline.ts';
import { type GoogleApi, googleOutageAction, thrownFailure } from './google-failure.ts';

/** Gives a bearer token that is valid now. Throws `credentials_refused`, or `credentials_unavailable` (retryable). */
export type TokenSource = () => Promise<string>;

/** A source of tokens that can be told that its token is not taken any more. */
export interface RenewableToken {
  token: TokenSource;
  /** The next token is asked for anew. */
  forget: () => void;
}

/** GKE wants the e-mail scope, to know who a token is. https://cloud.google.com/kubernetes-engine/docs/how-to/api-server-authentication */
export const tokenScopes = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/userinfo.email',
];

/** A token comes from a metadata server beside us, or from Google's token endpoint. */
const timeoutMs = 10_000;

const words: GoogleApi = {
  name: "Google's token endpoint",
  unavailable: 'credentials_unavailable',
  refused: 'credentials_refused',
  permissionAction: 'Run `gcloud auth application-default login` again.',
  missingAction: 'Run `gcloud auth application-default login` again.',
  outageAction: googleOutageAction,
};

/** The application default credentials of this process: all that share them log in once. */
export interface GoogleLogin extends RenewableToken {
  /** For clients of Google that take it. */
  auth: GoogleAuth;
}

/**
 * googleLogin takes tokens from the application default credentials: found at the first call, cached, and refreshed
 * five minutes before they end (google-auth-library).
 */
export function googleLogin(): GoogleLogin {
  const auth = new GoogleAuth({ scopes: tokenScopes });
  const never = new AbortController().signal;
  const onTimeout = () =>
    new TaskpodError('credentials_unavailable', `no access token within ${timeoutMs / 1_000} s`, {
      retryable: true,
    });
  const token = async (): Promise<string> => {
    try {
      const taken = await withDeadline({ signal: never, ms: timeoutMs, onTimeout }, () =>
        auth.getAccessToken(),
      );
      if (taken) return taken;
    } catch (error) {
      throw thrownFailure(words, 'an access token', error);
    }
    throw new TaskpodError(
      'credentials_refused',
      'the application default credentials gave no access token',
      {
        action: words.permissionAction,
      },
    );
  };
  const forget = (): void => {
    const client = auth.cachedCredential;
    // every kind of client asks anew when its token has ended; without a token, not every kind does
    client?.setCredentials({ ...client.credentials, expiry_date: 1 });
  };
  return { auth, token, forget };
}

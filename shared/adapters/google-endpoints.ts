import type { Env } from '../config.ts';

/** Where Google's APIs are that are spoken to by REST, without a slash at their ends; what is absent is where it is for everybody. */
export interface GoogleEndpoints {
  container?: string;
  iamCredentials?: string;
}

/**
 * googleEndpoints reads the variables by which gcloud is led to other endpoints (Private Service Connect, a server for tests).
 * https://cloud.google.com/sdk/gcloud/reference/config/set, section api_endpoint_overrides
 */
export function googleEndpoints(env: Env): GoogleEndpoints {
  const container = env.CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER;
  const iamCredentials = env.CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS;
  return {
    ...(container ? { container: withoutSlash(container) } : {}),
    ...(iamCredentials ? { iamCredentials: withoutSlash(iamCredentials) } : {}),
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

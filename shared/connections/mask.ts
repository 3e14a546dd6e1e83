import type { Connection } from '../connection.ts';

/** What stands where a secret is. */
export const masked = '***';

/** Parts of names that Airflow deems secret (airflow._shared.secrets_masker, 3.3). */
const airflowWords = [
  'access_key',
  'access_token',
  'api_key',
  'apikey',
  'auth_header',
  'authorization',
  'bearer',
  'connection_string',
  'dsn',
  'keyfile_dict',
  'passphrase',
  'passwd',
  'password',
  'private_key',
  'proxies',
  'proxy',
  'secret',
  'service_account',
  'service_key',
  'token',
  'webhook_url',
];

/** Names that hold keys in Kubernetes' own files; of `kube_config_path` only the path is told. */
const kubernetesNames = /(?:kube_?config|client_key_data|credentials?)$/;

/** isSecretName tells by its name whether a variable's value, or a value in an `extra`, is a secret. */
export function isSecretName(name: string): boolean {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]+/gu, '_');
  return airflowWords.some(word => plain.includes(word)) || kubernetesNames.test(plain);
}

/** maskConnection gives the connection as it may be shown: without its password and every secret in its `extra` and host. */
export function maskConnection(connection: Connection): Connection {
  return {
    ...connection,
    host: connection.host === null ? null : maskText(connection.host),
    password: connection.password ? masked : connection.password,
    extra: Object.fromEntries(Object.entries(connection.extra).map(maskEntry)),
  };
}

function maskEntry([key, value]: [string, unknown]): [string, unknown] {
  return [key, isSecretName(key) && !isEmpty(value) ? masked : maskValue(value)];
}

function maskValue(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map(maskValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(maskEntry));
}

/** JSON within a text is looked through; a password in an address is masked. */
function maskText(text: string): string {
  const data = jsonObject(text);
  if (data !== undefined) return JSON.stringify(maskValue(data));
  return text.replace(/(:\/\/[^/@\s:]*):[^/@\s]*@/g, `$1:${masked}@`);
}

function jsonObject(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null ? data : undefined;
  } catch {
    return undefined;
  }
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || typeof value === 'boolean';
}

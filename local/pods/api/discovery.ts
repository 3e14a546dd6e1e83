import type { Answer } from './call.ts';
import { methodNotAllowed, unknownPath } from './status.ts';

/** The kinds that can be posted. */
const postedKinds = ['Pod', 'Secret', 'ConfigMap', 'Namespace'];
const everything = ['create', 'delete', 'get', 'list', 'update', 'watch'];

/** discovery answers what kubectl asks of a server before it does anything: version, groups and resources. */
export function discovery(method: string, path: readonly string[]): Answer {
  const documents: Record<string, unknown> = {
    version: {
      major: '1',
      minor: '34',
      gitVersion: 'v1.34.0-taskpod',
      platform: `${process.platform}/${process.arch}`,
    },
    api: { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
    apis: { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
    'openapi/v3': { paths: { 'api/v1': { serverRelativeURL: '/openapi/v3/api/v1' } } },
    'openapi/v3/api/v1': fieldValidationSupport(),
    'api/v1': {
      kind: 'APIResourceList',
      groupVersion: 'v1',
      resources: [
        resource('pods', 'Pod', ['create', 'delete', 'get', 'list', 'watch'], ['po'], ['all']),
        resource('pods/log', 'Pod', ['get']),
        resource('secrets', 'Secret', everything),
        resource('configmaps', 'ConfigMap', everything, ['cm']),
        resource('events', 'Event', ['get', 'list', 'watch'], ['ev']),
        {
          ...resource('namespaces', 'Namespace', ['create', 'delete', 'get', 'list'], ['ns']),
          namespaced: false,
        },
      ],
    },
  };
  const document = documents[path.join('/')];
  if (document === undefined) throw unknownPath();
  if (method !== 'GET') throw methodNotAllowed();
  return { code: 200, document };
}

/** So much of an OpenAPI document that kubectl leaves the checking of fields to the server. */
function fieldValidationSupport() {
  const paths = postedKinds.map(kind => [
    `/api/v1/${kind}`,
    {
      patch: {
        parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
        responses: {},
        'x-kubernetes-group-version-kind': { group: '', version: 'v1', kind },
      },
    },
  ]);
  return {
    openapi: '3.0.0',
    info: { title: 'Pod emulator', version: 'v1' },
    paths: Object.fromEntries(paths),
  };
}

function resource(
  name: string,
  kind: string,
  verbs: string[],
  shortNames: string[] = [],
  categories: string[] = [],
) {
  const singularName = name.includes('/') ? '' : kind.toLowerCase();
  return { name, singularName, namespaced: true, kind, verbs, shortNames, categories };
}

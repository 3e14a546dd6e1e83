import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coerceRendered } from '../../../shared/task/coerce-rendered.ts';

const template = '{{ x }}';

describe('what was a template gets the type that is wanted', () => {
  test.each<[parameter: string, text: string, value: unknown]>([
    ['startup_timeout_seconds', '600', 600],
    ['startup_timeout_seconds', ' 600\n', 600],
    ['startup_timeout_seconds', '0', 0],
    ['startup_timeout_seconds', 'soon', 'soon'],
    ['startup_timeout_seconds', '300 + 300', '300 + 300'],
    ['get_logs', 'true', true],
    ['get_logs', 'False', false],
    ['hostnetwork', 'yes', 'yes'],
    ['cmds', '["echo", "a"]', ['echo', 'a']],
    ['cmds', "('echo', 'it\\'s')", ['echo', "it's"]],
    ['cmds', 'echo', 'echo'],
    ['env_vars', "{'A': '1', 'B': None}", { A: '1', B: null }],
    ['affinity', '{}', {}],
    ['skip_on_exit_code', '4', 4],
    ['skip_on_exit_code', '[4, 5]', [4, 5]],
    ['container_logs', 'main', 'main'],
    ['container_logs', 'True', true],
    ['init_container_logs', "['a', 'b']", ['a', 'b']],
    ['pod_template_dict', '{"spec": {"containers": []}}', { spec: { containers: [] } }],
    ['labels', '{"a": 1, "a": 2}', '{"a": 1, "a": 2}'],
    ['labels', '{"__proto__": "x"}', '{"__proto__": "x"}'],
    ['labels', "'a'", "'a'"],
    ['name', '5', '5'],
    ['namespace', 'true', 'true'],
    ['image_pull_secrets', '["a"]', ['a']],
    ['no_parameter', '5', '5'],
    ['retries', '5', 5],
    ['constructor', '5', '5'],
  ])('%s: %s', (parameter, text, value) => {
    expect(coerceRendered({ [parameter]: template }, { [parameter]: text })).toEqual({ [parameter]: value });
  });

  test.each([
    {
      published: { skip_on_exit_code: [template, 5] },
      rendered: { skip_on_exit_code: ['4', 5] },
      coerced: { skip_on_exit_code: [4, 5] },
    },
    {
      published: { ports: [{ containerPort: template, name: template }] },
      rendered: { ports: [{ containerPort: '8080', name: '80' }] },
      coerced: { ports: [{ containerPort: 8080, name: '80' }] },
    },
    {
      published: { labels: { 'a.b/c': template } },
      rendered: { labels: { 'a.b/c': '5' } },
      coerced: { labels: { 'a.b/c': '5' } },
    },
    {
      published: { volumes: [{ name: 'v', secret: { optional: template, secretName: 's' } }] },
      rendered: { volumes: [{ name: 'v', secret: { optional: 'True', secretName: 's' } }] },
      coerced: { volumes: [{ name: 'v', secret: { optional: true, secretName: 's' } }] },
    },
    {
      published: { container_resources: { limits: { 'nvidia.com/gpu': template } } },
      rendered: { container_resources: { limits: { 'nvidia.com/gpu': '2' } } },
      coerced: { container_resources: { limits: { 'nvidia.com/gpu': '2' } } },
    },
    {
      published: { full_pod_spec: { spec: { affinity: { podAffinity: {} }, hostNetwork: template } } },
      rendered: { full_pod_spec: { spec: { affinity: { podAffinity: {} }, hostNetwork: 'false' } } },
      coerced: { full_pod_spec: { spec: { affinity: { podAffinity: {} }, hostNetwork: false } } },
    },
  ])('$rendered', ({ published, rendered, coerced }) => {
    expect(coerceRendered(published, rendered)).toEqual(coerced);
  });

  test('a place deep in an object is found, however long its path', () => {
    const pod = (weight: unknown) => ({
      spec: {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
            ],
          },
        },
      },
    });
    expect(coerceRendered({ pod_template_dict: pod(template) }, { pod_template_dict: pod('50') })).toEqual({
      pod_template_dict: pod(50),
    });
  });
});

describe('what is absent', () => {
  test.each(['', 'None', ' None\n', ' '])('a whole parameter that has become %j', text => {
    const published = {
      name: template,
      service_account_name: template,
      cmds: template,
      startup_timeout_seconds: template,
    };
    const rendered = Object.fromEntries(Object.keys(published).map(name => [name, text]));
    expect(coerceRendered({ ...published, image: 'x' }, { ...rendered, image: 'x' })).toEqual({ image: 'x' });
  });

  test.each([
    { published: { name: '' }, rendered: { name: '' } },
    { published: { name: 'None' }, rendered: { name: 'None' } },
    { published: { cmds: [template] }, rendered: { cmds: [''] } },
    { published: { env_vars: { A: template } }, rendered: { env_vars: { A: 'None' } } },
    { published: { name: template }, rendered: { name: 'None of these' } },
    { published: { nope: template }, rendered: { nope: '' } },
  ])('not $rendered', ({ published, rendered }) => {
    expect(coerceRendered(published, rendered)).toEqual(rendered);
  });
});

describe('what was no template stays as it is', () => {
  test.each([
    { startup_timeout_seconds: '600' },
    { get_logs: 'True' },
    { skip_on_exit_code: ['4'] },
    { container_logs: 'True' },
    { cmds: '["a"]' },
    { labels: null },
    { volumes: [null, 'x', { name: 5 }] },
  ])('%j', task => {
    expect(coerceRendered(task, task)).toEqual(task);
  });

  test.each([[], null, 'text', 5])('a task that is no object: %j', value => {
    expect(coerceRendered(value, value)).toEqual(value);
    expect(coerceRendered(value, { get_logs: 'True' })).toEqual({ get_logs: 'True' });
  });

  test('nesting without end ends in an answer', () => {
    const nested: unknown = JSON.parse(`${'['.repeat(50_000)}"{{ x }}"${']'.repeat(50_000)}`);
    expect(coerceRendered({ cmds: nested }, { cmds: nested })).toHaveProperty('cmds.0.0.0');
  });

  test('whatever comes: what has no template in it is given back equal', () => {
    const plain = fc.jsonValue({ maxDepth: 4 }).filter(value => !JSON.stringify(value).includes('{{'));
    const names = fc.constantFrom('cmds', 'volumes', 'labels', 'get_logs', 'name', 'env_vars', 'nope');
    fc.assert(
      fc.property(fc.dictionary(names, plain), task => {
        expect(coerceRendered(task, task)).toEqual(task);
      }),
    );
  });

  test('whatever comes: another shape after rendering does no harm', () => {
    const names = fc.constantFrom('cmds', 'volumes', 'labels', 'get_logs', 'name');
    const tasks = fc.dictionary(names, fc.oneof(fc.constant(template), fc.jsonValue({ maxDepth: 3 })));
    fc.assert(
      fc.property(tasks, tasks, (published, rendered) => {
        const coerced = coerceRendered(published, rendered);
        expect(Object.keys(coerced ?? {}).every(name => name in rendered)).toBe(true);
      }),
    );
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Deployment, startDeployment } from './cli-harness.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.close());

const signal = AbortSignal.timeout(60_000);
const stored = async (name: string) => {
  const object = await deployment.store.read(name, signal);
  return object && { text: object.body.toString(), metadata: object.metadata };
};

describe('variables', () => {
  test('set as the documentation of Airflow has it, get, list, delete', async () => {
    expect(await deployment.run(['variables', 'set', '--', 'my_value', 'example_value'])).toEqual({
      code: 0,
      out: 'Variable my_value created\n',
      err: '',
    });
    expect(await stored('config/variables/my_value')).toEqual({ text: 'example_value', metadata: {} });
    expect(await deployment.run(['variables', 'get', 'my_value'])).toEqual({
      code: 0,
      out: 'example_value\n',
      err: '',
    });
    expect(await deployment.run(['variables', 'delete', 'my_value'])).toEqual({
      code: 0,
      out: 'Variable my_value deleted\n',
      err: '',
    });
    expect(await deployment.run(['variables', 'delete', 'my_value'])).toEqual({
      code: 1,
      out: '',
      err: 'taskpod: Variable my_value does not exist\nSee which there are: taskpod variables list\n',
    });
  });
});

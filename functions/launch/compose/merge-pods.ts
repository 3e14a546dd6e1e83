import { fieldsOf, itemsOf, listOf, type Sourced, toJson } from './sourced.ts';

/** Merges a part of a lower layer with the same part of an upper one; both are given. */
type Merge = (lower: Sourced, upper: Sourced) => Sourced;

/** What is given wins, also when it is false, 0 or empty. */
const given: Merge = (_lower, upper) => upper;

/** The upper list follows the lower one. Nothing is left out: a name that is there twice is the user's to solve. */
const appended: Merge = (lower, upper) =>
  listOf(placeOfBoth(lower, upper), [...itemsOf(lower), ...itemsOf(upper)]);

/** Field by field, each by its own rule or "given wins". */
const fields =
  (rules: Readonly<Record<string, Merge>>): Merge =>
  (lower, upper) => {
    const merged = new Map(fieldsOf(lower));
    for (const [key, field] of fieldsOf(upper)) {
      const below = merged.get(key);
      const merge = (Object.hasOwn(rules, key) ? rules[key] : undefined) ?? given;
      merged.set(key, below === undefined ? field : merge(below, field));
    }
    return { at: placeOfBoth(lower, upper), fields: merged };
  };

/** The first with the first, the second with the second; what has no partner stays. */
const byPosition =
  (merge: Merge): Merge =>
  (lower, upper) => {
    const [below, above] = [itemsOf(lower), itemsOf(upper)];
    const merged = above.map((item, index) => {
      const partner = below[index];
      return partner === undefined ? item : merge(partner, item);
    });
    return listOf(placeOfBoth(lower, upper), [...merged, ...below.slice(above.length)]);
  };

/** An item takes the place of the lower one of the same name, merged with it; the others follow. */
const byName =
  (merge: Merge): Merge =>
  (lower, upper) => {
    const above = [...itemsOf(upper)];
    const merged = itemsOf(lower).map(item => {
      const name = nameOf(item);
      const index = above.findIndex(other => name !== undefined && nameOf(other) === name);
      const [partner] = index === -1 ? [] : above.splice(index, 1);
      return partner === undefined ? item : merge(item, partner);
    });
    return listOf(placeOfBoth(lower, upper), [...merged, ...above]);
  };

function nameOf(item: Sourced): unknown {
  const name = fieldsOf(item).get('name');
  return name === undefined ? undefined : toJson(name);
}

/** Where to put what neither layer has. */
function placeOfBoth(lower: Sourced, upper: Sourced): string {
  return upper.at || lower.at;
}

const container = fields({
  env: appended,
  envFrom: appended,
  ports: appended,
  volumeDevices: appended,
  volumeMounts: appended,
});
const perKey = fields({});

/** The rules, but for init containers, of which Taskpod's own must not fall together with a user's. */
const podWith = (initContainers: Merge): Merge =>
  fields({
    metadata: fields({
      annotations: perKey,
      labels: perKey,
    }),
    spec: fields({ containers: byPosition(container), initContainers, volumes: appended }),
  });

/**
 * mergePods merges two layers of a Pod ({metadata, spec}) by the rules of KubernetesPodOperator, but that an explicit false, 0, ""
 * or [] wins too. Associative; a layer without anything changes nothing.
 * Source: PodGenerator.reconcile_pods in apache-airflow-providers-cncf-kubernetes 10.25.
 */
export const mergePods = podWith(byName(container));

/** addToPod is {@link mergePods} for what comes after the user's layers: an init container follows even those of its name. */
export const addToPod = podWith(appended);

const NOTHING: object = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ Object.create(null));

/**
 * The own values of objects, together in one that inherits nothing: what is not given must stay not given where somebody
 * has put a property of that name on `Object.prototype`. It has a prototype, since engines take objects without for dictionaries.
 */
export const ownValues = <T extends object>(...objects: [T, ...Partial<T>[]]): T =>
  Object.assign(Object.create(NOTHING), ...objects);

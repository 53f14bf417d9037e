/** Methods of arrays and collections that change what they are called on. */
const CHANGING = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear append next __defineGetter__".split(
    " ",
  ),
);

/** Such a method, or one that says so: `date.setHours(0)`, `view.setUint8(0, 1)`. */
export const isChangingMethod = (name: string): boolean => CHANGING.has(name) || /^set[A-Z]/.test(name);

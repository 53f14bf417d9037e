import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  cacheData,
  cached,
  cacheResource,
  configure,
  ReplayClosureError,
  UnstorableValueError,
  WidgetNotAllowedError,
} from "../../runtime/index.ts";

/** What a new process knows of a function is in its store alone. */
async function forgetInMemory(id: string): Promise<void> {
  const { state } = await import("../../runtime/registry.ts");
  const { emptyFunction } = await import("../../runtime/call/clear.ts");
  emptyFunction(state.functions.get(id) as Parameters<typeof emptyFunction>[0]);
}

/** A page: what was shown, in order. */
let page: string[] = [];
/** Inputs by label. */
let inputs: Record<string, unknown> = {};

/** @cacheElement */
function text(value: unknown): void {
  page.push(JSON.stringify(value));
}

class Container {
  readonly name: string;
  readonly children: string[] = [];
  constructor(name: string) {
    this.name = name;
  }
  /** @cacheElement */
  write(value: string): void {
    this.children.push(value);
    page.push(`${this.name}/${value}`);
  }
}

let containers = 0;

/** @cacheElement */
function container(): Container {
  const made = new Container(`c${++containers}`);
  page.push(made.name);
  return made;
}

/** @cacheElement */
const writeIn = (where: Container, value: string): void => {
  where.children.push(value);
  page.push(`${where.name}:${value}`);
};

/** @cacheElement */
async function later(value: string): Promise<{ id: string }> {
  await null;
  page.push(value);
  return { id: value };
}

/** @cacheElement */
function card(title: string): void {
  text(title);
  text(`${title}!`);
}

/** @cacheWidget */
function slider(label: string, initial = 0): number {
  page.push(`[${label}]`);
  return (inputs[label] as number | undefined) ?? initial;
}

/** @cacheWidget */
const select = (label: string): unknown => inputs[label];

function rerun<T>(script: () => T): { value: T; page: string[] } {
  page = [];
  const value = script();
  return { value, page };
}

beforeEach(() => {
  page = [];
  inputs = {};
  containers = 0;
});
afterEach(async () => {
  await cacheData.clear();
  await cacheResource.clear();
});

describe("elements", () => {
  let _runs = 0;
  /** @cacheData */
  function report(n: number): number {
    _runs++;
    text(`run ${_runs}`);
    text({ n });
    return n * 2;
  }

  it("shows again on a hit what the run showed, in order, and not twice on the run itself [B267][B268][B269][B280]", () => {
    _runs = 0;
    const first = rerun(() => report(1));
    expect(first).toEqual({ value: 2, page: ['"run 1"', '{"n":1}'] });
    expect(rerun(() => report(1))).toEqual(first);
    expect(rerun(() => report(1))).toEqual(first);
    expect(_runs).toBe(1);
  });

  /** @cacheData */
  function inner(n: number): number {
    text(`inner ${n}`);
    return n;
  }
  /** @cacheData */
  function outer(n: number): number {
    text(`before ${n}`);
    const value = inner(n);
    text(`after ${n}`);
    return value;
  }
  /** @cacheResource */
  function tool(n: number): { n: number } {
    text(`tool ${n}`);
    return { n };
  }
  /** @cacheData */
  function usesTool(n: number): number {
    return tool(n).n;
  }

  it("replays what nested cached functions showed, whether they ran or hit [B271]", () => {
    const expected = ['"before 1"', '"inner 1"', '"after 1"'];
    expect(rerun(() => outer(1)).page).toEqual(expected);
    expect(rerun(() => outer(1)).page).toEqual(expected);
    expect(rerun(() => inner(1)).page).toEqual(['"inner 1"']);
    cached(outer).clear();
    expect(rerun(() => outer(1)).page).toEqual(expected);
    expect(rerun(() => outer(1)).page).toEqual(expected);
  });

  it("records data and resources within one another [B272]", () => {
    expect(rerun(() => usesTool(3)).page).toEqual(['"tool 3"']);
    expect(rerun(() => usesTool(3)).page).toEqual(['"tool 3"']);
  });

  it("shows only the outer element of elements made of others", () => {
    /** @cacheData */
    const cards = (title: string): string => {
      card(title);
      return title;
    };
    expect(rerun(() => cards("a")).page).toEqual(['"a"', '"a!"']);
    expect(rerun(() => cards("a")).page).toEqual(['"a"', '"a!"']);
  });

  /** @cacheData */
  function boxed(n: number): number {
    const box = container();
    box.write(`m${n}`);
    writeIn(box, `w${n}`);
    return n;
  }

  it("maps handles to the new ones: containers are made again with their children [B273][B274][B275]", () => {
    expect(rerun(() => boxed(1)).page).toEqual(["c1", "c1/m1", "c1:w1"]);
    expect(rerun(() => boxed(1)).page).toEqual(["c2", "c2/m1", "c2:w1"]);
    expect(rerun(() => boxed(1)).page).toEqual(["c3", "c3/m1", "c3:w1"]);
  });

  it("refuses a handle made outside, at the first call [B276][B317]", () => {
    const outside = container();
    /** @cacheData */
    const leak = (n: number, _box: Container): number => {
      _box.write("x");
      return n;
    };
    expect(() => leak(1, outside)).toThrow(ReplayClosureError);
    expect(() => leak(1, outside)).toThrow(/leak\(\).*write/);
    expect(cached(leak).stats().entries).toBe(0);
  });

  it("leaves what was shown before a throw and stores nothing [B277][B285]", () => {
    let fails = true;
    /** @cacheData */
    const shaky = (n: number): number => {
      text(`a${n}`);
      if (fails) throw new Error("boom");
      return n;
    };
    page = [];
    expect(() => shaky(1)).toThrow("boom");
    expect(page).toEqual(['"a1"']);
    fails = false;
    expect(rerun(() => shaky(1)).page).toEqual(['"a1"']);
    expect(rerun(() => shaky(1)).page).toEqual(['"a1"']);
  });

  it("shows the arguments as they were, not as they became [B278][B279]", () => {
    const rows = [{ x: 1 }];
    const bytes = new Uint8Array([1, 2, 3]);
    /** @cacheResource */
    const table = (_rows: { x: number }[]): number => {
      text(_rows);
      text([...bytes]);
      return _rows.length;
    };
    const first = rerun(() => table(rows)).page;
    rows[0] = { x: 99 };
    expect(rerun(() => table(rows)).page).toEqual(first);
  });

  it("awaits asynchronous elements in order", async () => {
    /** @cacheData */
    const feed = async (n: number): Promise<number> => {
      await later(`one ${n}`);
      text("two");
      await later("three");
      return n;
    };
    page = [];
    await feed(1);
    const first = page;
    page = [];
    await feed(1);
    expect(page).toEqual(first);
  });

  it("keeps interleaved asynchronous functions apart [B281]", async () => {
    /** @cacheData */
    const slow = async (name: string, turns: number): Promise<string> => {
      for (let turn = 0; turn < turns; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        text(`${name}${turn}`);
      }
      return name;
    };
    await Promise.all([slow("a", 3), slow("b", 2), slow("c", 1)]);
    page = [];
    await slow("a", 3);
    expect(page).toEqual(['"a0"', '"a1"', '"a2"']);
    page = [];
    await slow("b", 2);
    expect(page).toEqual(['"b0"', '"b1"']);
  });

  it("records nothing outside a cached function [B282]", () => {
    text("plain");
    expect(page).toEqual(['"plain"']);
  });
});

describe("widgets", () => {
  let _runs = 0;
  /** @cacheData({ allowWidgets: true }) */
  function power(base: number): number {
    _runs++;
    text("power of");
    const exponent = slider("exponent", 2);
    text(`is ${base ** exponent}`);
    return base ** exponent;
  }

  beforeEach(() => {
    _runs = 0;
  });

  it("refuses a widget without allowWidgets, naming function, widget and option [B283][B284][B286][B287]", () => {
    /** @cacheData */
    const plain = (n: number): number => n + slider("x");
    /** @cacheResource */
    const object = (n: number): { n: unknown } => ({ n: select(`x${n}`) });
    expect(() => plain(1)).toThrow(WidgetNotAllowedError);
    expect(() => plain(1)).toThrow(/plain\(\).*slider\(\).*allowWidgets/);
    expect(() => object(1)).toThrow(/select\(\)/);
    expect(slider("outside", 4)).toBe(4);
  });

  it("lets each value have a result of its own, and finds it again [B288][B289][B293]", () => {
    inputs["exponent"] = 3;
    expect(power(2)).toBe(8);
    inputs["exponent"] = 4;
    expect(power(2)).toBe(16);
    inputs["exponent"] = 3;
    expect(power(2)).toBe(8);
    expect(_runs).toBe(2);
  });

  it("shows every element and widget exactly once, on runs and on hits [B294]", () => {
    inputs["exponent"] = 3;
    const first = ['"power of"', "[exponent]", '"is 8"'];
    expect(rerun(() => power(2)).page).toEqual(first);
    expect(rerun(() => power(2)).page).toEqual(first);
    inputs["exponent"] = 4;
    expect(rerun(() => power(2)).page).toEqual(['"power of"', "[exponent]", '"is 16"']);
    expect(rerun(() => power(2)).page).toEqual(['"power of"', "[exponent]", '"is 16"']);
    expect(_runs).toBe(2);
  });

  it("treats a widget that was never set as its initial value [B290]", () => {
    expect(power(3)).toBe(9);
    inputs["exponent"] = 2;
    expect(power(3)).toBe(9);
    expect(_runs).toBe(1);
  });

  /** @cacheData({ allowWidgets: true }) */
  function choices(_unused: string): unknown[] {
    _runs++;
    if (!select("on")) return ["foo"];
    const picked = select("pick");
    return picked === undefined ? [] : [picked];
  }

  it("keeps older results reachable when a value brings another widget [B291][B292]", () => {
    inputs["on"] = false;
    expect(choices("")).toEqual(["foo"]);
    inputs["on"] = true;
    expect(choices("")).toEqual([]);
    inputs["pick"] = "baz";
    expect(choices("")).toEqual(["baz"]);
    inputs["on"] = false;
    expect(choices("")).toEqual(["foo"]);
    inputs["on"] = true;
    expect(choices("")).toEqual(["baz"]);
    expect(_runs).toBe(3);
  });

  /** @cacheData({ allowWidgets: true }) */
  function nestedOuter(add: number): number {
    return power(12) + add;
  }
  /** @cacheData */
  function strictOuter(add: number): number {
    return power(12) + add;
  }

  it("joins the key of every cached function around the widget [B295]", () => {
    expect(power(12)).toBe(144);
    expect(nestedOuter(10)).toBe(154);
    inputs["exponent"] = 1;
    expect(nestedOuter(10)).toBe(22);
    inputs["exponent"] = 2;
    expect(nestedOuter(10)).toBe(154);
  });

  it("needs the permission of every function around it [B296]", () => {
    expect(() => strictOuter(1)).toThrow(/strictOuter\(\)/);
    power(12);
    expect(() => strictOuter(1)).toThrow(/strictOuter\(\)/);
  });

  it("counts each stored variant as an entry and clears them together [B297][B299]", () => {
    for (const exponent of [1, 2, 3]) {
      inputs["exponent"] = exponent;
      power(5);
    }
    expect(cached(power).stats().entries).toBe(3);
    expect(cached(power).has(5)).toBe(true);
    cached(power).clear(5);
    expect(cached(power).stats().entries).toBe(0);
    expect(cached(power).has(5)).toBe(false);
    power(5);
    expect(_runs).toBe(4);
  });

  it("refuses an input that no key can stand for [B298]", () => {
    inputs["file"] = () => "stream";
    /** @cacheData({ allowWidgets: true }) */
    const upload = (n: number): string => `${n}${String(select("file"))}`;
    expect(() => upload(1)).toThrow(/value/);
    expect(cached(upload).stats().entries).toBe(0);
  });

  it("drops only the variant that is no longer valid [B300]", () => {
    let valid = true;
    /** @cacheResource({ allowWidgets: true, validate: (value: { n: number }) => valid || value.n !== 4 }) */
    const handle = (_key: string): { n: number } => {
      _runs++;
      return { n: slider("n") };
    };
    inputs["n"] = 3;
    const three = handle("");
    inputs["n"] = 4;
    const four = handle("");
    valid = false;
    expect(valid).toBe(false);
    expect(handle("")).not.toBe(four);
    inputs["n"] = 3;
    expect(handle("")).toBe(three);
    expect(_runs).toBe(3);
  });
});

describe("persisted", () => {
  it("shows a stored log again in a process that has not run the body [B206][B330]", async () => {
    const { MemoryStore } = await import("../../runtime/stores/memory.ts");
    configure({ stores: { shelf: new MemoryStore() } });
    let _runs = 0;
    /** @cacheData({ persist: "shelf" }) */
    const persisted = (n: number): number => {
      _runs++;
      const box = container();
      box.write(`p${n}`);
      return n;
    };
    expect(rerun(() => persisted(1)).page).toEqual(["c1", "c1/p1"]);
    await forgetInMemory(cached(persisted).id);
    expect(rerun(() => persisted(1)).page).toEqual(["c2", "c2/p1"]);
    expect(_runs).toBe(1);
  });

  it("can't show a live argument again in another process, and says so", async () => {
    const { MemoryStore } = await import("../../runtime/stores/memory.ts");
    configure({ stores: { shelf: new MemoryStore() } });
    /** @cacheElement */
    const button = (_label: string, _click: () => void): void => {};
    /** @cacheData({ persist: "shelf" }) */
    const toolbar = (n: number): number => {
      button("go", () => {});
      return n;
    };
    expect(() => toolbar(1)).toThrow(UnstorableValueError);
    expect(() => toolbar(1)).toThrow(/button\(\): `arguments\[1\]` is a function/);
  });

  it("forgets a cleared call under every value of its widgets, also those that only the store knows", async () => {
    const { MemoryStore } = await import("../../runtime/stores/memory.ts");
    configure({ stores: { shelf: new MemoryStore() } });
    let _runs = 0;
    /** @cacheData({ persist: "shelf", allowWidgets: true }) */
    const scaled = (x: number): number => {
      _runs++;
      return x * slider("scale");
    };
    for (const scale of [2, 3, 2, 3]) {
      inputs["scale"] = scale;
      expect(scaled(1)).toBe(scale);
    }
    await forgetInMemory(cached(scaled).id);
    inputs["scale"] = 2;
    scaled(1);
    cached(scaled).clear(1);
    for (const scale of [2, 3]) {
      const before = _runs;
      inputs["scale"] = scale;
      scaled(1);
      expect(_runs).toBe(before + 1);
    }
  });
});

import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";

/** Nothing, `...[]`, `...given`: no argument may be there. */
export function mayBeEmpty(api: SyntaxApi, given: readonly ts.Node[]): boolean {
  return given.every((one) => {
    if (!api.isSpreadElement(one)) return false;
    const list = skipWrappers(api, one.expression);
    return !api.isArrayLiteralExpression(list) || mayBeEmpty(api, list.elements);
  });
}

/** `new Intl.NumberFormat()`, `Intl.DateTimeFormat("en")`: the locale or the time zone of the machine. */
export function formatsByMachine(api: SyntaxApi, scopes: Scopes, name: string | undefined, outer: ts.Node): boolean {
  const { parent } = outer;
  const isCall = (api.isCallExpression(parent) || api.isNewExpression(parent)) && parent.expression === outer;
  if (name === undefined || INTL_FACTS.has(name) || !isCall) return false;
  const [locales, options] = parent.arguments ?? [];
  return isMissing(api, locales) || (name === "DateTimeFormat" && isWithoutTimeZone(api, scopes, options));
}

/** Options that are written down and name no time zone, or none. */
function isWithoutTimeZone(api: SyntaxApi, scopes: Scopes, options: ts.Node | undefined): boolean {
  if (isMissing(api, options)) return true;
  const names = optionNames(api, scopes, options as ts.Node);
  return names !== undefined && !names.has("timeZone");
}

/** The names of options, where all of them show. */
function optionNames(api: SyntaxApi, scopes: Scopes, options: ts.Node): Set<string> | undefined {
  const node = skipWrappers(api, options);
  if (api.isIdentifier(node)) {
    const binding = scopes.resolve(node.text, node);
    const { declaration } = binding ?? {};
    const isConstant = binding?.kind === "const" && declaration !== undefined && api.isVariableDeclaration(declaration);
    return isConstant && declaration.initializer && declaration.name === binding.nameNode
      ? optionNames(api, scopes, declaration.initializer)
      : undefined;
  }
  if (!api.isObjectLiteralExpression(node)) return undefined;
  const names = new Set<string>();
  for (const { name } of node.properties) {
    if (!name || !(api.isIdentifier(name) || api.isStringLiteralLike(name))) return undefined;
    names.add(name.text);
  }
  return names;
}

const OF_DATES = new Set(
  "dateStyle timeStyle weekday era year month day dayPeriod hour minute second fractionalSecondDigits timeZoneName".split(
    " ",
  ),
);

/** `date.toLocaleDateString("en")`; what `toLocaleString` is asked of shows by its options only. */
function isLocalTime(api: SyntaxApi, scopes: Scopes, method: string, [, options]: readonly ts.Expression[]): boolean {
  if (method === "toLocaleDateString" || method === "toLocaleTimeString")
    return isWithoutTimeZone(api, scopes, options);
  if (method !== "toLocaleString" || !options) return false;
  const names = optionNames(api, scopes, options);
  return names !== undefined && !names.has("timeZone") && [...names].some((name) => OF_DATES.has(name));
}

/** Nothing, `undefined`, `void 0`, an empty list: the machine's own locale is taken. */
function isMissing(api: SyntaxApi, argument: ts.Node | undefined): boolean {
  if (!argument) return true;
  if (api.isSpreadElement(argument)) return mayBeEmpty(api, [argument]);
  const node = skipWrappers(api, argument);
  if (api.isArrayLiteralExpression(node)) return node.elements.length === 0;
  return api.isVoidExpression(node) || (api.isIdentifier(node) && node.text === "undefined");
}

/** What needs neither locale nor time zone. */
export const INTL_FACTS: ReadonlySet<string> = new Set(["getCanonicalLocales", "supportedValuesOf", "Locale"]);

const LOCALE_METHODS = new Set(
  "toLocaleString toLocaleDateString toLocaleTimeString toLocaleUpperCase toLocaleLowerCase".split(" "),
);

/** `text.localeCompare(other)`, `n.toLocaleString()`: methods, of whatever, that go by the machine's locale or time zone. */
export function takesLocale(api: SyntaxApi, scopes: Scopes, method: string, given: readonly ts.Expression[]): boolean {
  const [first, second] = given;
  if (method === "getTimezoneOffset") return !first;
  if (method === "localeCompare") return first !== undefined && isMissing(api, second);
  return LOCALE_METHODS.has(method) && (isMissing(api, first) || isLocalTime(api, scopes, method, given));
}

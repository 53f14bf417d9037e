import ts from "typescript";
import ts59 from "typescript-5.9";
import { describe, expect, it } from "vitest";
import { digest } from "../../transformer/3-hash/normal-form/digest.ts";
import { serialize } from "../../transformer/3-hash/normal-form/serialize.ts";
import { createScopes } from "../../transformer/syntax/scopes.ts";

type Pair = [title: string, one: string, other: string, extension?: "tsx" | "js"];

/** Formatting, comments, types and other spelling. */
const SAME: Pair[] = [
  ["comments and white space", "function f(a){return a+1}", "/* x */ function f( a ) {\n // y\n return a + 1\n}"],
  ["quote style", 'function f(){return "a\'b"}', "function f(){return 'a\\'b'}"],
  ["string escapes", 'const s = "\\u0041\\n"', "const s = 'A\\n'"],
  ["semicolons", "const a=1;const b=2;", "const a=1\nconst b=2"],
  ["trailing commas", "f(a,b,)", "f(a,b)"],
  ["trailing comma of an array", "[a,b,]", "[a,b]"],
  ["redundant parentheses", "const x=(a+b)*(c)", "const x=(a+b)*c"],
  ["arrow parentheses", "const f = x => x", "const f = (x) => x"],
  ["numeric separator", "const x=1_000", "const x=1000"],
  ["numeric radix", "const x=0x10", "const x=16"],
  ["numeric exponent", "const x=1e3", "const x=1000.0"],
  ["octal and binary", "const x=[0o17,0b11]", "const x=[15,3]"],
  ["leading dot", "const x=.5", "const x=0.50"],
  ["bigint", "const x=0x10n", "const x=1_6n"],
  ["parameter types", "function f(a:number,b?:string):void{}", "function f(a,b){}"],
  ["generics, as, satisfies, !", "const f=<T,>(a:T)=>(a as any)!.b satisfies X", "const f=(a)=>a.b"],
  ["angle bracket cast", "const x=<any>y", "const x=y"],
  ["overloads", "function f(a:string):void;function f(a:any){}", "function f(a){}"],
  ["method overloads", "class A{m(a:string):void;m(a:any){}}", "class A{m(a){}}"],
  ["constructor overloads", "class A{constructor(a:string);constructor(a:any){}}", "class A{constructor(a){}}"],
  ["interfaces and type aliases", "interface I{a:1};type T=1;const x=1", "const x=1"],
  ["exported types", "export interface I{a:1} export type T=1;const x=1", "const x=1"],
  ["default exported interface", "export default interface I{a:1} const x=1", "const x=1"],
  ["this parameter", "function f(this:X,a){}", "function f(a){}"],
  ["class modifiers", "class A{private readonly a=1;declare z:1;abstract q():void}", "class A{a=1}"],
  ["abstract class", "abstract class A{abstract x:number;abstract get y():1;abstract accessor z:1}", "class A{}"],
  ["override", "class A extends B{override m(){}}", "class A extends B{m(){}}"],
  ["import type", "import type {A} from 'a';const x=1", "const x=1"],
  ["import with inline type", "import {type A,b} from 'a'", "import {b} from 'a'"],
  ["export type", "export type {A} from 'a';export type * from 'b';const x=1", "const x=1"],
  ["import type require", "import type a = require('a');const x=1", "const x=1"],
  ["optional and definite", "class A{a!:number;b?:1}", "class A{a;b}"],
  ["definite variable", "let x!:number", "let x"],
  ["type arguments", "f<number>(1);new A<B>();t<C>`x`", "f(1);new A();t`x`"],
  ["instantiation expression", "const g=f<number>", "const g=f"],
  ["type arguments of a base", "class A extends B<C>{}", "class A extends B{}"],
  ["index signature", "class A{[k:string]:1;a=1}", "class A{a=1}"],
  ["type predicate", "function f(x):asserts x is A{}", "function f(x){}"],
  ["unique symbol", "const s:unique symbol=Symbol()", "const s=Symbol()"],
  ["type-only import()", "const x:import('a').B=1", "const x=1"],
  ["typeof type", "const x:typeof y=1", "const x=1"],
  ["as const", "const x=[1] as const", "const x=[1]"],
  ["declare statements", "declare const a:1;declare function b():1;declare class C{};declare enum E{};x", "x"],
  ["declare module and global", "declare module 'a'{const x:1};declare global{var y:1};x", "x"],
  ["type-only namespace", "namespace N{export type A=1;interface B{}};x", "x"],
  ["export as namespace", "export as namespace Foo;x", "x"],
  ["enum member quotes", "enum E{A=1}", "enum E{'A'=1}"],
  ["variance annotations", "class A<in out T>{}", "class A{}"],
  ["const type parameter", "function f<const T>(x:T){}", "function f(x){}"],
  ["non-null in a chain", "a?.b!.c", "a?.b.c"],
  ["cast in a chain", "(a?.b as X).c", "(a?.b).c"],
  ["parentheses around a whole chain", "(a?.b)+1", "a?.b+1"],
  ["accessor accessibility", "class A{public accessor x=1}", "class A{accessor x=1}"],
  ["parameter property words", "class A{constructor(private a){}}", "class A{constructor(public readonly a){}}"],
  ["jsx white space", "const x=<a>\n  hi\n</a>", "const x=<a>hi</a>", "tsx"],
  ["jsx line joining", "const x=<a>\n  hi\n  ho\n</a>", "const x=<a>hi ho</a>", "tsx"],
  ["jsx space expression", 'const x=<a>hi{" "}\n<b/></a>', "const x=<a>hi <b/></a>", "tsx"],
  ["jsx comment child", "const x=<a>{/* c */}</a>", "const x=<a></a>", "tsx"],
  ["jsx quotes", 'const x=<a b="1"/>', "const x=<a b='1' />", "tsx"],
  ["jsx quote entities", 'const x=<a b="&quot;"/>', "const x=<a b='\"'/>", "tsx"],
  ["jsx numeric entities", "const x=<a>&#65;&#x42;</a>", "const x=<a>AB</a>", "tsx"],
  ["jsx braced text attribute", 'const x=<a b={"1"}/>', 'const x=<a b="1"/>', "tsx"],
  ["jsx empty element", "const x=<a></a>", "const x=<a/>", "tsx"],
  ["jsx parentheses", "const x=(\n<a/>\n)", "const x=<a/>", "tsx"],
  ["jsx type arguments", "const x=<A<B> c/>", "const x=<A c/>", "tsx"],
  ["jsx CRLF text", "const x=<a>\r\n hi\r\n ho</a>", "const x=<a>\n hi\n ho</a>", "tsx"],
  ["template spacing", "const x=`a${b}c`", "const x = `a${ b }c`"],
  ["CRLF in a template", "const x=`a\r\nb`", "const x=`a\nb`"],
  ["CRLF in a tagged template", "const x=t`a\r\nb${c}\r\n`", "const x=t`a\nb${c}\n`"],
  ["CRLF in code", "function f(){\r\n return 1\r\n}", "function f(){\n return 1\n}"],
  ["line continuation", "const x='a\\\r\nb'", "const x='ab'"],
  ["template escapes", "const x=`\\u0041`", "const x=`A`"],
  ["implements", "class A implements B{}", "class A{}"],
  ["object key quotes", "const o={'a':1}", "const o={a:1}"],
  ["numeric keys", "const o={1:1,0x2:2}", "const o={'1':1,'2':2}"],
  ["method key quotes", "class A{'m'(){} get 'g'(){return 1} 'p'=1}", "class A{m(){} get g(){return 1} p=1}"],
  ["element access quotes", "x['a']", 'x["a"]'],
  ["unicode escape in an identifier", "const \\u0061 = 1", "const a = 1"],
  ["regex flag order", "const x=/a/gi", "const x=/a/ig"],
  ["empty statements", ";;const x=1;;", "const x=1"],
  ["empty class elements", "class A{;a=1;;}", "class A{a=1}"],
  ["new without parentheses", "new A", "new A()"],
  ["nested logical operators", "a&&(b&&c)&&d", "a&&b&&c&&d"],
  ["nested nullish operators", "a??(b??c)", "a??b??c"],
  ["immediately invoked", "(function(){})()", "(function(){}())"],
  ["export specifier repeated", "export {a as a}", "export {a}"],
  ["import specifier repeated", "import {a as a} from 'a'", "import {a} from 'a'"],
  ["import specifier quoted", "import {'a' as b} from 'a'", "import {a as b} from 'a'"],
  ["assert and with", "import a from 'a' assert {type:'json'}", "import a from 'a' with {'type':'json'}"],
  ["directive quotes", "function f(){'use strict';a}", 'function f(){"use strict";a}'],
  ["decorator before or after export", "@d export class A{}", "export @d class A{}"],
  ["namespace and module keyword", "namespace N{a}", "module N{a}"],
  [
    "modifier order",
    "class A{static async m(){} static readonly x=1}",
    "class A{static async m(){} readonly static x=1}",
  ],
  ["hashbang", "#!/usr/bin/env node\na", "a"],
  ["byte order mark", "\uFEFFconst a=1", "const a=1"],
  ["html comment look-alike", "a<!b", "a < !b"],
  [
    "yield and await parentheses",
    "async function* f(){(yield (a));(await (b))}",
    "async function* f(){yield a;await b}",
  ],
  ["JSDoc types in JavaScript", "/** @type {number} */ const a = 1", "const a = 1", "js"],
];

/** Anything that running code could notice. */
const DIFFERENT: Pair[] = [
  ["line break after return", "function f(){return\nx}", "function f(){return x}"],
  ["line break before ++", "a\n++b", "a++\nb"],
  ["string value", 'const x="a"', 'const x="b"'],
  ["string white space", 'const x="a b"', 'const x="a  b"'],
  ["string that looks like code", "f('a','b')", "f('a\\',\\'b')"],
  ["lone surrogates", "const x='\\ud800'", "const x='\\ud801'"],
  ["lone surrogate and replacement", "const x='\\ud800'", "const x='\\ufffd'"],
  ["unicode normal forms", "const x='\\u00e9'", "const x='e\\u0301'"],
  ["regex flags", "const x=/a/g", "const x=/a/i"],
  ["regex source", "const x=/a/", "const x=/\\a/"],
  ["regex or division", "x = a / b / g", "x = a(/b/g)"],
  ["raw text of a tagged template", "String.raw`\\n`", "String.raw`\n`"],
  ["raw text in a tagged tail", "t`${a}\\u0041`", "t`${a}A`"],
  ["invalid escape in a tagged template", "t`\\u`", "t``"],
  ["template text", "`a${b}c`", "`a${b}d`"],
  ["template expression", "`a${b}c`", "`a${d}c`"],
  ["template or text moved across the hole", "`a${b}`", "`${b}a`"],
  ["tag", "a`x`", "b`x`"],
  ["enum value", "enum E{A=1}", "enum E{A=2}"],
  ["enum member order", "enum E{A,B}", "enum E{B,A}"],
  ["const enum", "const enum E{A}", "enum E{A}"],
  ["parameter property", "class A{constructor(private a){}}", "class A{constructor(a){}}"],
  ["readonly parameter property", "class A{constructor(readonly a){}}", "class A{constructor(a){}}"],
  ["class decorator", "@d class A{}", "class A{}"],
  ["decorator argument", "@d(1) class A{}", "@d(2) class A{}"],
  ["decorator order", "@a @b class A{}", "@b @a class A{}"],
  ["method decorator", "class A{@d m(){}}", "class A{m(){}}"],
  ["parameter decorator", "class A{m(@d a){}}", "class A{m(a){}}"],
  ["decorator on another member", "class A{@d a(){} b(){}}", "class A{a(){} @d b(){}}"],
  ["optional chain ended by parentheses", "(a?.b).c", "a?.b.c"],
  ["optional chain ended before a call", "(a?.b)()", "a?.b()"],
  ["optional chain ended before an element", "(a?.b)[c]", "a?.b[c]"],
  ["where the chain is optional", "a?.b.c", "a.b?.c"],
  ["optional call", "a?.(1)", "a(1)"],
  ["optional element", "a?.[1]", "a[1]"],
  ["async", "const f=async()=>1", "const f=()=>1"],
  ["async function", "async function f(){}", "function f(){}"],
  ["async method", "class A{async m(){}}", "class A{m(){}}"],
  ["generator", "function*f(){}", "function f(){}"],
  ["generator method", "class A{*m(){}}", "class A{m(){}}"],
  ["yield delegation", "function*f(){yield* a}", "function*f(){yield a}"],
  ["await", "async()=>await a", "async()=>a"],
  ["let or const", "let x=1", "const x=1"],
  ["var or let", "var x=1", "let x=1"],
  ["using", "{using x=a}", "{const x=a}"],
  ["await using", "async function f(){await using x = y}", "async function f(){using x = y}"],
  ["operator", "a+b", "a-b"],
  ["nullish or logical", "a??b", "a||b"],
  ["nullish assignment", "a??=b", "a||=b"],
  ["equality", "a==b", "a===b"],
  ["prefix operator", "!a", "~a"],
  ["prefix or postfix", "++a", "a++"],
  ["increment or decrement", "a++", "a--"],
  ["static", "class A{static m(){}}", "class A{m(){}}"],
  ["static field", "class A{static a=1}", "class A{a=1}"],
  ["static block", "class A{static{a}}", "class A{}"],
  ["accessor keyword", "class A{accessor a=1}", "class A{a=1}"],
  ["getter or method", "class A{get m(){return 1}}", "class A{m(){return 1}}"],
  ["getter or setter", "class A{get m(){}}", "class A{set m(){}}"],
  ["object getter", "const o={get a(){return 1}}", "const o={a(){return 1}}"],
  ["member order", "class A{a=1;b=2}", "class A{b=2;a=1}"],
  ["spread argument", "f(...a)", "f(a)"],
  ["spread element", "[...a]", "[a]"],
  ["spread property", "({...a})", "({a})"],
  ["default", "function f(a=1){}", "function f(a){}"],
  ["default value", "function f(a=1){}", "function f(a=2){}"],
  ["rest", "function f(...a){}", "function f(a){}"],
  ["parameter order", "function f(a,b){}", "function f(b,a){}"],
  ["number or string", "f(1)", 'f("1")'],
  ["numbers past precision", "const x=9007199254740993n", "const x=9007199254740992n"],
  ["bigint or number", "const x=1n", "const x=1"],
  ["minus zero", "const x=-0", "const x=0"],
  ["infinite literal or name", "const x=1e999", "const x=Infinity"],
  ["identifier or string", "f(a)", "f('a')"],
  ["keyword or name", "f(null)", "f(undefined)"],
  ["booleans", "f(true)", "f(false)"],
  ["this or self", "f(this)", "f(self)"],
  ["typeof or void", "typeof a", "void a"],
  ["delete", "delete a.b", "a.b"],
  ["new", "new A()", "A()"],
  ["new callee", "new (a())()", "new a()()"],
  ["new member", "new (a.b)()", "new a().b"],
  ["jsx text", "const x=<a>hi</a>", "const x=<a>ho</a>", "tsx"],
  ["jsx tag", "const x=<a/>", "const x=<A/>", "tsx"],
  ["jsx fragment", "const x=<></>", "const x=<a></a>", "tsx"],
  ["jsx attribute value", 'const x=<a b="1"/>', 'const x=<a b="2"/>', "tsx"],
  ["jsx attribute entity or text", 'const x=<a b="&lt;"/>', 'const x=<a b={"&lt;"}/>', "tsx"],
  ["jsx attribute without value", "const x=<a b/>", 'const x=<a b=""/>', "tsx"],
  ["jsx spread", "const x=<a {...b}/>", "const x=<a b={b}/>", "tsx"],
  ["jsx attribute order", "const x=<a {...b} c/>", "const x=<a c {...b}/>", "tsx"],
  ["jsx child expression or text", "const x=<a>{b}</a>", "const x=<a>b</a>", "tsx"],
  ["jsx inner space", "const x=<a>a <b/></a>", "const x=<a>a<b/></a>", "tsx"],
  ["jsx space only", "const x=<a> </a>", "const x=<a></a>", "tsx"],
  ["jsx escaped entity", "const x=<a>&amp;lt;</a>", "const x=<a>&lt;</a>", "tsx"],
  ["jsx unknown entity", "const x=<a>&amp;eacute;</a>", "const x=<a>&eacute;</a>", "tsx"],
  ["jsx child order", "const x=<a><b/><c/></a>", "const x=<a><c/><b/></a>", "tsx"],
  ["jsx nesting", "const x=<a><b><c/></b></a>", "const x=<a><b/><c/></a>", "tsx"],
  ["jsx namespace", "const x=<a:b/>", "const x=<a b/>", "tsx"],
  ["jsx spread child", "const x=<a>{...b}</a>", "const x=<a>{b}</a>", "tsx"],
  ["jsx attribute or child", "const x=<a b={<c/>}/>", "const x=<a b><c/></a>", "tsx"],
  ["namespace", "namespace N{export const a=1}", "namespace N{export const a=2}"],
  ["export in a namespace", "namespace N{export const a=1}", "namespace N{const a=1}"],
  ["label", "a:for(;;){break a}", "a:for(;;){break}"],
  ["break or continue", "for(;;){break}", "for(;;){continue}"],
  ["conditional arms", "a?b:c", "a?c:b"],
  ["for of or in", "for(const a of b){}", "for(const a in b){}"],
  ["for await", "async()=>{for await(const a of b){}}", "async()=>{for(const a of b){}}"],
  ["first part of for", "for(a;;);", "for(;a;);"],
  ["second part of for", "for(;a;);", "for(;;a);"],
  ["while or do", "while(a);", "do;while(a)"],
  ["empty loop body", "while(a);b", "while(a)b"],
  ["empty then", "if(a);else b", "if(a)b;else;"],
  ["dangling else", "if(a){if(b)c}else d", "if(a){if(b)c;else d}"],
  ["catch or finally", "try{}catch{a}", "try{}finally{a}"],
  ["catch binding", "try{}catch(e){}", "try{}catch{}"],
  ["case or default", "switch(a){case b:c}", "switch(a){default:b,c}"],
  ["fall through", "switch(a){case b:case c:d}", "switch(a){case b:d;case c:}"],
  ["throw or return", "function f(){throw a}", "function f(){return a}"],
  ["debugger", "debugger", ""],
  ["directive", 'function f(){"use server"}', "function f(){}"],
  ["directive in parentheses", 'function f(){("use strict");a}', 'function f(){"use strict";a}'],
  ["directive with an escape", 'function f(){"use\\x20strict";a}', 'function f(){"use strict";a}'],
  ["directive later", 'function f(){a;"use strict"}', 'function f(){"use strict";a}'],
  ["import attribute", 'import a from "a" with {type:"json"}', 'import a from "a"'],
  ["import kind", "import a from 'a'", "import * as a from 'a'"],
  ["import default or named", "import a from 'a'", "import {a} from 'a'"],
  ["import renamed", "import {a as b} from 'a'", "import {b} from 'a'"],
  ["import renamed the other way", "import {a as b} from 'a'", "import {b as a} from 'a'"],
  ["import defer", "import defer * as a from 'a'", "import * as a from 'a'"],
  ["side-effect import", "import 'a'", "import 'b'"],
  ["export all or as", "export * from 'a'", "export * as b from 'a'"],
  ["export or import", "export {a} from 'a'", "import {a} from 'a'"],
  ["export default or equals", "export default a", "export = a"],
  ["import require", "import a = require('a')", "import a = b"],
  ["import alias", "import a = b.c", "import a = b.d"],
  ["computed key", "const o={[a]:1}", "const o={a:1}"],
  ["computed text key", "const o={['__proto__']:a}", "const o={__proto__:a}"],
  ["shorthand __proto__", "const o={__proto__}", "const o={__proto__:__proto__}"],
  ["property or method", "const o={a:function(){}}", "const o={a(){}}"],
  ["property order", "const o={a:1,b:2}", "const o={b:2,a:1}"],
  ["duplicate property", "const o={a:1,a:1}", "const o={a:1}"],
  ["private name", "class A{#a=1}", "class A{a=1}"],
  ["private in", "class A{static m(x){return #a in x}}", "class A{static m(x){return a in x}}"],
  ["destructured rename or default", "const {a:b}=c", "const {a=b}=c"],
  ["destructured key", "const {a:b}=c", "const {b:a}=c"],
  ["destructured rest", "const {...a}=c", "const {a}=c"],
  ["array pattern hole", "const [,a]=b", "const [a]=b"],
  ["assignment pattern default", "({a=1}=b)", "({a:1}=b)"],
  ["array hole", "[,a]", "[a]"],
  ["trailing hole", "[a,,]", "[a,]"],
  ["nesting of minus", "a-(b-c)", "a-b-c"],
  ["nesting of power", "(a**b)**c", "a**b**c"],
  ["nesting of plus", "a+(b+c)", "a+b+c"],
  ["nesting of mixed logic", "a&&(b||c)", "a&&b||c"],
  ["sequence", "f((a,b))", "f(a,b)"],
  ["comma callee", "(0,a.b)()", "a.b()"],
  ["new.target", "function f(){return new.target}", "function f(){return target}"],
  ["import.meta", "import.meta.url", "meta.url"],
  ["super", "class A extends B{m(){return super.m()}}", "class A extends B{m(){return this.m()}}"],
  ["base class", "class A extends B{}", "class A{}"],
  ["which base class", "class A extends B{}", "class A extends C{}"],
  ["class field without value", "class A extends B{x:number}", "class A extends B{}"],
  ["class name", "const x=class A{}", "const x=class{}"],
  ["function name", "const x=function a(){}", "const x=function(){}"],
  ["name given by an assignment", "a=function(){}", "(a)=function(){}"],
  ["arrow or function", "const f=()=>{}", "const f=function(){}"],
  ["arrow body", "const f=()=>{a}", "const f=()=>({a})"],
  ["property or element access", "a.b", "a['b']"],
  ["property name", "a.b", "a.c"],
  ["call or access", "a.b()", "a.b"],
  ["argument order", "f(a,b)", "f(b,a)"],
  ["statement order", "a;b", "b;a"],
  ["block", "{let a}", "let a"],
  ["declaration list", "const a=1,b=2", "const b=2,a=1"],
  ["initialiser", "let a=undefined", "let a"],
  ["with statement", "with(a){b}", "{a;b}", "js"],
  ["import call", "import('a')", "require('a')"],
  ["dynamic import kind", "import.defer('a')", "import('a')"],
];

const VERSIONS = [
  ["6.0", ts],
  ["5.9", ts59 as unknown as typeof ts],
] as const;

function normal(api: typeof ts, text: string, extension = "ts"): string {
  const file = api.createSourceFile(`a.${extension}`, text, api.ScriptTarget.Latest, true);
  return serialize(api, file);
}

describe.each(VERSIONS)("the normal form with TypeScript %s", (_version, api) => {
  it.each(SAME)("doesn't change with %s", (_title, one, other, extension) => {
    expect(normal(api, one, extension)).toBe(normal(api, other, extension));
  });

  it.each(DIFFERENT)("changes with %s", (_title, one, other, extension) => {
    expect(normal(api, one, extension)).not.toBe(normal(api, other, extension));
  });

  it("leaves out the export of the node itself, not of what is inside", () => {
    const statement = (text: string) => {
      const file = api.createSourceFile("a.ts", text, api.ScriptTarget.Latest, true);
      return serialize(api, file.statements[0] as ts.Node);
    };
    expect(statement("export default function f() {}")).toBe(statement("function f() {}"));
    expect(statement("export const a = 1")).toBe(statement("const a = 1"));
    expect(statement("export class A {}")).toBe(statement("class A {}"));
  });

  it.each([
    ["a sum", `const s = ${Array(5000).fill("a").join(" + ")}`],
    ["logic", `const s = ${Array(5000).fill("a").join(" && ")}`],
    ["a chain of calls", `const s = a${".b(c)".repeat(5000)}`],
    ["else if", `${Array(2000).fill("if (a) { b }").join(" else ")}`],
  ])("survives %s of thousands of terms", (_title, text) => {
    expect(normal(api, text).length).toBeGreaterThan(text.length / 2);
  });

  it("refuses syntax it does not know instead of leaving it out", () => {
    const odd = { ...api.factory.createNull(), kind: api.SyntaxKind.SyntheticExpression } as ts.Node;
    expect(() => serialize(api, odd)).toThrow(/cannot hash syntax of the kind "SyntheticExpression"/);
  });
});

describe("the normal form", () => {
  const all = [...SAME, ...DIFFERENT].flatMap(([, one, other, extension]): [string, string | undefined][] => [
    [one, extension],
    [other, extension],
  ]);

  it.each(all)("is one in both TypeScript versions: %j", (text, extension) => {
    expect(normal(ts59 as unknown as typeof ts, text, extension)).toBe(normal(ts, text, extension));
  });

  it("is the same for a program's own file, before and after the checker bound it", () => {
    const text = DIFFERENT.filter(([, , , extension]) => !extension)
      .map(([, one]) => one)
      .join(";\n");
    const host = ts.createCompilerHost({ noLib: true });
    host.getSourceFile = (name) => ts.createSourceFile(name, text, ts.ScriptTarget.ES2020);
    const program = ts.createProgram(["/a.ts"], { noLib: true, noResolve: true, types: [] }, host);
    const file = program.getSourceFile("/a.ts") as ts.SourceFile;
    createScopes(ts, file);
    const before = serialize(ts, file);
    program.getTypeChecker().getSymbolAtLocation(file);
    program.getSemanticDiagnostics(file);
    expect(serialize(ts, file)).toBe(before);
    expect(before).toBe(normal(ts, text));
  });

  it("is versioned and readable", () => {
    const text = normal(ts, "export const twice = (n: number) => n * 0x2");
    expect(text).toBe(
      'c1(SourceFile [] [(VariableStatement+export (const [(VariableDeclaration i"twice" (ArrowFunction [(Parameter _ i"n" _)] (* i"n" n2)))]))])',
    );
  });

  it("is digested to 128 bits", () => {
    expect(digest("")).toBe("e3b0c44298fc1c149afbf4c8996fb924");
    expect(digest("é")).toBe(digest(new Uint8Array([0xc3, 0xa9])));
    expect(digest("a")).not.toBe(digest("b"));
  });
});

/**
 * Names that JavaScript itself, Node, browsers and the other usual run times bring along, and that mean the same in
 * each run. A global that is none of these was put there by the program or by its page, where no hash can see it.
 */
const LISTS = [
  // JavaScript
  "AggregateError Array ArrayBuffer AsyncDisposableStack AsyncIterator Atomics BigInt BigInt64Array BigUint64Array Boolean",
  "DataView Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function",
  "Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError",
  "ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TypeError",
  "URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly arguments decodeURI",
  "decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined",
  "unescape",
  // modules and their wrappers; marks name the cache's own
  "exports module require __dirname __filename define",
  // Node, Deno, Bun, workers
  "Buffer Bun Deno WebSocketPair clearImmediate gc global navigator process setImmediate",
  // the web platform, as far as servers have it too
  "AbortController AbortSignal Blob BroadcastChannel ByteLengthQueuingStrategy CloseEvent CompressionStream CountQueuingStrategy",
  "Crypto CryptoKey CustomEvent DOMException DecompressionStream ErrorEvent Event EventSource EventTarget File FormData",
  "Headers MessageChannel MessageEvent MessagePort Navigator Performance PerformanceEntry PerformanceMark PerformanceMeasure",
  "PerformanceObserver ProgressEvent PromiseRejectionEvent ReadableByteStreamController ReadableStream",
  "ReadableStreamBYOBReader ReadableStreamDefaultController ReadableStreamDefaultReader Request Response Storage",
  "SubtleCrypto TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream",
  "TransformStreamDefaultController URL URLPattern URLSearchParams WebSocket WritableStream WritableStreamDefaultController",
  "WritableStreamDefaultWriter addEventListener atob btoa clearInterval clearTimeout console crypto dispatchEvent fetch",
  "performance postMessage queueMicrotask removeEventListener reportError setInterval setTimeout structuredClone",
  // browsers
  "AnimationEvent Attr Audio AudioBuffer AudioContext CDATASection CSS CSSRule CSSStyleDeclaration CSSStyleRule CSSStyleSheet",
  "CanvasGradient CanvasPattern CanvasRenderingContext2D CharacterData ClipboardEvent ClipboardItem Comment",
  "CompositionEvent DOMImplementation DOMMatrix DOMParser DOMPoint DOMRect DOMRectReadOnly DOMTokenList DataTransfer Document",
  "DocumentFragment DragEvent Element FileList FileReader FocusEvent FontFace GamepadEvent HTMLAnchorElement HTMLAudioElement",
  "HTMLBodyElement HTMLButtonElement HTMLCanvasElement HTMLCollection HTMLDivElement HTMLDocument HTMLElement",
  "HTMLFormElement HTMLHeadElement HTMLIFrameElement HTMLImageElement HTMLInputElement HTMLLabelElement HTMLLinkElement",
  "HTMLMediaElement HTMLOptionElement HTMLScriptElement HTMLSelectElement HTMLSlotElement HTMLSpanElement",
  "HTMLStyleElement HTMLTableElement HTMLTemplateElement HTMLTextAreaElement HTMLVideoElement IDBDatabase IDBKeyRange",
  "IDBRequest IDBTransaction IdleDeadline Image ImageBitmap ImageData InputEvent IntersectionObserver KeyboardEvent",
  "MediaQueryList MediaRecorder MediaSource MediaStream MouseEvent MutationObserver NamedNodeMap Node NodeFilter NodeList",
  "Notification OffscreenCanvas Option Path2D PointerEvent PopStateEvent Range ResizeObserver SVGElement SVGSVGElement",
  "Selection ServiceWorker ShadowRoot SharedWorker StyleSheet Text TextMetrics Touch TouchEvent TransitionEvent TreeWalker",
  "UIEvent VideoFrame WebGL2RenderingContext WebGLRenderingContext WheelEvent Window Worker WorkerGlobalScope XMLDocument",
  "XMLHttpRequest XMLSerializer XPathResult alert cancelAnimationFrame cancelIdleCallback close confirm createImageBitmap",
  "customElements getComputedStyle getSelection importScripts open print prompt requestAnimationFrame requestIdleCallback",
  "caches cookieStore devicePixelRatio document history indexedDB innerHeight innerWidth localStorage location matchMedia",
  "outerHeight outerWidth pageXOffset pageYOffset screen scrollX scrollY sessionStorage visualViewport",
  "scheduler scrollBy scrollTo self top parent trustedTypes window",
];

export const KNOWN_GLOBALS: ReadonlySet<string> = new Set(LISTS.join(" ").split(" "));

import type { Encoded } from "./encoded.ts";
import type { ShapeInfo } from "./shape-info.ts";

/** One object on its way; it is filled once everything inside it is done. */
export interface CopyFrame {
  source: object;
  how: Copier | undefined;
  /** The copy, where it can exist before it is filled; cycles refer to it. */
  copy: object | undefined;
  /** Objects inside, and under which key each was found. */
  inside: object[];
  keys: unknown[];
  next: number;
  encoded: Encoded | undefined;
  /** Properties with other than the usual attributes. */
  irregular: PropertyDescriptorMap | undefined;
}

/** The copy of a graph, as those who copy one object of it see it. */
export interface Graph {
  /** Present while a value comes in; a snapshot that goes out was checked then. */
  readonly shapeInfo: ShapeInfo | undefined;
  /** What has to be copied for a view: its buffer, or a part of it. */
  memoryFor(view: object): object;
  /** The copy of something inside an object that is being finished. */
  of(value: unknown): unknown;
  /** Notes something found inside an object. */
  found(frame: CopyFrame, value: unknown, key: unknown): void;
  /** Says where and why copying is impossible. */
  refuse(value: unknown, key?: unknown, hint?: string, type?: string): never;
}

/** How one kind of object is copied: an empty copy first, then, when everything inside is done, its content. */
export interface Copier {
  open(source: object, frame: CopyFrame, graph: Graph): object | undefined;
  finish(frame: CopyFrame, graph: Graph): object;
}
